import type { ExplainError } from "../explain-error.ts";
import type { ExplainOptions, OpenResult, PlanResult, PlanSource } from "../plan-source.ts";
import type { CompiledStatement, SchemaResult } from "../queryset-compiler.ts";
import { embeddedServer } from "./embedded-files.ts";
import { EmbeddedPlanner } from "./embedded-planner.ts";
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
}

/**
 * Plans without a server: PostgreSQL in a thread, with the project's tables and assumed statistics instead of rows.
 * What it costs does not depend on how big tables are assumed to be.
 */
export class EmbeddedPostgres implements PlanSource {
  readonly #options: EmbeddedPostgresOptions;
  #thread: PostgresThread | undefined;
  #planner: Promise<PlannerResult> | undefined;
  #closed = false;

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
    if (analyze) return failed({ kind: "usage", message: noAnalyze });
    await this.open();
    const thread = this.#thread;
    if (this.#closed || thread === undefined)
      return failed({ kind: "internal", message: "the embedded PostgreSQL was closed" });
    this.#planner ??= this.#prepare(thread);
    const prepared = await this.#planner;
    return prepared.kind === "failed" ? prepared : prepared.planner.explain(statement);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.end();
  }

  async #prepare(thread: PostgresThread): Promise<PlannerResult> {
    const result = await this.#options.schema();
    if (result.kind === "failed") return result;
    const database = new PlantedDatabase(thread, result.schema, this.#options);
    return { kind: "planner", planner: new EmbeddedPlanner(thread, database) };
  }
}

type PlannerResult =
  | { readonly kind: "planner"; readonly planner: EmbeddedPlanner }
  | { readonly kind: "failed"; readonly error: ExplainError };

const noAnalyze =
  "there are no rows to run the query on: the tables of the embedded PostgreSQL only have assumed statistics. Name a database to measure it";

function failed(error: ExplainError): PlanResult {
  return { kind: "failed", error };
}
