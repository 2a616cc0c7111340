/** Commands by which a view of the project has findings accepted: in a comment, or in the baseline. */
import { type CancellationToken, ErrorCodes, type ExecuteCommandParams } from "vscode-languageserver";
import { z } from "zod";
import { suppressionOf } from "../ide/suppressions.ts";
import { BaselineError, changeBaseline } from "../lint/baseline.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import type { AnalysedFolder } from "./folder.ts";
import { commandArgument, RequestError } from "./requests.ts";
import type { ServerContext } from "./server-context.ts";
import { toWorkspaceEdit } from "./to-workspace-edit.ts";
import { uriOfFile } from "./uris.ts";

/** Writes the comment that suppresses a finding on its line or in its file. Answers whether the client applied it. */
export const suppressCommand = "queryscope.server.suppress";

/** Answers the text of each baseline after findings were added or removed; the client writes it. */
export const changeBaselineCommand = "queryscope.server.changeBaseline";

export interface ChangedBaseline {
  readonly uri: string;
  readonly text: string;
}

const suppressArguments = z.object({
  uri: z.string(),
  fingerprint: z.string(),
  scope: z.enum(["line", "file"]),
});

const changeBaselineArguments = z.object({
  change: z.enum(["add", "remove"]),
  /** Of findings; without them, all. */
  findings: z.array(z.object({ uri: z.string(), fingerprint: z.string() })).optional(),
});

export async function suppress(
  { client, connection, folders }: ServerContext,
  { arguments: given }: ExecuteCommandParams,
  token: CancellationToken,
): Promise<boolean> {
  const { uri, fingerprint, scope } = commandArgument(suppressCommand, suppressArguments, given);
  const folder = await folders.locate(uri)?.folder.current(token);
  const finding = folder?.snapshot.findings.find((each) => each.fingerprint === fingerprint);
  const action = finding && folder && suppressionOf(folder.snapshot, finding, scope);
  if (folder === undefined || action === undefined)
    throw new RequestError(ErrorCodes.InvalidParams, "the finding is not there any more");
  const edit = toWorkspaceEdit(action, folder, client);
  return (await connection.workspace.applyEdit({ label: action.title, edit })).applied;
}

export async function changeBaselines(
  { folders }: ServerContext,
  { arguments: given }: ExecuteCommandParams,
  token: CancellationToken,
): Promise<readonly ChangedBaseline[]> {
  const { change, findings } = commandArgument(changeBaselineCommand, changeBaselineArguments, given);
  const changed: ChangedBaseline[] = [];
  for (const folder of folders.all) {
    const named = findings
      ?.filter(({ uri }) => folders.locate(uri)?.folder === folder)
      .map(({ fingerprint }) => fingerprint);
    const isMeant = ({ fingerprint }: ReportedFinding): boolean => named?.includes(fingerprint) ?? true;
    const analysed = await folder.current(token);
    const { baseline, snapshot } = analysed;
    const meant = (change === "add" ? snapshot.findings : snapshot.knownFindings).filter(isMeant);
    if (baseline === undefined || meant.length === 0) continue;
    changed.push({ uri: uriOfFile(baseline.path), text: changedText(baseline, change, meant) });
  }
  return changed;
}

function changedText(
  { path, text }: NonNullable<AnalysedFolder["baseline"]>,
  change: "add" | "remove",
  findings: readonly ReportedFinding[],
): string {
  try {
    return changeBaseline(text, { add: [], remove: [], [change]: findings });
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error;
    throw new RequestError(ErrorCodes.InvalidParams, `${path} is not a baseline: ${error.message}`);
  }
}
