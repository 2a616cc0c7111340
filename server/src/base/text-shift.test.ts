import { describe, expect, it } from "vitest";
import { createTextShift } from "./text-shift.ts";

describe("a text shift", () => {
  const before = "first(one)\nsecond(two)\n";
  const after = "first(one, x=1)\nsecond(two)\n";
  const shift = createTextShift(before, after);

  it("leaves what stands before the change, moves what stands behind it, and gives up what is new", () => {
    expect(shift.toOld(0)).toBe(0);
    expect(shift.toOld(after.indexOf("second"))).toBe(before.indexOf("second"));
    expect(shift.toOld(after.indexOf("x="))).toBeUndefined();
    expect(shift.toNew(before.indexOf("second"))).toBe(after.indexOf("second"));
  });

  it("keeps ranges that the change does not touch", () => {
    const start = before.indexOf("second");
    const moved = shift.rangeToNew({ start, end: start + 6 });
    expect(moved && after.slice(moved.start, moved.end)).toBe("second");
    expect(shift.rangeToNew({ start: 0, end: 10 })).toBeUndefined();
  });

  it("is the identity for the same text", () => {
    const same = createTextShift(before, before);
    expect([same.toOld(7), same.toNew(7)]).toEqual([7, 7]);
    expect(same.rangeToNew({ start: 3, end: 20 })).toEqual({ start: 3, end: 20 });
  });
});
