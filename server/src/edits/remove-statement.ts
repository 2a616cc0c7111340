/** The edit that takes a statement away with its line. */
import type { TextRange } from "../base/text-range.ts";
import { startsLine } from "./statement-lines.ts";
import type { TextEdit } from "./text-edit.ts";

/**
 * The lines of the statement, which stand for nothing else; `pass` in its place where it is the only one of its block.
 * Undefined where something stands beside it, or a comment in it.
 */
export function removeStatement(
  text: string,
  { end, start }: TextRange,
  block: readonly TextRange[],
): TextEdit | undefined {
  if (text.slice(start, end).includes("#")) return undefined;
  if (block.length < 2) return { range: { start, end }, newText: "pass" };
  const lineEnd = text.indexOf("\n", end);
  const rest = text.slice(end, lineEnd < 0 ? text.length : lineEnd);
  if (!startsLine(text, start) || rest.trim() !== "") return undefined;
  return {
    range: { start: text.lastIndexOf("\n", start - 1) + 1, end: lineEnd < 0 ? text.length : lineEnd + 1 },
    newText: "",
  };
}
