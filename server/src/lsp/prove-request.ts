import { type CancellationToken, ErrorCodes } from "vscode-languageserver";
import { z } from "zod";
import type { RequestedPlans } from "../explain/api.ts";
import type { ProofJson } from "../explain/proof/proof-json.ts";
import {
  analysedPlace,
  detailsOf,
  type ExplainCommandParams,
  type ExplainContext,
  projectOf,
  toolArguments,
  unsavedModules,
  withExplainer,
} from "./explain-request.ts";
import { commandArgument, RequestError } from "./requests.ts";

/**
 * Plans the queries of a finding about indexes with what its fix changes and without it. Its one argument is a
 * `ProveArguments`. Where the planner has no use for the advice, the finding is gone until the server ends.
 */
export const proveCommand = "queryscope.server.prove";

export interface ProveCommandResult {
  /** For people. */
  readonly text: string;
  /** For programs: an element of `queryscope explain --prove --output-format json`. */
  readonly proof: ProofJson;
}

/** `uri` is of the file in which the finding is. */
const proveArguments = toolArguments.extend({ fingerprint: z.string() });

export type ProveArguments = z.input<typeof proveArguments>;

export async function proveRequest(
  context: ExplainContext,
  { arguments: given, workDoneToken }: ExplainCommandParams,
  token: CancellationToken,
): Promise<ProveCommandResult> {
  const { uri, fingerprint, connection, ...rest } = commandArgument(proveCommand, proveArguments, given);
  const { folder, analysed, path } = await analysedPlace(context, uri, token);
  const finding = analysed.snapshot.findings.find((each) => each.fingerprint === fingerprint);
  if (finding === undefined)
    throw new RequestError(ErrorCodes.InvalidParams, "the finding is not there any more");
  const { project } = projectOf(analysed, path);
  const { tableRows, columnStatistics } = analysed.configuration;
  const details = connection && (await detailsOf(connection));
  const plans: RequestedPlans =
    details === undefined || connection?.copyStatistics
      ? { kind: "embedded", tableRows, columnStatistics, statistics: details }
      : { kind: "server", connection: details, tableRows };
  const title = "Queryscope: trying the index";
  const result = await withExplainer(context, { workDoneToken, token, title }, (explainer, running) =>
    explainer.prove({
      ...rest,
      ...running,
      folder: folder.path,
      project,
      finding,
      text: (file) => analysed.snapshot.text(file),
      unsaved: unsavedModules(analysed, folder.path),
      plans,
    }),
  );
  if (result.proof.verdict === "withdrawn") folder.withdraw(finding);
  return result;
}
