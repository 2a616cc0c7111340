import { describe, expect, test } from "vitest";
import {
  checkSize,
  evaluateShape,
  firstSizes,
  fitShape,
  formatShape,
  parseShape,
  stages,
} from "./query-shape.ts";

describe("the shape of a query count", () => {
  test.each(["0", "1", "3 + N", "1 + 2N + N·M", "N·K", "1 + N + N·M + 3N·M·K"])(
    "%s is found by fitting",
    (text) => {
      const shape = parseShape(text);
      if (shape === undefined) throw new Error(`cannot parse ${text}`);
      const fitted = fitShape((size) => evaluateShape(shape, size));
      expect(fitted && formatShape(fitted)).toBe(text);
    },
  );

  test.each(["", "N + ", "x", "N·N", "1 + 1", "2 N"])("%j is not a shape", (text) => {
    expect(parseShape(text)).toBeUndefined();
  });

  test("a count that is no sum of terms has no shape", () => {
    expect(fitShape(({ n }) => n * n)).toBeUndefined();
    expect(fitShape(({ n }) => n - 1)).toBeUndefined();
    expect(fitShape(({ n }) => n / 8)).toBeUndefined();
  });

  test("parents, children and grandchildren are scaled separately, and checked on another size", () => {
    const names = [...firstSizes, ...stages.flatMap(({ sizes }) => sizes)].map(
      ({ n, m, k }) => `${n}·${m}·${k}`,
    );
    expect(new Set(names).size).toBe(9);
    expect(firstSizes).toContain(checkSize);
  });
});
