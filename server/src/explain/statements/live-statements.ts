import pg from "pg";
import type { ExplainError } from "../explain-error.ts";
import type { LivePostgres } from "../live-postgres.ts";
import { type DatabaseStatement, fromRecords } from "./statement-export.ts";

export type StatementsResult =
  | { readonly kind: "statements"; readonly statements: readonly DatabaseStatement[] }
  | { readonly kind: "failed"; readonly error: ExplainError };

/** What a report can still show. */
const mostStatements = 5_000;

/** What the extension `pg_stat_statements` knows of a database's statements, the slowest in total. */
export async function liveStatements(database: LivePostgres): Promise<StatementsResult> {
  const opened = await database.open();
  if (opened.kind === "failed") return opened;
  const found = await database.read(
    "SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'",
  );
  if (found.kind === "failed") return found;
  const schema = found.rows[0]?.schema;
  if (typeof schema !== "string") {
    return failed(
      "the database has no extension pg_stat_statements (shared_preload_libraries and CREATE EXTENSION)",
    );
  }
  const time = opened.server.number < 130_000 ? "time" : "exec_time";
  const answer = await database.read(
    `SELECT query, calls::float8 AS calls, total_${time} AS total_exec_time, mean_${time} AS mean_exec_time, rows::float8 AS rows
     FROM ${pg.escapeIdentifier(schema)}.pg_stat_statements
     WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
     ORDER BY total_${time} DESC LIMIT ${mostStatements}`,
  );
  if (answer.kind === "failed") return answer;
  const read = fromRecords(answer.rows);
  return read.kind === "statements" ? read : failed(`the view pg_stat_statements ${read.reason}`);
}

function failed(message: string): StatementsResult {
  return { kind: "failed", error: { kind: "server", message } };
}
