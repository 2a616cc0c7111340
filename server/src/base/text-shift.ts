import { changeBetween } from "./text-change.ts";
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
  const change = changeBetween(before, after);
  const delta = change.newEnd - change.oldEnd;
  const shifted = (offset: number, end: number, by: number): number | undefined => {
    if (offset <= change.start) return offset;
    return offset >= end ? offset + by : undefined;
  };
  const toNew = (offset: number): number | undefined => shifted(offset, change.oldEnd, delta);
  return {
    toOld: (offset) => shifted(offset, change.newEnd, -delta),
    toNew,
    rangeToNew: ({ start, end }) => {
      const [first, last] = [toNew(start), toNew(end)];
      if (first === undefined || last === undefined) return undefined;
      const isAround = start < change.start && end > change.oldEnd && delta !== 0;
      return isAround ? undefined : { start: first, end: last };
    },
  };
}
