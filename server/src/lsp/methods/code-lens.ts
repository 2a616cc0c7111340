import { CodeLensRefreshRequest, CodeLensRequest, type CodeLens as LspCodeLens } from "vscode-languageserver";
import { codeLensesIn } from "../../ide/code-lenses.ts";
import { explainAt } from "../explain-at.ts";
import { toRange } from "../positions.ts";
import { answering } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";
import { showPath } from "../show-path.ts";

/** `textDocument/codeLens`: what views, tasks and commands cost, as the present state is analysed. */
export function handleCodeLens(context: ServerContext): void {
  const { client, connection, folders, logger, settings } = context;
  const { type, method } = CodeLensRequest;
  connection.onRequest(
    type,
    answering(context, method, async ({ textDocument }, token): Promise<LspCodeLens[] | null> => {
      const place = folders.locate(textDocument.uri);
      if (place === undefined) return null;
      // The client is asked to come back when the first analysis is there.
      if (place.folder.latest === undefined && client.refreshesCodeLens) return null;
      // That analysis begins when the settings are known.
      if (place.folder.latest !== undefined && !settings.codeLens) return null;
      const folder = await place.folder.current(token);
      const lines = folder.lines(place.path);
      if (lines === undefined || !settings.codeLens) return null;
      return codeLensesIn(folder.snapshot, place.path).flatMap((lens): LspCodeLens[] => {
        const { title, symbol, steps, queryset } = lens;
        const range = toRange(lines, lens.range);
        const command = client.showsPath
          ? showPath(title, symbol, steps, folder)
          : // A text alone, in the form that clients do not take for a command.
            { title, command: "" };
        const at = queryset && folder.lines(queryset.path);
        if (queryset === undefined || at === undefined || !client.explains) return [{ range, command }];
        const explain = explainAt(folder.uriOf(queryset.path), toRange(at, queryset.range));
        return [
          { range, command },
          { range, command: explain },
        ];
      });
    }),
  );
  if (!client.refreshesCodeLens) return;
  const refresh = (): void => {
    connection.sendRequest(CodeLensRefreshRequest.type).catch((error: unknown) => {
      logger.warn(`The client refused to refresh its code lenses: ${String(error)}`);
    });
  };
  folders.onDidChange(() => {
    if (settings.codeLens) refresh();
  });
  settings.onDidChange(refresh);
}
