import type { ChosenCompiler, CompilerPool, PythonChoice } from "./compiler-pool.ts";
import { embeddedServer } from "./embedded/embedded-files.ts";
import type { EmbeddedPool } from "./embedded/embedded-pool.ts";
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
  | {
      readonly kind: "embedded";
      readonly databases: EmbeddedPool;
      readonly generatedRows?: number | undefined;
    }
  | { readonly kind: "server"; readonly source: PlanSource };

/** What is asked besides the expression. */
export interface ExplainPlace {
  /** Dotted name of the module in which the expression stands. */
  readonly module: string;
  /** For plans without a server. The first call for a project decides. */
  readonly tableRows: TableRowsSetting;
  /** Texts that stand for those on disk, by absolute paths. The first call for a project decides. */
  readonly unsaved?: ReadonlyMap<string, string>;
  /** Told the SQL before plans are asked for. */
  readonly onSql?: (explanation: Explanation) => Promise<void>;
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
    const { compiler, ownDjango, plans } = await this.#toolsFor(project, place);
    const withNotes = async (explanation: Explanation): Promise<Explanation> => {
      const started = await compiler.start();
      if (started.kind === "failed") return explanation;
      return { ...explanation, notes: [...notesOn(started.info, ownDjango), ...explanation.notes] };
    };
    const { onSql } = place;
    const tell = onSql && (async (explanation: Explanation) => onSql(await withNotes(explanation)));
    const tools = { compiler, plans, analyze };
    return withNotes(await explain(queryset, place.module, tools, tell));
  }

  /** Ends the connection. Compilers and databases stay for the next run. */
  async close(): Promise<void> {
    const { plans: origin } = this.#options;
    if (origin.kind === "server") await origin.source.close();
    if (origin.kind !== "embedded") return;
    for (const { plans } of await this.#madeTools())
      if (plans instanceof EmbeddedPostgres) origin.databases.release(plans);
  }

  /** Ends what is at work, compilers and databases too. */
  async abort(): Promise<void> {
    const { plans: origin, compilers } = this.#options;
    for (const { compiler, plans } of await this.#madeTools()) {
      await compilers.discard(compiler);
      if (origin.kind === "embedded" && plans instanceof EmbeddedPostgres)
        await origin.databases.discard(plans);
    }
    await this.close();
  }

  #madeTools(): Promise<readonly ProjectTools[]> {
    return Promise.all(this.#tools.values());
  }

  #toolsFor(project: ExplainProject, place: ExplainPlace): Promise<ProjectTools> {
    const key = keyOf(project);
    let tools = this.#tools.get(key);
    if (tools === undefined) {
      tools = this.#makeTools(project, place);
      this.#tools.set(key, tools);
    }
    return tools;
  }

  async #makeTools(project: ExplainProject, { tableRows, unsaved }: ExplainPlace): Promise<ProjectTools> {
    const { plans: origin } = this.#options;
    switch (origin.kind) {
      case "none":
        return { ...(await this.#compilerFor(project, assumedServerVersion, unsaved)), plans: undefined };
      case "server": {
        const opened = await origin.source.open();
        const version = opened.kind === "open" ? opened.server.number : assumedServerVersion;
        return { ...(await this.#compilerFor(project, version, unsaved)), plans: origin.source };
      }
      case "embedded": {
        const chosen = await this.#compilerFor(project, embeddedServer.number, unsaved);
        const plans = origin.databases.take({
          key: keyOf(project),
          compiler: chosen.compiler,
          assumptions: { rows: tableRows, today: new Date() },
          generatedRows: origin.generatedRows,
        });
        // Both start at the same time.
        await plans.open();
        return { ...chosen, plans };
      }
    }
  }

  #compilerFor(
    project: ExplainProject,
    serverVersion: number,
    unsaved: ExplainPlace["unsaved"],
  ): Promise<ChosenCompiler> {
    const { workspaceTrusted, compilers, pythonFor, environment } = this.#options;
    return compilers.take({
      workspaceTrusted,
      python: pythonFor(project),
      root: project.root,
      sourceRoots: project.sourceRoots,
      settings: project.settings,
      environment,
      serverVersion,
      ...(unsaved === undefined ? {} : { unsaved }),
    });
  }
}

function keyOf({ root, settings }: ExplainProject): string {
  return `${root}\n${settings}`;
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
