/** The sizes of a running database's tables, for advice about indexes. */
import { type CancellationToken, ErrorCodes } from "vscode-languageserver";
import { z } from "zod";
import { CancelledError } from "../base/cancellation.ts";
import type { ConnectionDetails } from "../explain/connection-url.ts";
import type { ExplainError } from "../explain/explain-error.ts";
import type { LiveRows } from "../explain/live-rows.ts";
import { withProgress } from "./command-progress.ts";
import {
  detailsOf,
  type ExplainCommandParams,
  type ExplainContext,
  postgresConnection,
} from "./explain-request.ts";
import { commandArgument, RequestError } from "./requests.ts";

/**
 * Asks a database for the rows of its tables, by its own estimate: advice about small tables goes. They stay in memory
 * until they are asked for again or the server ends. Its one argument is a `CountRowsArguments`.
 */
export const countRowsCommand = "queryscope.server.countRows";

export interface CountRowsResult {
  /** How many tables have a size now. */
  readonly tables: number;
  /** Why the database said nothing; what was known before stays. */
  readonly error: ExplainError | null;
}

/** `uri` is of a folder or of a file in it. Without a connection what was counted is forgotten. */
const countRowsArguments = z.object({
  uri: z.string(),
  workspaceTrusted: z.boolean(),
  connection: postgresConnection.optional(),
});

export type CountRowsArguments = z.input<typeof countRowsArguments>;

export async function countRowsRequest(
  context: ExplainContext,
  { arguments: given, workDoneToken }: ExplainCommandParams,
  token: CancellationToken,
): Promise<CountRowsResult> {
  const { uri, workspaceTrusted, connection } = commandArgument(countRowsCommand, countRowsArguments, given);
  const { folders } = context;
  const folder = folders.all.find((each) => each.uri === uri) ?? folders.locate(uri)?.folder;
  if (folder === undefined)
    throw new RequestError(ErrorCodes.InvalidParams, `${uri} is in no folder of the workspace`);
  if (connection === undefined) {
    folder.setCountedRows({});
    return { tables: 0, error: null };
  }
  if (!workspaceTrusted)
    throw new RequestError(
      ErrorCodes.InvalidParams,
      "no database is asked in a workspace that is not trusted",
    );
  const details = await detailsOf(connection);
  const title = "Queryscope: counting rows";
  const counted = await withProgress(
    context,
    { workDoneToken, token, title },
    async ({ signal, onProgress }) => {
      onProgress(`Asking ${connection.name}`);
      const answer = await rowsOf(details, signal);
      if (answer === undefined) throw new CancelledError();
      return answer;
    },
  );
  if (counted.kind === "failed") return { tables: 0, error: counted.error };
  folder.setCountedRows(counted.rows);
  return { tables: Object.keys(counted.rows).length, error: null };
}

/** What a database says of its tables; undefined where it was not waited for. */
export async function rowsOf(details: ConnectionDetails, signal: AbortSignal): Promise<LiveRows | undefined> {
  // Loaded when it is needed: it brings the database client along.
  const { askPostgres } = await import("../explain/ask-postgres.ts");
  const { liveRows } = await import("../explain/live-rows.ts");
  if (signal.aborted) return undefined;
  const answer = await askPostgres(details, liveRows, signal);
  return signal.aborted ? undefined : answer;
}
