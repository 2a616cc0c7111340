import type { ConnectionDetails } from "./connection-url.ts";
import { LivePostgres } from "./live-postgres.ts";

/**
 * What a running server answers over a connection that is closed afterwards, or when `signal` asks for it: what is
 * asked from then on fails.
 */
export async function askPostgres<Answer>(
  details: ConnectionDetails,
  ask: (database: LivePostgres) => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  const database = new LivePostgres(details);
  const giveUp = () => void database.close();
  signal?.addEventListener("abort", giveUp, { once: true });
  try {
    return await ask(database);
  } finally {
    signal?.removeEventListener("abort", giveUp);
    await database.close();
  }
}
