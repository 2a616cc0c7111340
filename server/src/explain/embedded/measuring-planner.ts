import type { PlanResult } from "../plan-source.ts";
import type { CompiledStatement } from "../queryset-compiler.ts";
import { planOf } from "../statement-plan.ts";
import { tablesIn } from "../statement-tables.ts";
import { describeFailure } from "./database-failure.ts";
import { embeddedServer } from "./embedded-files.ts";
import type { FilledDatabase } from "./filled-database.ts";
import type { PostgresThread } from "./postgres-thread.ts";

/** For one query. */
const measureLimitMs = 120_000;

/** Runs statements on generated rows, and takes back what they change. */
export class MeasuringPlanner {
  readonly #thread: PostgresThread;
  readonly #database: FilledDatabase;

  constructor(thread: PostgresThread, database: FilledDatabase) {
    this.#thread = thread;
    this.#database = database;
  }

  async explain(statement: CompiledStatement): Promise<PlanResult> {
    const thread = this.#thread;
    const database = this.#database;
    const tables = await tablesIn(statement.sql);
    try {
      await database.ensure(tables);
    } catch (error) {
      return { kind: "failed", error: describeFailure(error, []) };
    }
    const result = await planOf(statement, {
      server: embeddedServer,
      analyzed: true,
      admit: async () => undefined,
      ask: async ({ text, values }) => {
        await thread.run("BEGIN", measureLimitMs);
        try {
          const query = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`;
          const [row] = await thread.query(query, values, measureLimitMs);
          return row?.["QUERY PLAN"];
        } finally {
          if (!thread.hasEnded) await thread.run("ROLLBACK", measureLimitMs);
        }
      },
      describe: (error) => describeFailure(error, database.problems(tables)),
    });
    return result.kind === "failed" ? result : { ...result, assumed: database.assumptions(tables) };
  }
}
