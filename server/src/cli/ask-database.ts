import { askPostgres } from "../explain/ask-postgres.ts";
import type { Failed } from "../explain/bridge-protocol.ts";
import { resolveConnection } from "../explain/connection-resolution.ts";
import type { LivePostgres } from "../explain/live-postgres.ts";
import { UsageError } from "./usage-error.ts";

/**
 * What a database answers that is named on the command line.
 * @throws UsageError where it is not found or does not answer: what follows would look as if it had been asked
 */
export async function askDatabase<Answer extends { readonly kind: string }>(
  connection: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
  ask: (database: LivePostgres) => Promise<Answer | Failed>,
): Promise<Answer> {
  const resolution = await resolveConnection(connection, variables);
  if (resolution.kind !== "found")
    throw new UsageError(
      resolution.kind === "failed" ? resolution.error.message : "the connection was not found",
    );
  const answer = await askPostgres(resolution.details, ask);
  if (isFailed(answer)) throw new UsageError(answer.error.message);
  return answer;
}

function isFailed(answer: { readonly kind: string }): answer is Failed {
  return answer.kind === "failed";
}
