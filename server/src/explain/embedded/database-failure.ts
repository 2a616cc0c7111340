import type { ExplainError } from "../explain-error.ts";
import { DatabaseError } from "./postgres-thread.ts";

/** The database whose statistics are copied does not answer. */
export class StatisticsUnavailable extends Error {
  readonly reason: ExplainError;

  constructor(reason: ExplainError) {
    super(reason.message);
    this.reason = reason;
  }
}

/**
 * What PostgreSQL said, for the user.
 * @param problems what of the tables could not be created: why something is missing
 * @throws what is not PostgreSQL's error
 */
export function describeFailure(error: unknown, problems: readonly string[]): ExplainError {
  if (error instanceof StatisticsUnavailable) return error.reason;
  if (!(error instanceof DatabaseError)) throw error;
  const { code, message } = error;
  // Anything but a table, column, type or function that is not there.
  if (code?.startsWith("42") !== true) return { kind: "server", message };
  const reason = problems.length === 0 ? "" : ` (could not be created: ${problems.join("; ")})`;
  return { kind: "schema", message: message + reason };
}
