import type { ExplainError } from "./explain-error.ts";
import type { LivePostgres } from "./live-postgres.ts";

export type LiveRows =
  | { readonly kind: "counted"; readonly rows: Readonly<Record<string, number>> }
  | { readonly kind: "failed"; readonly error: ExplainError };

/** As far as the server has counted them: tables that were never analysed have -1 rows, before PostgreSQL 14 none and no pages. */
const query = `SELECT c.relname AS table, c.reltuples::float8 AS rows FROM pg_class c
  WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND c.relnamespace <> 'pg_catalog'::regnamespace
    AND (c.reltuples > 0 OR c.reltuples = 0 AND current_setting('server_version_num')::int >= 140000)`;

/** Rows of the tables of a database by its own estimate. */
export async function liveRows(source: Pick<LivePostgres, "read">): Promise<LiveRows> {
  const answer = await source.read(query);
  if (answer.kind === "failed") return answer;
  const rows = answer.rows.flatMap(({ table, rows }) =>
    typeof table === "string" && typeof rows === "number" ? [[table, rows] as const] : [],
  );
  return { kind: "counted", rows: Object.fromEntries(rows) };
}
