import {
  CodeActionResolveRequest,
  ErrorCodes,
  type CodeAction as LspCodeAction,
} from "vscode-languageserver";
import { answering, contentModified, RequestError } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";
import { toWorkspaceEdit } from "../to-workspace-edit.ts";
import { type CodeActionData, codeActionsFor } from "./code-action.ts";

/** `codeAction/resolve`: the edit of an action that was chosen. Holds no list of actions: it computes them again. */
export function handleCodeActionResolve(context: ServerContext): void {
  const { type, method } = CodeActionResolveRequest;
  context.connection.onRequest(
    type,
    answering(context, method, async (action, token): Promise<LspCodeAction> => {
      // Some editors ask for what is missing in every action; one with a command is whole.
      if (action.command !== undefined) return action;
      if (!isCodeActionData(action.data)) {
        throw new RequestError(ErrorCodes.InvalidParams, "the action was not offered by this server");
      }
      const { params, version, index, title } = action.data;
      if ((context.documents.get(params.textDocument.uri)?.version ?? null) !== version)
        throw contentModified();
      const offer = await codeActionsFor(context, params, token);
      const chosen = offer?.actions[index];
      if (offer === undefined || chosen?.title !== title) throw contentModified();
      return { ...action, edit: toWorkspaceEdit(chosen, offer.folder, context.client) };
    }),
  );
}

function isCodeActionData(data: unknown): data is CodeActionData {
  return (
    typeof data === "object" &&
    data !== null &&
    ["params", "version", "index", "title"].every((key) => key in data)
  );
}
