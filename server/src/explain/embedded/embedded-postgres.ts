import type { ExplainError } from "../explain-error.ts";
import type { ExplainOptions, OpenResult, PlanResult, PlanSource, TrialResult } from "../plan-source.ts";
import type { IndexChange } from "../proof/index-change.ts";
import type { CompiledStatement, ProjectSchema, SchemaResult } from "../queryset-compiler.ts";
import type { Assumptions } from "./assumed-tables.ts";
import type { StatisticsSource } from "./copied-statistics.ts";
import { embeddedServer } from "./embedded-files.ts";
import { EmbeddedPlanner } from "./embedded-planner.ts";
import { FilledDatabase } from "./filled-database.ts";
import { MeasuringPlanner } from "./measuring-planner.ts";
import { PlantedDatabase } from "./planted-database.ts";
import { PostgresThread } from "./postgres-thread.ts";

export interface EmbeddedPostgresOptions extends Omit<Assumptions, "mostRows"> {
  /** With what the build made for it; ends in a slash. */
  readonly folder: URL;
  /** Of the project whose statements are explained. Asked for once. */
  readonly schema: () => Promise<SchemaResult>;
  /** Rows of a table at most that are generated to measure queries; undefined where none may be. */
  readonly generatedRows?: number | undefined;
  /** Of a running database, which take the place of assumptions. */
  readonly statistics?: StatisticsSource | undefined;
}

/**
 * Plans without a server: PostgreSQL in a thread, with the project's tables and assumed statistics instead of rows.
 * What it costs does not depend on how big tables are assumed to be.
 */
export class EmbeddedPostgres implements PlanSource {
  readonly #options: EmbeddedPostgresOptions;
  #schema: EmbeddedPostgresOptions["schema"];
  /** The tables that are made in the threads, as far as statements named them. */
  #tables: ProjectSchema | undefined;
  /** Whether `#schema` has not been asked yet. */
  #isStale = true;
  #thread: PostgresThread | undefined;
  #planner: EmbeddedPlanner | undefined;
  /** Another thread: tables are full or planted. */
  #measuringThread: PostgresThread | undefined;
  #measuring: MeasuringPlanner | undefined;
  #closed = false;

  constructor(options: EmbeddedPostgresOptions) {
    this.#options = options;
    this.#schema = options.schema;
  }

  /** From now on the project is what this says; where its tables are the same, what was made of them stays. */
  follow(schema: EmbeddedPostgresOptions["schema"]): void {
    this.#schema = schema;
    this.#isStale = true;
  }

  /** Starts the thread, and does not wait for it. */
  async open(): Promise<OpenResult> {
    if (!this.#closed && (this.#thread === undefined || this.#thread.hasEnded)) {
      this.#thread = new PostgresThread(this.#options.folder, "plan");
      this.#planner = undefined;
    }
    return { kind: "open", server: embeddedServer };
  }

  async explain(statement: CompiledStatement, { analyze }: ExplainOptions): Promise<PlanResult> {
    if (!analyze) return this.#withPlanner((planner) => planner.explain(statement));
    const problem = await this.#catchUp();
    return problem === undefined ? this.#measure(statement) : failed(problem);
  }

  tryIndexes(statement: CompiledStatement, change: IndexChange): Promise<TrialResult> {
    return this.#withPlanner((planner) => planner.tryIndexes(statement, change));
  }

  async #withPlanner<Result>(
    ask: (planner: EmbeddedPlanner) => Promise<Result>,
    mayRestart = true,
  ): Promise<Result | Failed> {
    const problem = await this.#catchUp();
    if (problem !== undefined) return failed(problem);
    await this.open();
    const thread = this.#thread;
    if (this.#closed || thread === undefined)
      return failed({ kind: "internal", message: "the embedded PostgreSQL was closed" });
    this.#planner ??= new EmbeddedPlanner(
      thread,
      new PlantedDatabase(thread, this.#tables ?? noTables, this.#options, this.#options.statistics),
    );
    const result = await ask(this.#planner);
    if (!thread.hasEnded || this.#closed || !mayRestart) return result;
    // PostgreSQL may have been lost by no fault of the statement: once more, in a thread of its own.
    return this.#withPlanner(ask, false);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.end();
    await this.#measuringThread?.end();
  }

  /** Ends the threads when the project's tables are no longer those that they have. */
  async #catchUp(): Promise<ExplainError | undefined> {
    if (!this.#isStale) return undefined;
    await this.open();
    const described = await this.#schema();
    if (described.kind === "failed") return described.error;
    this.#isStale = false;
    const { schema } = described;
    const isNew = this.#tables !== undefined && JSON.stringify(this.#tables) !== JSON.stringify(schema);
    this.#tables = schema;
    if (!isNew) return undefined;
    await this.#thread?.end();
    await this.#measuringThread?.end();
    return undefined;
  }

  async #measure(statement: CompiledStatement): Promise<PlanResult> {
    const { folder, generatedRows } = this.#options;
    if (generatedRows === undefined) return failed({ kind: "usage", message: noAnalyze });
    if (this.#closed) return failed({ kind: "internal", message: "the embedded PostgreSQL was closed" });
    if (this.#measuringThread === undefined || this.#measuringThread.hasEnded) {
      this.#measuringThread = new PostgresThread(folder, "run");
      this.#measuring = undefined;
    }
    const thread = this.#measuringThread;
    this.#measuring ??= new MeasuringPlanner(
      thread,
      new FilledDatabase(thread, this.#tables ?? noTables, { ...this.#options, mostRows: generatedRows }),
    );
    return this.#measuring.explain(statement);
  }
}

const noTables: ProjectSchema = { tables: [], notes: [] };

const noAnalyze =
  "there are no rows to run the query on: the tables of the embedded PostgreSQL only have assumed statistics. Name a database to measure it on, or have rows generated";

interface Failed {
  readonly kind: "failed";
  readonly error: ExplainError;
}

function failed(error: ExplainError): Failed {
  return { kind: "failed", error };
}
