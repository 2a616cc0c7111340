import { NotificationType0 } from "vscode-languageserver";
import type { ServerContext } from "./server-context.ts";

/** Sent to clients that name `analysedNotification` among their experimental capabilities. */
const AnalysedNotification = new NotificationType0("queryscope/analysed");

/** Tells the client that an analysis has ended, so that a view of the project may ask again. */
export function notifyAnalysed({ client, connection, folders }: ServerContext): void {
  if (!client.analysedNotification) return;
  folders.onDidChange(() => void connection.sendNotification(AnalysedNotification));
}
