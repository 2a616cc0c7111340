import type { TextRange } from "../base/text-range.ts";
import { indentationAt, startsLine } from "./statement-lines.ts";
import type { TextEdit } from "./text-edit.ts";

/**
 * Adds items behind one of an argument list, a dictionary or a list, mostly the last: on lines of their own where that
 * has one, and behind the comment of that line.
 * @param last with its key or name
 * @param limit where the brackets close
 */
export function appendItems(
  text: string,
  last: TextRange,
  limit: number,
  items: readonly string[],
): TextEdit {
  // Parentheses around the value belong to it.
  const closing = /^(?:\s*\))*/.exec(text.slice(last.end, limit))?.[0] ?? "";
  const end = last.end + closing.length;
  if (!startsLine(text, last.start))
    return { range: { start: end, end }, newText: items.map((item) => `, ${item}`).join("") };
  const lines = items.map((item) => `\n${indentationAt(text, last.start)}${item}`);
  const [rest, comma, comment] = /^(,?)([ \t]*#[^\r\n]*)/.exec(text.slice(end, limit)) ?? [];
  if (rest === undefined || comment === undefined)
    return { range: { start: end, end }, newText: lines.map((line) => `,${line}`).join("") };
  const behind = end + rest.length;
  return comma
    ? { range: { start: behind, end: behind }, newText: lines.map((line) => `${line},`).join("") }
    : { range: { start: end, end: behind }, newText: `,${comment}${lines.join(",")}` };
}
