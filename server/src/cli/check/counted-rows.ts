import { resolveConnection } from "../../explain/connection-resolution.ts";
import { LivePostgres } from "../../explain/live-postgres.ts";
import { liveRows } from "../../explain/live-rows.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Rows of the tables of a database, by its own estimate.
 * @throws UsageError where it does not answer: findings would then look as if it had been asked
 */
export async function countedRows(
  connection: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, number>>> {
  const resolution = await resolveConnection(connection, variables);
  if (resolution.kind !== "found")
    throw new UsageError(
      resolution.kind === "failed" ? resolution.error.message : "the connection was not found",
    );
  const database = new LivePostgres(resolution.details);
  try {
    const counted = await liveRows(database);
    if (counted.kind === "failed") throw new UsageError(counted.error.message);
    return counted.rows;
  } finally {
    await database.close();
  }
}
