import { groupBy } from "../base/group-by.ts";
import { formatVersion, parseVersion } from "../django/version.ts";
import { applyEdits } from "../edits/text-edit.ts";
import { joinPath } from "../platform/paths.ts";
import { allowsVersion } from "../program/requirement.ts";
import type { Finding, Fix } from "../rules/finding.ts";
import type { ChosenCompiler, CompilerPool, PythonChoice } from "./compiler-pool.ts";
import type { ColumnStatisticsSetting } from "./embedded/column-setting.ts";
import type { StatisticsSource } from "./embedded/copied-statistics.ts";
import { embeddedServer } from "./embedded/embedded-files.ts";
import type { EmbeddedPool } from "./embedded/embedded-pool.ts";
import { EmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import type { TableRowsSetting } from "./embedded/table-rows.ts";
import type { ExplainProject } from "./explain-project.ts";
import { type Explanation, explain } from "./explanation.ts";
import type { KnownQueryset } from "./known-querysets.ts";
import type { LivePostgres } from "./live-postgres.ts";
import { liveRows } from "./live-rows.ts";
import type { PlanSource } from "./plan-source.ts";
import type { FindingQueryset } from "./proof/finding-querysets.ts";
import type { IndexProof } from "./proof/index-proof.ts";
import { proveIndex } from "./proof/prove-index.ts";
import type { QuerysetExpression } from "./queryset-at.ts";
import type { CompilerInfo, QuerysetCompiler, SchemaResult } from "./queryset-compiler.ts";

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
      /** Of a running database, which take the place of assumptions. */
      readonly statistics?: StatisticsSource | undefined;
    }
  | {
      readonly kind: "server";
      readonly source: PlanSource & Pick<LivePostgres, "read">;
      /** For what can't be tried on the server. */
      readonly databases?: EmbeddedPool;
    };

/** What is asked besides the expression. */
export interface ExplainPlace {
  /** Dotted name of the module in which the expression stands. */
  readonly module: string;
  /** For plans without a server. The first call for a project decides. */
  readonly tableRows: TableRowsSetting;
  readonly columnStatistics?: ColumnStatisticsSetting;
  /** Texts that stand for those on disk, by absolute paths. The first call for a project decides. */
  readonly unsaved?: ReadonlyMap<string, string>;
  /** What the analysis of the whole program knows of the expression; asked only where it is needed. */
  readonly known?: () => Promise<readonly KnownQueryset[]>;
  /** Told the SQL before plans are asked for. */
  readonly onSql?: (explanation: Explanation) => Promise<void>;
}

/** What is needed to try out the fix of a finding. */
export interface ProofPlace extends Pick<ExplainPlace, "tableRows" | "columnStatistics" | "unsaved"> {
  /** Absolute path of the folder that the paths of the finding are relative to. */
  readonly folder: string;
  /** The text that the edits of the fix are for; undefined for a file that they make. */
  text(path: string): string | undefined;
}

interface ProjectTools extends ChosenCompiler {
  readonly plans: PlanSource | undefined;
  readonly serverVersion: number;
}

/** Incomplete where a library that is not there would bring tables or fields, or a table could not be described. */
type DescribedSchema =
  | (Extract<SchemaResult, { kind: "schema" }> & { readonly complete: boolean })
  | Extract<SchemaResult, { kind: "failed" }>;

type ToolsPlace = Pick<ExplainPlace, "tableRows" | "columnStatistics" | "unsaved">;

/** PostgreSQL's version where there is no server to ask. */
const assumedServerVersion = 170_000;

/** Explains several expressions with one compiler for each project. */
export class ExplainRun {
  readonly #options: ExplainRunOptions;
  readonly #tools = new Map<string, Promise<ProjectTools>>();
  readonly #substitutes: EmbeddedPostgres[] = [];

  constructor(options: ExplainRunOptions) {
    this.#options = options;
  }

  async explain(
    queryset: QuerysetExpression,
    project: ExplainProject,
    place: ExplainPlace,
  ): Promise<Explanation> {
    const { analyze } = this.#options;
    const { compiler, plans } = await this.#toolsFor(project, place);
    const withNotes = async (explanation: Explanation): Promise<Explanation> => ({
      ...explanation,
      notes: [...(await this.notesOn(project, place)), ...explanation.notes],
    });
    const { onSql, known } = place;
    const tell = onSql && (async (explanation: Explanation) => onSql(await withNotes(explanation)));
    const tools = { compiler, plans, analyze, known };
    return withNotes(await explain(queryset, place.module, tools, tell));
  }

  /** Those of the notes that are the same for all querysets of a project. */
  async notesOn(project: ExplainProject, place: ToolsPlace): Promise<readonly string[]> {
    const { compiler, plans, ...chosen } = await this.#toolsFor(project, place);
    const started = await compiler.start();
    return started.kind === "failed" ? [] : notesOn(started.info, chosen);
  }

  /** Whether plans rest on what is said and guessed of tables. */
  get assumes(): boolean {
    return this.#options.plans.kind === "embedded";
  }

  /** The tables of a project, which its plans rest on. */
  async schema(project: ExplainProject, place: ToolsPlace): Promise<DescribedSchema> {
    const { compiler } = await this.#toolsFor(project, place);
    const started = await compiler.start();
    if (started.kind === "failed") return started;
    const described = await compiler.schema();
    if (described.kind === "failed") return described;
    const { missingModules } = started.info;
    return { ...described, complete: missingModules.length === 0 && described.schema.notes.length === 0 };
  }

  /**
   * Plans the queries that a finding about indexes rests on, with what its fix changes and without it.
   * @param querysets see `querysetsOf`
   */
  async prove(
    finding: Finding,
    querysets: readonly FindingQueryset[],
    project: ExplainProject,
    place: ProofPlace,
  ): Promise<IndexProof> {
    const { compiler, plans, serverVersion, ...chosen } = await this.#toolsFor(project, place);
    if (plans === undefined) throw new Error("there is nothing that plans");
    const { plans: origin } = this.#options;
    const rows = origin.kind === "server" ? await rowsOn(origin.source) : {};
    const copied = origin.kind === "embedded" ? origin.statistics : undefined;
    const databases = origin.kind === "server" ? origin.databases : undefined;
    const substitute =
      databases &&
      (async () => this.#substitute(databases, project, compiler, { ...place.tableRows, ...rows }));
    const proof = await proveIndex(finding, querysets, {
      compiler,
      plans,
      substitute,
      rows: async (table) => (copied === undefined ? rows[table] : copiedRows(copied, table)),
      schemaWith: async (fix) => {
        const unsaved = textsWith(fix, place);
        const changed = await this.#compilerFor(project, serverVersion, unsaved, "with the fix");
        const schema = await changed.compiler.schema();
        await this.#options.compilers.discard(changed.compiler);
        return schema;
      },
    });
    const started = await compiler.start();
    if (started.kind === "failed") return proof;
    return { ...proof, notes: [...notesOn(started.info, chosen), ...proof.notes] };
  }

  /** Ends the connection. Compilers and databases stay for the next run. */
  async close(): Promise<void> {
    const { plans: origin } = this.#options;
    if (origin.kind === "none") return;
    if (origin.kind === "server") await origin.source.close();
    if (origin.kind === "embedded") await origin.statistics?.close();
    const made = await this.#madeTools();
    for (const plans of [...made.map((tools) => tools.plans), ...this.#substitutes])
      if (plans instanceof EmbeddedPostgres) origin.databases?.release(plans);
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

  #substitute(
    databases: EmbeddedPool,
    project: ExplainProject,
    compiler: QuerysetCompiler,
    rows: TableRowsSetting,
  ): PlanSource {
    const assumptions = { rows, today: new Date() };
    const key = `${keyOf(project)}\nfor a server`;
    const plans = databases.take({ key, compiler, assumptions, generatedRows: undefined });
    this.#substitutes.push(plans);
    return plans;
  }

  #toolsFor(project: ExplainProject, place: ToolsPlace): Promise<ProjectTools> {
    const key = keyOf(project);
    let tools = this.#tools.get(key);
    if (tools === undefined) {
      tools = this.#makeTools(project, place);
      this.#tools.set(key, tools);
    }
    return tools;
  }

  async #makeTools(
    project: ExplainProject,
    { tableRows, columnStatistics = {}, unsaved }: ToolsPlace,
  ): Promise<ProjectTools> {
    const { plans: origin } = this.#options;
    switch (origin.kind) {
      case "none":
        return {
          ...(await this.#compilerFor(project, assumedServerVersion, unsaved)),
          plans: undefined,
          serverVersion: assumedServerVersion,
        };
      case "server": {
        const opened = await origin.source.open();
        const serverVersion = opened.kind === "open" ? opened.server.number : assumedServerVersion;
        const chosen = await this.#compilerFor(project, serverVersion, unsaved);
        return { ...chosen, plans: origin.source, serverVersion };
      }
      case "embedded": {
        const chosen = await this.#compilerFor(project, embeddedServer.number, unsaved);
        const plans = origin.databases.take({
          key: keyOf(project),
          compiler: chosen.compiler,
          assumptions: { rows: tableRows, columns: columnStatistics, today: new Date() },
          generatedRows: origin.generatedRows,
          statistics: origin.statistics,
        });
        // Both start at the same time.
        await plans.open();
        return { ...chosen, plans, serverVersion: embeddedServer.number };
      }
    }
  }

  #compilerFor(
    project: ExplainProject,
    serverVersion: number,
    unsaved: ExplainPlace["unsaved"],
    variant?: string,
  ): Promise<ChosenCompiler> {
    const { workspaceTrusted, compilers, pythonFor, environment } = this.#options;
    return compilers.take({
      workspaceTrusted,
      python: pythonFor(project),
      root: project.root,
      sourceRoots: project.sourceRoots,
      requirementFolders: [...new Set([project.root, project.folder])],
      settings: project.settings,
      environment,
      serverVersion,
      ...(unsaved === undefined ? {} : { unsaved }),
      ...(variant === undefined ? {} : { variant }),
    });
  }
}

async function rowsOn(source: Pick<LivePostgres, "read">): Promise<Readonly<Record<string, number>>> {
  const counted = await liveRows(source);
  // Plans ask the same server, and tell why it does not answer.
  return counted.kind === "counted" ? counted.rows : {};
}

async function copiedRows(statistics: StatisticsSource, table: string): Promise<number | undefined> {
  const copied = await statistics.tables([table]);
  // As above.
  return copied.kind === "tables" ? copied.tables.get(table)?.size.rows : undefined;
}

/** The texts that stand for those on disk once the fix is in them. */
function textsWith({ edits }: Fix, { folder, text, unsaved }: ProofPlace): ReadonlyMap<string, string> {
  const changed = [...groupBy(edits, ({ path }) => path)].flatMap(([path, ofFile]) => {
    const before = text(path);
    return before === undefined ? [] : [[joinPath(folder, path), applyEdits(before, ofFile)] as const];
  });
  return new Map([...(unsaved ?? []), ...changed]);
}

function keyOf({ root, settings }: ExplainProject): string {
  return `${root}\n${settings}`;
}

function notesOn(
  { django, engine, isPostgresql, missingModules }: CompilerInfo,
  { django: origin, problem, asked }: Pick<ChosenCompiler, "django" | "problem" | "asked">,
): readonly string[] {
  const notes: string[] = [];
  if (origin !== "interpreter") {
    const missing =
      missingModules.length === 0 ? "" : `; without what these libraries add: ${missingModules.join(", ")}`;
    const made =
      origin === "bundled"
        ? `Queryscope's own Django ${django}, as no interpreter with Django was found`
        : `the Django ${django} of the project's environment, whose interpreter could not be used`;
    notes.push(`made by ${made}${missing}`);
    if (problem !== undefined) notes.push(problem);
  }
  const version = parseVersion(django);
  if (asked !== undefined && version !== undefined && !allowsVersion(asked, version))
    notes.push(`SQL of Django ${formatVersion(version)}; the project asks for Django ${asked}`);
  if (!isPostgresql) {
    const used =
      engine === "" ? "the project's settings name no database here" : `the project uses ${engine}`;
    notes.push(`${used}; this is what it would send to PostgreSQL`);
  }
  return notes;
}
