import { type DocumentLink, DocumentLinkRequest } from "vscode-languageserver";
import { ruleLinksIn } from "../../ide/document-links.ts";
import { suppressionRules } from "../../lint/suppression-rules.ts";
import { toRange } from "../positions.ts";
import { answering } from "../requests.ts";
import { rulePage } from "../rule-page.ts";
import type { ServerContext } from "../server-context.ts";

/** `textDocument/documentLink`: from a rule that a suppression comment names to its page. */
export function handleDocumentLink(context: ServerContext): void {
  const { type, method } = DocumentLinkRequest;
  const rules = [...context.rules, ...suppressionRules];
  context.connection.onRequest(
    type,
    answering(context, method, async ({ textDocument }, token): Promise<DocumentLink[] | null> => {
      const place = context.folders.locate(textDocument.uri);
      const folder = await place?.folder.current(token);
      const lines = place && folder?.lines(place.path);
      if (place === undefined || folder === undefined || lines === undefined) return null;
      return ruleLinksIn(folder.snapshot, place.path, rules).map(({ range, rule }) => ({
        range: toRange(lines, range),
        target: rulePage(rule.name),
        tooltip: `${rule.code} ${rule.name}: ${rule.summary}`,
      }));
    }),
  );
}
