import { type MarkupContent, MarkupKind } from "vscode-languageserver";
import type { ClientFeatures } from "./client-features.ts";

/** Markdown for a client that shows it, else the same without its signs. */
export function toMarkup(markdown: string, { markdownHover }: ClientFeatures): MarkupContent {
  return markdownHover
    ? { kind: MarkupKind.Markdown, value: markdown }
    : { kind: MarkupKind.PlainText, value: plainText(markdown) };
}

function plainText(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, "$1: $2")
    .replaceAll("**", "")
    .replaceAll("`", "");
}
