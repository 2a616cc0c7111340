import { invariant } from "../base/invariant.ts";
import type { TextRange } from "../base/text-range.ts";

/** Replaces `range` of a text; an empty range inserts. */
export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/** An edit with the file whose text it changes. */
export interface PathEdit extends TextEdit {
  readonly path: string;
}

/**
 * Applies edits whose ranges all refer to `text` as it is, in any order. Insertions at one offset keep their order.
 * Line breaks of inserted text become those of `text`, so that a file with `\r\n` keeps them throughout.
 * @throws InvariantError when edits overlap or lie outside of the text.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const lineBreak = lineBreakOf(text);
  const parts: string[] = [];
  let position = 0;
  for (const { range, newText } of [...edits].sort(byPosition)) {
    invariant(
      position <= range.start && range.start <= range.end && range.end <= text.length,
      `edit at ${range.start}–${range.end} overlaps another or lies outside of the text`,
    );
    parts.push(text.slice(position, range.start), newText.replace(/\r\n?|\n/g, lineBreak));
    position = range.end;
  }
  parts.push(text.slice(position));
  return parts.join("");
}

function byPosition(first: TextEdit, second: TextEdit): number {
  return first.range.start - second.range.start || first.range.end - second.range.end;
}

/** The first line break decides; a text without one gets `\n`. */
export function lineBreakOf(text: string): string {
  return /\r\n?|\n/.exec(text)?.[0] ?? "\n";
}
