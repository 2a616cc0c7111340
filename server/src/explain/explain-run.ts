import type { ChosenCompiler, CompilerPool, PythonChoice } from "./compiler-pool.ts";
import { embeddedServer } from "./embedded/embedded-files.ts";
import { EmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import type { TableRowsSetting } from "./embedded/table-rows.ts";
import type { ExplainProject } from "./explain-project.ts";
import { type Explanation, explain } from "./explanation.ts";
import type { PlanSource } from "./plan-source.ts";
import type { QuerysetExpression } from "./queryset-at.ts";
import type { CompilerInfo } from "./queryset-compiler.ts";

export interface ExplainRunOptions {
  /** Without trust nothing of the project is run, and nothing can be explained. */
  readonly workspaceTrusted: boolean;
  readonly compilers: CompilerPool;
  /** The interpreter for a project. */
  readonly pythonFor: (project: ExplainProject) => PythonChoice;
  /** What the projects see of the environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly plans: PlanOrigin;
  /** Runs queries to measure them. The user has agreed. */
  readonly analyze: boolean;
}

export type PlanOrigin =
  /** The SQL alone. */
  | { readonly kind: "none" }
  /** The folder is what the build made for the embedded PostgreSQL. */
  | { readonly kind: "embedded"; readonly folder: URL; readonly generatedRows?: number | undefined }
  | { readonly kind: "server"; readonly source: PlanSource };

/** What is asked besides the expression. */
export interface ExplainPlace {
  /** Dotted name of the module in which the expression stands. */
  readonly module: string;
  /** For plans without a server. The first call for a project decides. */
  readonly tableRows: TableRowsSetting;
}

interface ProjectTools extends ChosenCompiler {
  readonly plans: PlanSource | undefined;
}

/** PostgreSQL's version where there is no server to ask. */
const assumedServerVersion = 170_000;

/** Explains several expressions with one compiler for each project. */
export class ExplainRun {
  readonly #options: ExplainRunOptions;
  readonly #tools = new Map<string, Promise<ProjectTools>>();

  constructor(options: ExplainRunOptions) {
    this.#options = options;
  }

  async explain(
    queryset: QuerysetExpression,
    project: ExplainProject,
    place: ExplainPlace,
  ): Promise<Explanation> {
    const { analyze } = this.#options;
    const { compiler, ownDjango, plans } = await this.#toolsFor(project, place.tableRows);
    const explanation = await explain(queryset, place.module, { compiler, plans, analyze });
    const started = await compiler.start();
    if (started.kind === "failed") return explanation;
    return { ...explanation, notes: [...notesOn(started.info, ownDjango), ...explanation.notes] };
  }

  /** Ends threads and the connection. The compilers stay for the next run. */
  async close(): Promise<void> {
    const { plans: origin } = this.#options;
    for (const tools of this.#tools.values()) await (await tools).plans?.close();
    if (origin.kind === "server") await origin.source.close();
  }

  /** Ends what is at work, compilers too. */
  async abort(): Promise<void> {
    for (const tools of this.#tools.values()) await this.#options.compilers.discard((await tools).compiler);
    await this.close();
  }

  #toolsFor(project: ExplainProject, tableRows: TableRowsSetting): Promise<ProjectTools> {
    const key = `${project.root}\n${project.settings}`;
    let tools = this.#tools.get(key);
    if (tools === undefined) {
      tools = this.#makeTools(project, tableRows);
      this.#tools.set(key, tools);
    }
    return tools;
  }

  async #makeTools(project: ExplainProject, tableRows: TableRowsSetting): Promise<ProjectTools> {
    const { plans: origin } = this.#options;
    switch (origin.kind) {
      case "none":
        return { ...(await this.#compilerFor(project, assumedServerVersion)), plans: undefined };
      case "server": {
        const opened = await origin.source.open();
        const version = opened.kind === "open" ? opened.server.number : assumedServerVersion;
        return { ...(await this.#compilerFor(project, version)), plans: origin.source };
      }
      case "embedded": {
        const chosen = await this.#compilerFor(project, embeddedServer.number);
        const schema = () => chosen.compiler.schema();
        const plans = new EmbeddedPostgres({
          folder: origin.folder,
          generatedRows: origin.generatedRows,
          schema,
          rows: tableRows,
          today: new Date(),
        });
        // Both start at the same time.
        await plans.open();
        return { ...chosen, plans };
      }
    }
  }

  #compilerFor(project: ExplainProject, serverVersion: number): Promise<ChosenCompiler> {
    const { workspaceTrusted, compilers, pythonFor, environment } = this.#options;
    return compilers.take({
      workspaceTrusted,
      python: pythonFor(project),
      root: project.root,
      sourceRoots: project.sourceRoots,
      settings: project.settings,
      environment,
      serverVersion,
    });
  }
}

function notesOn(
  { django, engine, isPostgresql, missingModules }: CompilerInfo,
  ownDjango: boolean,
): readonly string[] {
  const notes: string[] = [];
  if (ownDjango) {
    const missing =
      missingModules.length === 0 ? "" : `; without what these libraries add: ${missingModules.join(", ")}`;
    notes.push(
      `made by Queryscope's own Django ${django}, as no interpreter with Django was found${missing}`,
    );
  }
  if (!isPostgresql) {
    notes.push(`the project uses ${engine || "no database"}; this is what it would send to PostgreSQL`);
  }
  return notes;
}
