import { type InlayHint, InlayHintRefreshRequest, InlayHintRequest } from "vscode-languageserver";
import { inlayHintsIn } from "../../ide/inlay-hints.ts";
import { toPosition, toTextRange } from "../positions.ts";
import { answering } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";

/** `textDocument/inlayHint`: where queries are sent, as the present state is analysed. */
export function handleInlayHint(context: ServerContext): void {
  const { client, connection, folders, logger, settings } = context;
  const { type, method } = InlayHintRequest;
  connection.onRequest(
    type,
    answering(context, method, async ({ textDocument, range }, token): Promise<InlayHint[] | null> => {
      const place = folders.locate(textDocument.uri);
      if (place === undefined) return null;
      // As with code lenses, the first analysis is not waited for.
      if (place.folder.latest === undefined && client.refreshesInlayHints) return null;
      // That analysis begins when the settings are known.
      if (place.folder.latest !== undefined && !settings.inlayHints) return null;
      const folder = await place.folder.current(token);
      const lines = folder.lines(place.path);
      if (lines === undefined || !settings.inlayHints) return null;
      return inlayHintsIn(folder.snapshot, place.path, toTextRange(lines, range)).map(
        ({ offset, label }) => ({
          position: toPosition(lines, offset),
          label,
          paddingLeft: true,
        }),
      );
    }),
  );
  if (!client.refreshesInlayHints) return;
  const refresh = (): void => {
    connection.sendRequest(InlayHintRefreshRequest.type).catch((error: unknown) => {
      logger.warn(`The client refused to refresh its inlay hints: ${String(error)}`);
    });
  };
  folders.onDidChange(() => {
    if (settings.inlayHints) refresh();
  });
  settings.onDidChange(refresh);
}
