/** Edits of dictionaries as they are written: entries of displays and of `dict(…)`. */
import type { Call, DictLiteral } from "../syntax/ast.ts";
import { addKeywordArgument } from "./keyword-argument.ts";
import { indentationAt, startsLine } from "./statement-lines.ts";
import type { TextEdit } from "./text-edit.ts";

/** Adds `"key": value` behind the last entry, on a line of its own where that has one. */
function addEntry(text: string, literal: DictLiteral, key: string, value: string): TextEdit {
  const last = literal.entries.at(-1);
  if (!last) {
    const offset = literal.start + 1;
    return insertion(offset, `${quoted(text, key)}: ${value}`);
  }
  const start = last.key?.start ?? last.value.start - 2;
  // Parentheses around the value belong to it.
  const closing = /^(?:\s*\))*/.exec(text.slice(last.value.end, literal.end - 1))?.[0] ?? "";
  const end = last.value.end + closing.length;
  const separator = startsLine(text, start) ? `,\n${indentationAt(text, start)}` : ", ";
  return insertion(end, `${separator}${quoted(text, key)}: ${value}`);
}

/** Adds an entry to a dictionary, however it is written; undefined where the call that makes it takes none. */
export function addEntryTo(
  text: string,
  expression: DictLiteral | Call,
  key: string,
  value: string,
): TextEdit | undefined {
  if (expression.kind === "DictLiteral") return addEntry(text, expression, key, value);
  const { function: callee } = expression;
  if (callee.kind === "Name" && callee.name === "dict") {
    return addKeywordArgument(text, expression, `${key}=${value}`);
  }
  // dj-database-url takes its options as arguments.
  return /^dj_database_url\.(config|parse)$/.test(text.slice(callee.start, callee.end))
    ? addKeywordArgument(text, expression, `${key.toLowerCase()}=${value}`)
    : undefined;
}

/** In the quotes that the file uses more. */
export function quoted(text: string, content: string): string {
  const singles = text.split("'").length;
  const doubles = text.split('"').length;
  return singles > doubles ? `'${content}'` : `"${content}"`;
}

function insertion(offset: number, newText: string): TextEdit {
  return { range: { start: offset, end: offset }, newText };
}
