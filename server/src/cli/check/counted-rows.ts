import { liveRows } from "../../explain/live-rows.ts";
import { askDatabase } from "../ask-database.ts";

/** Rows of the tables of a database, by its own estimate. */
export async function countedRows(
  connection: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, number>>> {
  return (await askDatabase(connection, variables, liveRows)).rows;
}
