import type { TextRange } from "./text-range.ts";

/** Where the places of a text went in a later version of it, which differs in one stretch. */
export interface TextShift {
  /** Undefined for a place inside the stretch that differs. */
  toOld(offset: number): number | undefined;
  toNew(offset: number): number | undefined;
  /** Undefined where the range touches the stretch that differs. */
  rangeToNew(range: TextRange): TextRange | undefined;
}

export function createTextShift(before: string, after: string): TextShift {
  const prefix = commonPrefix(before, after);
  const suffix = commonSuffix(before, after, Math.min(before.length, after.length) - prefix);
  const delta = after.length - before.length;
  const shifted = (offset: number, end: number, by: number): number | undefined => {
    if (offset <= prefix) return offset;
    return offset >= end ? offset + by : undefined;
  };
  const toNew = (offset: number): number | undefined => shifted(offset, before.length - suffix, delta);
  return {
    toOld: (offset) => shifted(offset, after.length - suffix, -delta),
    toNew,
    rangeToNew: ({ start, end }) => {
      const [first, last] = [toNew(start), toNew(end)];
      if (first === undefined || last === undefined) return undefined;
      const isAround = start < prefix && end > before.length - suffix && delta !== 0;
      return isAround ? undefined : { start: first, end: last };
    },
  };
}

function commonPrefix(first: string, second: string): number {
  if (first === second) return first.length;
  const longest = Math.min(first.length, second.length);
  let length = 0;
  while (length < longest && first.charCodeAt(length) === second.charCodeAt(length)) length += 1;
  return length;
}

function commonSuffix(first: string, second: string, longest: number): number {
  let length = 0;
  while (
    length < longest &&
    first.charCodeAt(first.length - 1 - length) === second.charCodeAt(second.length - 1 - length)
  ) {
    length += 1;
  }
  return length;
}
