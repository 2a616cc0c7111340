import { CancellationError, CodeAction, CodeActionKind, l10n, WorkspaceEdit, window } from "vscode";
import type { CodeActionMiddleware } from "vscode-languageclient";

/** Lets no action be lost that was chosen. */
export const codeActionMiddleware: CodeActionMiddleware = {
  /**
   * VS Code asks for what an action without an edit is missing before it runs the command of that action. Meanwhile it may
   * ask for actions anew, when the cursor has moved or problems have changed, and then it forgets the commands of those
   * that it had: the user is told that an "actual command" was not found (`CodeActionItem.resolve` in `types.ts`,
   * `_activeCodeActions` in `codeActionController.ts`, `CommandsConverter` in `extHostCommands.ts`). An edit of nothing
   * leaves it nothing to ask for.
   */
  async provideCodeActions(document, range, context, token, next) {
    const actions = await next(document, range, context, token);
    for (const action of actions ?? []) {
      if (action instanceof CodeAction && action.command !== undefined) action.edit ??= new WorkspaceEdit();
    }
    return actions;
  },

  /** VS Code is silent about an action that the server no longer has for the present code. */
  async resolveCodeAction(action, token, next) {
    try {
      return await next(action, token);
    } catch (error) {
      // Actions on the whole file are taken without a user who chose them, at every save.
      const isChosen = action.kind === undefined || !CodeActionKind.Source.contains(action.kind);
      if (error instanceof CancellationError && !token.isCancellationRequested && isChosen) {
        void window.showInformationMessage(
          l10n.t('"{0}" was meant for code that has changed since. Nothing was done.', action.title),
        );
      }
      throw error;
    }
  },
};
