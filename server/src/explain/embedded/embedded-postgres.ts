import { indexAdvice, indexesUsed, type WhatIfIndexes } from "../advice/index-advice.ts";
import type { BoundStatement } from "../bound-statement.ts";
import type { ExplainError } from "../explain-error.ts";
import type { ExplainOptions, OpenResult, PlanResult, PlanSource } from "../plan-source.ts";
import { type QueryPlan, readPlan } from "../query-plan.ts";
import type { CompiledStatement, SchemaResult } from "../queryset-compiler.ts";
import { planOf } from "../statement-plan.ts";
import { tablesIn } from "../statement-tables.ts";
import { distinctValues } from "./column-statistics.ts";
import { embeddedServer } from "./embedded-files.ts";
import { PlantedDatabase } from "./planted-database.ts";
import { DatabaseError, PostgresThread } from "./postgres-thread.ts";
import type { TableRowsSetting } from "./table-rows.ts";
import { whatIfName, withIndex } from "./what-if-index.ts";

export interface EmbeddedPostgresOptions {
  /** With what the build made for it; ends in a slash. */
  readonly folder: URL;
  /** Of the project whose statements are explained. Asked for once. */
  readonly schema: () => Promise<SchemaResult>;
  readonly rows: TableRowsSetting;
  readonly today: Date;
}

/** For one plan. */
const explainLimitMs = 20_000;

/**
 * Plans without a server: PostgreSQL in a thread, with the project's tables and assumed statistics instead of rows.
 * What it costs does not depend on how big tables are assumed to be.
 */
export class EmbeddedPostgres implements PlanSource {
  readonly #options: EmbeddedPostgresOptions;
  #thread: PostgresThread | undefined;
  #database: Promise<DatabaseResult> | undefined;
  #closed = false;

  constructor(options: EmbeddedPostgresOptions) {
    this.#options = options;
  }

  /** Starts the thread, and does not wait for it. */
  async open(): Promise<OpenResult> {
    if (!this.#closed && (this.#thread === undefined || this.#thread.hasEnded)) {
      this.#thread = new PostgresThread(this.#options.folder);
      this.#database = undefined;
    }
    return { kind: "open", server: embeddedServer };
  }

  async explain(statement: CompiledStatement, { analyze }: ExplainOptions): Promise<PlanResult> {
    if (analyze) return failed({ kind: "usage", message: noAnalyze });
    await this.open();
    const thread = this.#thread;
    if (this.#closed || thread === undefined)
      return failed({ kind: "internal", message: "the embedded PostgreSQL was closed" });
    this.#database ??= this.#prepare(thread);
    const prepared = await this.#database;
    if (prepared.kind === "failed") return prepared;
    const { database } = prepared;
    // The form in which PostgreSQL took it is what indexes are tried with.
    let asked: BoundStatement | undefined;
    const ask = async (bound: BoundStatement): Promise<unknown> => {
      asked = bound;
      const [row] = await thread.query(`EXPLAIN (FORMAT JSON) ${bound.text}`, bound.values, explainLimitMs);
      return row?.["QUERY PLAN"];
    };
    const tables = await tablesIn(statement.sql);
    try {
      await database.ensure(tables);
    } catch (error) {
      return failed(describe(error));
    }
    const result = await planOf(statement, {
      server: embeddedServer,
      analyzed: false,
      // There is nothing that a statement could read or change.
      admit: async () => undefined,
      ask,
      describe: (error) => withProblems(describe(error), database.problems(tables)),
    });
    if (result.kind === "failed") return result;
    const planAgain = async () => asked && readPlan(await ask(asked), embeddedServer.text, false);
    try {
      const advice = await indexAdvice(statement, result.plan, whatIf(thread, database, planAgain));
      return { ...result, assumed: database.assumptions(tables), advice };
    } catch (error) {
      return failed(describe(error));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.end();
  }

  async #prepare(thread: PostgresThread): Promise<DatabaseResult> {
    const result = await this.#options.schema();
    if (result.kind === "failed") return result;
    return { kind: "database", database: new PlantedDatabase(thread, result.schema, this.#options) };
  }
}

function whatIf(
  thread: PostgresThread,
  database: PlantedDatabase,
  planAgain: () => Promise<QueryPlan | undefined>,
): WhatIfIndexes {
  return {
    table: (name) => database.table(name),
    distinct(table, column) {
      const [assumed] = database.assumptions([table]);
      const statistics = assumed?.columns.get(column);
      return assumed === undefined || statistics === undefined
        ? 1
        : distinctValues(statistics, assumed.rows.rows);
    },
    existing: (table) => database.indexesOf(table),
    async planWith(candidate) {
      const plan = await withIndex(thread, database, candidate, planAgain);
      return plan && { plan, isUsed: indexesUsed(plan.root).includes(whatIfName) };
    },
  };
}

type DatabaseResult =
  | { readonly kind: "database"; readonly database: PlantedDatabase }
  | { readonly kind: "failed"; readonly error: ExplainError };

const noAnalyze =
  "there are no rows to run the query on: the tables of the embedded PostgreSQL only have assumed statistics. Name a database to measure it";

function failed(error: ExplainError): PlanResult {
  return { kind: "failed", error };
}

function describe(error: unknown): ExplainError {
  if (!(error instanceof DatabaseError)) throw error;
  const { code, message } = error;
  // A table, column, type or function that is not there.
  if (code?.startsWith("42")) return { kind: "schema", message };
  return { kind: "server", message };
}

/** Why something is missing. */
function withProblems(error: ExplainError, problems: readonly string[]): ExplainError {
  if (error.kind !== "schema" || problems.length === 0) return error;
  return { ...error, message: `${error.message} (could not be created: ${problems.join("; ")})` };
}
