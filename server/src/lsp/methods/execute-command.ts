import { ErrorCodes, ExecuteCommandRequest } from "vscode-languageserver";
import { type ExplainCommandResult, explainCommand, explainRequest } from "../explain-request.ts";
import { answering, RequestError } from "../requests.ts";
import { openRulePageCommand, rulePage } from "../rule-page.ts";
import type { ServerContext } from "../server-context.ts";

/** Analyses every folder, from now on shows the findings of all files, and answers their number. */
const checkWorkspace = "queryscope.server.checkWorkspace";

export const serverCommands = [checkWorkspace, explainCommand, openRulePageCommand] as const;

export interface CheckWorkspaceResult {
  readonly files: number;
  readonly findings: number;
}

type CommandResult = CheckWorkspaceResult | ExplainCommandResult | null;

/** `workspace/executeCommand` */
export function handleExecuteCommand(context: ServerContext): void {
  const { connection, folders, settings } = context;
  const { type, method } = ExecuteCommandRequest;
  connection.onRequest(
    type,
    answering(context, method, async (params, token): Promise<CommandResult> => {
      const { command, arguments: given } = params;
      if (command === explainCommand) return explainRequest(context, params, token);
      if (command === openRulePageCommand) return openRulePage(context, given);
      if (command !== checkWorkspace)
        throw new RequestError(ErrorCodes.InvalidParams, `unknown command ${command}`);
      settings.showWholeWorkspace();
      let files = 0;
      let findings = 0;
      for (const folder of folders.all) {
        const { snapshot } = await folder.current(token);
        files += snapshot.analysis.files;
        findings += snapshot.findings.length;
      }
      return { files, findings };
    }),
  );
}

async function openRulePage(
  { connection, rules }: ServerContext,
  given: readonly unknown[] | undefined,
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
