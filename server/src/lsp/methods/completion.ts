import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  CompletionRequest,
  type Position,
} from "vscode-languageserver";
import { unreachable } from "../../base/invariant.ts";
import { lineIndexOf } from "../../base/line-index.ts";
import {
  type ConfigurationCompletion,
  configurationCompletionsAt,
} from "../../ide/configuration-completions.ts";
import { type CompletionKind, completionsAt, mayBeginName } from "../../ide/lookups/completions.ts";
import { livePlace } from "../live-place.ts";
import { toRange } from "../positions.ts";
import { answering } from "../requests.ts";
import type { ServerContext } from "../server-context.ts";

/** Characters after which names may follow: quotes, the `__` of lookups, the dot of `source`, the sign of an order. */
export const completionTriggers: readonly string[] = ['"', "'", "_", ".", "-"];

/** `textDocument/completion`: names in lookups, and what may stand in a configuration file. */
export function handleCompletion(context: ServerContext): void {
  const { type, method } = CompletionRequest;
  context.connection.onRequest(
    type,
    answering(
      context,
      method,
      async ({ textDocument, position }): Promise<CompletionList | CompletionItem[] | null> => {
        if (textDocument.uri.endsWith(".toml"))
          return configurationItems(context, textDocument.uri, position);
        if (!mayBeginName(textBefore(context, textDocument.uri, position))) return null;
        const place = await livePlace(context, textDocument.uri, position);
        const completions = place && completionsAt(place.code, place.offset);
        if (place === undefined || completions === undefined) return null;
        const range = toRange(place.lines, completions.range);
        const items = completions.items.map(({ name, kind, detail }, index) => ({
          label: name,
          kind: toCompletionKind(kind),
          detail,
          sortText: String(index).padStart(5, "0"),
          filterText: name,
          textEdit: { range, newText: name },
        }));
        // `owner__email` is one word for editors, and other names come behind each `__`. One that was typed faster than an
        // answer came would keep the names of the first part, of which none fits, and show nothing.
        return { isIncomplete: true, items };
      },
    ),
  );
}

function textBefore({ documents }: ServerContext, uri: string, { line, character }: Position): string {
  const start = { line, character: Math.max(0, character - 2) };
  return documents.get(uri)?.getText({ start, end: { line, character } }) ?? "";
}

function configurationItems(
  { documents, rules }: ServerContext,
  uri: string,
  { line, character }: Position,
): CompletionItem[] | null {
  const text = documents.get(uri)?.getText();
  if (text === undefined) return null;
  const lines = lineIndexOf(text);
  const fileName = uri.slice(uri.lastIndexOf("/") + 1);
  const offset = lines.offsetAt({ line, column: character });
  const found = configurationCompletionsAt(fileName, text, offset, rules);
  if (found === undefined) return null;
  const range = toRange(lines, found.range);
  return found.items.map(({ label, kind, detail, newText }) => ({
    label,
    kind: configurationKinds[kind],
    documentation: detail,
    textEdit: { range, newText },
  }));
}

const configurationKinds: Readonly<Record<ConfigurationCompletion["kind"], CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  rule: CompletionItemKind.EnumMember,
  level: CompletionItemKind.EnumMember,
};

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
