import {
  type CancellationToken,
  ErrorCodes,
  type ExecuteCommandParams,
  ExecuteCommandRequest,
} from "vscode-languageserver";
import { changeBaselineCommand, changeBaselines, suppress, suppressCommand } from "../accept-findings.ts";
import { applyFix, applyFixCommand, audit, auditCommand } from "../audit-request.ts";
import { explainCommand, explainRequest } from "../explain-request.ts";
import { projectOverview, projectOverviewCommand } from "../project-overview.ts";
import { proveCommand, proveRequest } from "../prove-request.ts";
import { answering, RequestError } from "../requests.ts";
import { countRowsCommand, countRowsRequest } from "../row-counts.ts";
import { openRulePageCommand, rulePage } from "../rule-page.ts";
import type { ServerContext } from "../server-context.ts";

type CommandHandler = (
  context: ServerContext,
  params: ExecuteCommandParams,
  token: CancellationToken,
) => Promise<unknown>;

const commands: ReadonlyMap<string, CommandHandler> = new Map<string, CommandHandler>([
  /** Analyses every folder, from then on shows the findings of all files, and answers their number. */
  ["queryscope.server.checkWorkspace", checkWorkspace],
  [explainCommand, explainRequest],
  [proveCommand, proveRequest],
  [countRowsCommand, countRowsRequest],
  [openRulePageCommand, openRulePage],
  [projectOverviewCommand, projectOverview],
  [suppressCommand, suppress],
  [changeBaselineCommand, changeBaselines],
  [auditCommand, audit],
  [applyFixCommand, applyFix],
]);

export const serverCommands: readonly string[] = [...commands.keys()];

/** `workspace/executeCommand` */
export function handleExecuteCommand(context: ServerContext): void {
  const { type, method } = ExecuteCommandRequest;
  context.connection.onRequest(
    type,
    answering(context, method, async (params, token): Promise<unknown> => {
      const run = commands.get(params.command);
      if (run === undefined)
        throw new RequestError(ErrorCodes.InvalidParams, `unknown command ${params.command}`);
      return run(context, params, token);
    }),
  );
}

export interface CheckWorkspaceResult {
  readonly files: number;
  readonly findings: number;
}

async function checkWorkspace(
  { folders, settings }: ServerContext,
  _params: ExecuteCommandParams,
  token: CancellationToken,
): Promise<CheckWorkspaceResult> {
  let files = 0;
  let findings = 0;
  for (const folder of folders.all) {
    const { snapshot } = await folder.current(token);
    files += snapshot.analysis.files;
    findings += snapshot.findings.length;
  }
  settings.showWholeWorkspace();
  return { files, findings };
}

async function openRulePage(
  { connection, rules }: ServerContext,
  { arguments: given }: ExecuteCommandParams,
): Promise<null> {
  const rule = rules.find(({ name }) => name === given?.[0]);
  if (rule === undefined)
    throw new RequestError(
      ErrorCodes.InvalidParams,
      `${openRulePageCommand}: its argument is no name of a rule`,
    );
  await connection.window.showDocument({ uri: rulePage(rule.name), external: true });
  return null;
}
