import { describe, expect, test } from "vitest";
import { evaluateShape, parseShape, type Term } from "../../support/query-shape.ts";
import { compare, depthsOfTerm, growthOf, listsOf, sizes } from "./compare-estimate.ts";

/** What would be measured of a page that grows like this. */
function countsOf(text: string): readonly number[] {
  const shape = parseShape(text);
  if (!shape) throw new Error(`cannot parse ${text}`);
  return sizes.map((size) => evaluateShape(shape, size));
}

const compared = (measured: string, estimated: string, lists: readonly Term[] = []) =>
  compare(growthOf(countsOf(measured)), { queries: estimated, complete: true, parts: [] }, lists);

describe("an estimate is held against what was measured", () => {
  test.each([
    ["7", "4", "exact"],
    ["7 + 3N", "5 + N", "exact"],
    ["7", "5 + N", "over"],
    ["7 + N", "5", "under"],
    ["7 + N", "5 + N·M", "under"],
    ["7 + N + N·M", "5 + 2N + 10·N·M", "exact"],
    ["7 + N + N·M", "5 + 2N", "under"],
  ])("%s and %s: %s", (measured, estimated, agreement) => {
    expect(compared(measured, estimated)).toBe(agreement);
  });

  test("a list of all children is one loop, that of each parent's children are two", () => {
    expect(compared("3 + N·M", "2 + N", ["N·M"])).toBe("exact");
    expect(compared("3 + N·M", "2 + N·M", ["N·M"])).toBe("under");
    expect(compared("3 + N·M", "2 + N·M", ["N", "M"])).toBe("exact");
    expect(compared("3 + N·M", "2 + N", ["N", "M"])).toBe("under");
    expect([...depthsOfTerm("N·M·K", ["N·M", "K"])]).toEqual([2, 3]);
  });

  test("a page or slice cuts rows off", () => {
    const growth = growthOf(sizes.map(({ n, m }) => 3 + 2 * Math.min(n * m, 10)));
    expect(growth.text).toBe("3 + 2·N·M up to 10 rows".replace("2·N·M", "2N·M"));
    expect(compare(growth, { queries: "23", complete: true, parts: [{ queries: "20" }] }, ["N·M"])).toBe(
      "exact",
    );
    expect(compare(growth, { queries: "3 + 2N", complete: true, parts: [] }, ["N·M"])).toBe("exact");
  });

  test("what is not listed, or not analysed to its end, is unknown", () => {
    expect(compare(growthOf(countsOf("1")), undefined, [])).toBe("unknown");
    expect(compare(growthOf(countsOf("1")), { queries: "1", complete: false, parts: [] }, [])).toBe(
      "unknown",
    );
  });

  test("the rows of single queries say what is listed", () => {
    const runs = sizes.map(({ n, m }) => ({ "SELECT tasks": n * m, "SELECT projects": n + 1 }));
    expect(listsOf(runs)).toEqual(["N", "N·M"]);
  });
});
