import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { changeBetween, rangeAfter } from "./text-change.ts";

describe("changeBetween", () => {
  it("is what was typed", () => {
    expect(changeBetween("a = 1\nc = 3\n", "a = 1\nb = 2\nc = 3\n")).toEqual({
      start: 6,
      oldEnd: 6,
      newEnd: 12,
    });
    expect(changeBetween("same", "same")).toEqual({ start: 4, oldEnd: 4, newEnd: 4 });
  });

  test("makes the one text of the other", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 20 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { start, oldEnd, newEnd } = changeBetween(before, after);
        expect(before.slice(0, start) + after.slice(start, newEnd) + before.slice(oldEnd)).toBe(after);
      }),
    );
  });
});

describe("rangeAfter", () => {
  const change = { start: 10, oldEnd: 12, newEnd: 17 };

  it.each([
    ["in front of it", { start: 2, end: 10 }, { start: 2, end: 10 }],
    ["behind it", { start: 12, end: 20 }, { start: 17, end: 25 }],
    ["around it", { start: 0, end: 20 }, { start: 0, end: 25 }],
    ["inside of it", { start: 10, end: 11 }, undefined],
    ["half inside", { start: 5, end: 11 }, undefined],
  ])("%s", (_, range, expected) => {
    expect(rangeAfter(range, change)).toEqual(expected);
  });
});
