/** Edits of dictionaries as they are written: entries of displays and of `dict(…)`. */
import type { Call, DictLiteral } from "../syntax/ast.ts";
import { appendItems } from "./append-items.ts";
import { addKeywordArgument } from "./keyword-argument.ts";
import type { TextEdit } from "./text-edit.ts";

/** A key and the code of its value. */
export type WrittenEntry = readonly [key: string, code: string];

/** Adds `"key": value` behind the last entry, on a line of its own where that has one. */
function addToDisplay(text: string, literal: DictLiteral, entries: readonly WrittenEntry[]): TextEdit {
  const added = entries.map(([key, code]) => `${quoted(text, key)}: ${code}`);
  const last = literal.entries.at(-1);
  if (!last) {
    const offset = literal.start + 1;
    return { range: { start: offset, end: offset }, newText: added.join(", ") };
  }
  const start = last.key?.start ?? last.value.start - 2;
  return appendItems(text, { start, end: last.value.end }, literal.end - 1, added);
}

/** Adds entries to a dictionary, however it is written; undefined where the call that makes it takes none. */
export function addEntriesTo(
  text: string,
  expression: DictLiteral | Call,
  entries: readonly WrittenEntry[],
): TextEdit | undefined {
  if (expression.kind === "DictLiteral") return addToDisplay(text, expression, entries);
  const { function: callee } = expression;
  if (callee.kind === "Name" && callee.name === "dict") {
    return addKeywordArgument(text, expression, ...entries.map(([key, code]) => `${key}=${code}`));
  }
  // dj-database-url takes its options as arguments.
  return /^dj_database_url\.(config|parse)$/.test(text.slice(callee.start, callee.end))
    ? addKeywordArgument(text, expression, ...entries.map(([key, code]) => `${key.toLowerCase()}=${code}`))
    : undefined;
}

/** In the quotes that the file uses more. */
export function quoted(text: string, content: string): string {
  const singles = text.split("'").length;
  const doubles = text.split('"').length;
  return singles > doubles ? `'${content}'` : `"${content}"`;
}
