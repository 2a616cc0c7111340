import { DidChangeWorkspaceFoldersNotification } from "vscode-languageserver";
import { pullConfiguration } from "../configuration.ts";
import type { ServerContext } from "../server-context.ts";

/** `workspace/didChangeWorkspaceFolders` */
export function handleDidChangeWorkspaceFolders(context: ServerContext): void {
  const { connection, documents, folders } = context;
  connection.onNotification(DidChangeWorkspaceFoldersNotification.type, async ({ event }) => {
    for (const { uri } of event.removed) folders.remove(uri);
    for (const folder of event.added) folders.add(folder);
    for (const document of documents.all()) folders.setBuffer(document);
    await pullConfiguration(context);
  });
}
