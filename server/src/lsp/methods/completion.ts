import { type CompletionItem, CompletionItemKind, CompletionRequest } from "vscode-languageserver";
import { unreachable } from "../../base/invariant.ts";
import { type CompletionKind, completionsAt } from "../../ide/lookups/completions.ts";
import { livePlace } from "../live-place.ts";
import { toRange } from "../positions.ts";
import { answering } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";

/** Characters after which names may follow: quotes, the `__` of lookups, the dot of `source`, the sign of an order. */
export const completionTriggers: readonly string[] = ['"', "'", "_", ".", "-"];

/** `textDocument/completion`: names in lookups. */
export function handleCompletion(context: ServerContext): void {
  const { type, method } = CompletionRequest;
  context.connection.onRequest(
    type,
    answering(context, method, async ({ textDocument, position }): Promise<CompletionItem[] | null> => {
      const place = await livePlace(context, textDocument.uri, position);
      const completions = place && completionsAt(place.code, place.offset);
      if (place === undefined || completions === undefined) return null;
      const range = toRange(place.lines, completions.range);
      return completions.items.map(({ name, kind, detail }, index) => ({
        label: name,
        kind: toCompletionKind(kind),
        detail,
        sortText: String(index).padStart(5, "0"),
        filterText: name,
        textEdit: { range, newText: name },
      }));
    }),
  );
}

function toCompletionKind(kind: CompletionKind): CompletionItemKind {
  switch (kind) {
    case "relation":
      return CompletionItemKind.Reference;
    case "field":
      return CompletionItemKind.Field;
    case "attribute":
      return CompletionItemKind.Method;
    case "annotation":
      return CompletionItemKind.Variable;
    case "lookup":
      return CompletionItemKind.Operator;
    default:
      return unreachable(kind);
  }
}
