/** Edits that put another use of a queryset in the place of code that works on its rows. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import { appendCalls } from "../../edits/queryset-chain.ts";
import type { TextEdit } from "../../edits/text-edit.ts";
import type { FileEdit } from "../finding.ts";
import type { FetchedRows } from "./rows-in-python.ts";

export interface NewUse {
  readonly before?: string;
  /** Behind the queryset: `.count()` */
  readonly calls: readonly string[];
  readonly behind?: string;
}

/** Puts the use in the place of `whole`, which contains the rows. Undefined where a comment would be lost. */
export function replaceUse(
  { module: { file }, node }: FetchedRows,
  whole: TextRange,
  { before = "", calls, behind = "" }: NewUse,
  imports: readonly TextEdit[] = [],
): readonly FileEdit[] | undefined {
  const isLost = file.tree.comments.some(
    (comment) => containsRange(whole, comment) && !containsRange(node, comment),
  );
  if (isLost) return undefined;
  const code = file.text.slice(node.start, node.end);
  // Several lines that only the parentheses of the old code held together.
  const isOpen = hasOpenLineBreak(code);
  const needsParentheses = isOpen && !before.endsWith("(");
  const lines = isOpen ? lineBreaksIn(file.text, whole, node) : undefined;
  const appended =
    calls.length > 0
      ? appendCalls(file.text, node, calls)
      : { range: { start: node.end, end: node.end }, newText: "" };
  const edits: readonly TextEdit[] = [
    ...imports,
    {
      range: { start: whole.start, end: node.start },
      newText: before + (needsParentheses ? "(" : "") + (lines?.opening ?? ""),
    },
    {
      range: { start: appended.range.start, end: whole.end },
      newText: appended.newText + (lines?.closing ?? "") + (needsParentheses ? ")" : "") + behind,
    },
  ];
  return edits
    .filter(({ newText, range }) => newText !== "" || range.start < range.end)
    .map((edit) => ({ path: file.path, ...edit }));
}

/** The line breaks behind the first and before the last parenthesis of the old code, with their indentation. */
function lineBreaksIn(
  text: string,
  whole: TextRange,
  node: TextRange,
): { readonly opening: string; readonly closing: string } | undefined {
  const opening = /^[^\n]*?[([{](\r?\n[ \t]*)/.exec(text.slice(whole.start, node.start))?.[1];
  const closing = /(\r?\n[ \t]*)[)\]}]+$/.exec(text.slice(node.end, whole.end))?.[1];
  return opening !== undefined && closing !== undefined ? { opening, closing } : undefined;
}

/** A line ends outside of all parentheses of the code. */
function hasOpenLineBreak(code: string): boolean {
  let depth = 0;
  for (const [part] of code.matchAll(/"[^"\n]*"|'[^'\n]*'|[([{\])}\n]/g)) {
    if (part === "\n") {
      if (depth === 0) return true;
    } else if (part === "(" || part === "[" || part === "{") depth += 1;
    else if (part === ")" || part === "]" || part === "}") depth -= 1;
  }
  return false;
}

/** The queryset answers with fewer columns, or with one number, as it is. */
export function isPlainQueryset({ queryset }: FetchedRows): boolean {
  const { combined, distinct, loadsComputedPaths, prefetch, united, unknownOperations } = queryset;
  return (
    !combined && !distinct && !loadsComputedPaths && !united && !unknownOperations && prefetch.size === 0
  );
}

/** `values_list()` at the end of the queryset gives way to what takes its place. */
export function withoutValues(rows: FetchedRows): FetchedRows {
  const { node } = rows;
  if (node.kind !== "Call" || node.function.kind !== "Attribute") return rows;
  return node.function.attribute.name === "values_list" ? { ...rows, node: node.function.value } : rows;
}
