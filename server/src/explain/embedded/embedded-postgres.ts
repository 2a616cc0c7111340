import type { ExplainError } from "../explain-error.ts";
import type { ExplainOptions, OpenResult, PlanResult, PlanSource } from "../plan-source.ts";
import type { CompiledStatement, SchemaResult } from "../queryset-compiler.ts";
import { embeddedServer } from "./embedded-files.ts";
import { EmbeddedPlanner } from "./embedded-planner.ts";
import { FilledDatabase } from "./filled-database.ts";
import { MeasuringPlanner } from "./measuring-planner.ts";
import { PlantedDatabase } from "./planted-database.ts";
import { PostgresThread } from "./postgres-thread.ts";
import type { TableRowsSetting } from "./table-rows.ts";

export interface EmbeddedPostgresOptions {
  /** With what the build made for it; ends in a slash. */
  readonly folder: URL;
  /** Of the project whose statements are explained. Asked for once. */
  readonly schema: () => Promise<SchemaResult>;
  readonly rows: TableRowsSetting;
  readonly today: Date;
  /** Rows of a table at most that are generated to measure queries; undefined where none may be. */
  readonly generatedRows?: number | undefined;
}

/**
 * Plans without a server: PostgreSQL in a thread, with the project's tables and assumed statistics instead of rows.
 * What it costs does not depend on how big tables are assumed to be.
 */
export class EmbeddedPostgres implements PlanSource {
  readonly #options: EmbeddedPostgresOptions;
  #thread: PostgresThread | undefined;
  #planner: Promise<PlannerResult<EmbeddedPlanner>> | undefined;
  /** Another thread: tables are full or planted. */
  #measuringThread: PostgresThread | undefined;
  #measuring: Promise<PlannerResult<MeasuringPlanner>> | undefined;
  #closed = false;
  #restarted = false;

  constructor(options: EmbeddedPostgresOptions) {
    this.#options = options;
  }

  /** Starts the thread, and does not wait for it. */
  async open(): Promise<OpenResult> {
    if (!this.#closed && (this.#thread === undefined || this.#thread.hasEnded)) {
      this.#thread = new PostgresThread(this.#options.folder);
      this.#planner = undefined;
    }
    return { kind: "open", server: embeddedServer };
  }

  async explain(statement: CompiledStatement, { analyze }: ExplainOptions): Promise<PlanResult> {
    if (analyze) return this.#measure(statement);
    await this.open();
    const thread = this.#thread;
    if (this.#closed || thread === undefined)
      return failed({ kind: "internal", message: "the embedded PostgreSQL was closed" });
    this.#planner ??= this.#prepare(thread);
    const prepared = await this.#planner;
    if (prepared.kind === "failed") return prepared;
    const result = await prepared.planner.explain(statement);
    if (!thread.hasEnded || this.#closed || this.#restarted) return result;
    // PostgreSQL may have been lost by no fault of the statement: once more, in a thread of its own.
    this.#restarted = true;
    return this.explain(statement, { analyze });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.end();
    await this.#measuringThread?.end();
  }

  async #measure(statement: CompiledStatement): Promise<PlanResult> {
    const { folder, generatedRows } = this.#options;
    if (generatedRows === undefined) return failed({ kind: "usage", message: noAnalyze });
    if (this.#closed) return failed({ kind: "internal", message: "the embedded PostgreSQL was closed" });
    if (this.#measuringThread === undefined || this.#measuringThread.hasEnded) {
      this.#measuringThread = new PostgresThread(folder);
      this.#measuring = undefined;
    }
    this.#measuring ??= this.#prepareMeasuring(this.#measuringThread, generatedRows);
    const prepared = await this.#measuring;
    return prepared.kind === "failed" ? prepared : prepared.planner.explain(statement);
  }

  async #prepareMeasuring(
    thread: PostgresThread,
    mostRows: number,
  ): Promise<PlannerResult<MeasuringPlanner>> {
    const result = await this.#options.schema();
    if (result.kind === "failed") return result;
    const database = new FilledDatabase(thread, result.schema, { ...this.#options, mostRows });
    return { kind: "planner", planner: new MeasuringPlanner(thread, database) };
  }

  async #prepare(thread: PostgresThread): Promise<PlannerResult<EmbeddedPlanner>> {
    const result = await this.#options.schema();
    if (result.kind === "failed") return result;
    const database = new PlantedDatabase(thread, result.schema, this.#options);
    return { kind: "planner", planner: new EmbeddedPlanner(thread, database) };
  }
}

type PlannerResult<Planner> =
  | { readonly kind: "planner"; readonly planner: Planner }
  | { readonly kind: "failed"; readonly error: ExplainError };

const noAnalyze =
  "there are no rows to run the query on: the tables of the embedded PostgreSQL only have assumed statistics. Name a database to measure it on, or have rows generated";

function failed(error: ExplainError): PlanResult {
  return { kind: "failed", error };
}
