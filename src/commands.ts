import { commands, type Disposable, type LogOutputChannel, l10n, ProgressLocation, window } from "vscode";
import type { ServerController } from "./server-controller.ts";
import { registerExplainAt, registerShowPath } from "./show-path.ts";

export function registerCommands(server: ServerController, log: LogOutputChannel): readonly Disposable[] {
  return [
    commands.registerCommand("queryscope.restart", () => server.restart()),
    commands.registerCommand("queryscope.showOutput", () => log.show()),
    registerShowPath(),
    registerExplainAt(),
    commands.registerCommand("queryscope.checkWorkspace", () => checkWorkspace(server)),
  ];
}

/** Analyses everything, shows the problems, and says so where there are none. */
async function checkWorkspace(server: ServerController): Promise<void> {
  const progress = {
    location: ProgressLocation.Notification,
    title: l10n.t("Queryscope: checking the workspace"),
    cancellable: true,
  };
  const result = await window.withProgress(progress, async (shown, token) => {
    const listening = server.onDidChangeStatus(({ quiescent, message }) => {
      if (!quiescent) shown.report({ message });
    });
    try {
      return await server.checkWorkspace(token);
    } finally {
      listening.dispose();
    }
  });
  if (result === undefined) return;
  if (result.findings > 0) await commands.executeCommand("workbench.actions.view.problems");
  else await window.showInformationMessage(l10n.t("Queryscope found nothing in {0} files.", result.files));
}
