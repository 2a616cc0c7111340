import {
  CodeLensRefreshRequest,
  CodeLensRequest,
  type CodeLens as LspCodeLens,
  type Range,
} from "vscode-languageserver";
import { type LineIndex, lineIndexOf } from "../../base/line-index.ts";
import type { TextRange } from "../../base/text-range.ts";
import { createTextShift } from "../../base/text-shift.ts";
import { codeLensesIn } from "../../ide/code-lenses.ts";
import { explainAt } from "../explain-at.ts";
import type { AnalysedFolder } from "../folder.ts";
import { toRange } from "../positions.ts";
import { answering } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";
import { showPath } from "../show-path.ts";

/**
 * `textDocument/codeLens`: what views, tasks and commands cost. A client that can be asked to come back gets what the last
 * analysis knows, at once: VS Code waits before each request as long as it waited for earlier answers, up to a minute,
 * and drops the request when the text loses the focus meanwhile.
 */
export function handleCodeLens(context: ServerContext): void {
  const { client, connection, documents, folders, logger, settings } = context;
  const { type, method } = CodeLensRequest;
  connection.onRequest(
    type,
    answering(context, method, async ({ textDocument }, token): Promise<LspCodeLens[] | null> => {
      const place = folders.locate(textDocument.uri);
      if (place === undefined) return null;
      // Before the first analysis, the settings may not be known.
      if (place.folder.latest !== undefined && !settings.codeLens) return null;
      const folder = client.refreshesCodeLens ? place.folder.latest : await place.folder.current(token);
      if (folder === undefined || !settings.codeLens) return null;
      const present = presentPlaces(folder, place.path, documents.get(textDocument.uri)?.getText());
      if (present === undefined) return null;
      return codeLensesIn(folder.snapshot, place.path).flatMap((lens): LspCodeLens[] => {
        const { title, symbol, steps, queryset } = lens;
        const range = present.rangeOf(lens.range);
        if (range === undefined) return [];
        const command = client.showsPath
          ? showPath(title, symbol, steps, folder)
          : // A text alone, in the form that clients do not take for a command.
            { title, command: "" };
        if (queryset === undefined || !client.explains) return [{ range, command }];
        const lines = folder.lines(queryset.path);
        const at =
          queryset.path === place.path
            ? present.rangeOf(queryset.range)
            : lines && toRange(lines, queryset.range);
        if (at === undefined) return [{ range, command }];
        const explain = explainAt(folder.uriOf(queryset.path), at);
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

interface PresentPlaces {
  /** Where a range of the analysed text is now; undefined where it was edited. */
  rangeOf(range: TextRange): Range | undefined;
}

/** @param text of the document as it is now, where it is open */
function presentPlaces(
  { lines, snapshot }: AnalysedFolder,
  path: string,
  text: string | undefined,
): PresentPlaces | undefined {
  const analysed = snapshot.text(path);
  const index: LineIndex | undefined = text === undefined ? lines(path) : lineIndexOf(text);
  if (analysed === undefined || index === undefined) return undefined;
  const shift = createTextShift(analysed, text ?? analysed);
  return {
    rangeOf(range) {
      const moved = shift.rangeToNew(range);
      return moved && toRange(index, moved);
    },
  };
}
