/** What commands share that take time, or need a folder. */
import { type CancellationToken, l10n, ProgressLocation, window } from "vscode";

/** Shows a notification with a button that cancels, as long as `work` takes. */
export async function withCancellation<Result>(
  title: string,
  work: (token: CancellationToken, onProgress: (message: string) => void) => Promise<Result>,
): Promise<Result> {
  const progress = { location: ProgressLocation.Notification, title, cancellable: true };
  return window.withProgress(progress, (shown, token) => work(token, (message) => shown.report({ message })));
}

export async function askForFolder(): Promise<void> {
  await window.showInformationMessage(l10n.t("Open the folder of a Django project first."));
}
