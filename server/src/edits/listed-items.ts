/** Edits that take an item out of a list of them: an argument of a call, an element of a list. */
import type { TextRange } from "../base/text-range.ts";
import type { Call, Keyword } from "../syntax/ast.ts";
import { startsLine } from "./statement-lines.ts";
import type { TextEdit } from "./text-edit.ts";

/** The call without one of its keywords. */
export function removeKeyword(text: string, call: Call, keyword: Keyword): TextEdit {
  const items = [
    ...call.arguments.map(({ start, end }) => ({ start, end })),
    ...call.keywords.map(({ name, value }) => ({ start: name?.start ?? value.start, end: value.end })),
  ].sort((a, b) => a.start - b.start);
  const removed = { start: keyword.name?.start ?? keyword.value.start, end: keyword.value.end };
  return removeItem(text, items, removed);
}

/**
 * The text without an item and its comma; with its lines, where it has lines of its own.
 * @param items all of them, in order
 */
export function removeItem(text: string, items: readonly TextRange[], item: TextRange): TextEdit {
  const index = items.findIndex(({ start }) => start === item.start);
  const [previous, next] = [items[index - 1], items[index + 1]];
  const behind = item.end + (/^\s*,/.exec(text.slice(item.end))?.[0].length ?? 0);
  const restOfLine = /^[ \t]*(?:#[^\n]*)?\r?\n/.exec(text.slice(behind));
  if (startsLine(text, item.start) && restOfLine) {
    const start = text.lastIndexOf("\n", item.start - 1) + 1;
    return { range: { start, end: behind + restOfLine[0].length }, newText: "" };
  }
  if (next) return { range: { start: item.start, end: next.start }, newText: "" };
  if (previous) return { range: { start: previous.end, end: item.end }, newText: "" };
  return { range: { start: item.start, end: behind }, newText: "" };
}
