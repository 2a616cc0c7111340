import { invariant } from "./invariant.ts";

/** A place in a text: zero-based line, and zero-based column in UTF-16 code units. */
export interface LinePosition {
  readonly line: number;
  readonly column: number;
}

/** Converts between offsets (UTF-16 code units) and lines with columns, for one text. */
export interface LineIndex {
  /** At least 1: an empty text has one empty line. */
  readonly lineCount: number;
  /** The place of `offset`; offsets outside the text are moved to its nearest end. */
  positionAt(offset: number): LinePosition;
  /** The offset of a place; columns past the end of a line and lines past the end of the text are moved back. */
  offsetAt(position: LinePosition): number;
  /** Where `line` starts. The line must exist. */
  lineStart(line: number): number;
  /** Where the text of `line` ends, without its line break. The line must exist. */
  lineEnd(line: number): number;
}

/** Lines end with `\n`, `\r\n` or `\r`, as in the Language Server Protocol. Scans the text at the first question. */
export function lineIndexOf(text: string): LineIndex {
  let cached: readonly number[] | undefined;
  const starts = (): readonly number[] => {
    cached ??= lineStarts(text);
    return cached;
  };
  const startOf = (line: number): number => {
    const start = starts()[line];
    invariant(start !== undefined, `line ${line} of a text with ${starts().length} lines`);
    return start;
  };
  const endOf = (line: number): number => {
    const next = starts()[line + 1];
    if (next === undefined) return text.length;
    return text.startsWith("\r\n", next - 2) && next - 2 >= startOf(line) ? next - 2 : next - 1;
  };
  return {
    get lineCount() {
      return starts().length;
    },
    positionAt(offset) {
      const inside = Math.min(Math.max(offset, 0), text.length);
      const line = lastAtOrBefore(starts(), inside);
      return { line, column: inside - startOf(line) };
    },
    offsetAt({ line, column }) {
      if (line < 0) return 0;
      if (line >= starts().length) return text.length;
      return Math.min(startOf(line) + Math.max(column, 0), endOf(line));
    },
    lineStart: startOf,
    lineEnd: endOf,
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  const lineBreak = /\r\n?|\n/g;
  while (lineBreak.test(text)) starts.push(lineBreak.lastIndex);
  return starts;
}

/** The index of the last element that is not greater than `value`; the first element must not be greater. */
function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
