import type { LivePostgres } from "./live-postgres.ts";

/** As far as the server has counted them: -1 stands for tables that were never analysed. */
const query = `SELECT c.relname AS table, c.reltuples::float8 AS rows FROM pg_class c
  WHERE c.relkind IN ('r', 'p') AND c.reltuples >= 0 AND pg_table_is_visible(c.oid)`;

/** Rows of the tables of a database by its own estimate; empty where it does not answer. */
export async function liveRows(
  source: Pick<LivePostgres, "read">,
): Promise<Readonly<Record<string, number>>> {
  const answer = await source.read(query);
  if (answer.kind === "failed") return {};
  return Object.fromEntries(
    answer.rows.flatMap(({ table, rows }) =>
      typeof table === "string" && typeof rows === "number" ? [[table, rows] as const] : [],
    ),
  );
}
