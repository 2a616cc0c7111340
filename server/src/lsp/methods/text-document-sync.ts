import type { ServerContext } from "../server-context.ts";

/** `textDocument/didOpen`, `didChange`, `didClose`: buffers hide the files on disk. */
export function handleTextDocumentSync({
  connection,
  documents,
  folders,
  liveFiles,
  reported,
}: ServerContext): void {
  // Fires on open as well.
  documents.onDidChangeContent(({ document }) => folders.setBuffer(document));
  documents.onDidClose(({ document }) => {
    reported.delete(document.uri);
    liveFiles.close(document.uri);
    folders.closeBuffer(document.uri);
  });
  documents.listen(connection);
}
