import type { Position, Range } from "vscode-languageserver";
import type { LineIndex } from "../base/line-index.ts";
import type { TextRange } from "../base/text-range.ts";

export function toPosition(lines: LineIndex, offset: number): Position {
  const { line, column } = lines.positionAt(offset);
  return { line, character: column };
}

export function toRange(lines: LineIndex, range: TextRange): Range {
  return { start: toPosition(lines, range.start), end: toPosition(lines, range.end) };
}

/** Clients may send the ends in either order. */
export function toTextRange(lines: LineIndex, { start, end }: Range): TextRange {
  const first = lines.offsetAt({ line: start.line, column: start.character });
  const second = lines.offsetAt({ line: end.line, column: end.character });
  return { start: Math.min(first, second), end: Math.max(first, second) };
}

/** The first character of a file whose text is not known. */
export const startOfFile: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
