import type { TextRange } from "./text-range.ts";

/** What an edit did to a text: everything outside of it is the same before and after. Offsets in UTF-16 units. */
export interface TextChange {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** The smallest change that makes the one text of the other. */
export function changeBetween(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let same = 0;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { start, oldEnd: before.length - same, newEnd: after.length - same };
}

/** Where a range of the old text is in the new one; undefined where the change took part of it away. */
export function rangeAfter(range: TextRange, change: TextChange): TextRange | undefined {
  const { start, oldEnd, newEnd } = change;
  const delta = newEnd - oldEnd;
  if (range.end <= start) return range;
  if (range.start >= oldEnd) return { start: range.start + delta, end: range.end + delta };
  if (range.start <= start && range.end >= oldEnd) return { start: range.start, end: range.end + delta };
  return undefined;
}
