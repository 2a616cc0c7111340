import { describe, expect, it } from "vitest";
import { pathMatcher } from "./path-patterns.ts";
import {
  describeUnknownSelector,
  isKnownSelector,
  isSelected,
  nearest,
  type SelectionOptions,
} from "./selection.ts";

const forward = { code: "QS101", name: "n-plus-one-forward" } as const;
const toMany = { code: "QS102", name: "n-plus-one-to-many" } as const;
const create = { code: "QS301", name: "create-in-loop" } as const;
const rules = [forward, toMany, create];

function selected(options: Partial<SelectionOptions>): readonly string[] {
  const complete = { select: ["QS"], extendSelect: [], ignore: [], ...options };
  return rules.filter((rule) => isSelected(rule, complete)).map(({ code }) => code);
}

describe("isSelected", () => {
  it("takes codes, prefixes and names", () => {
    expect(selected({})).toEqual(["QS101", "QS102", "QS301"]);
    expect(selected({ select: ["QS1"] })).toEqual(["QS101", "QS102"]);
    expect(selected({ select: ["n-plus-one-to-many"] })).toEqual(["QS102"]);
    expect(selected({ ignore: ["QS3", "n-plus-one-forward"] })).toEqual(["QS102"]);
    expect(selected({ select: ["QS101"], extendSelect: ["QS3"] })).toEqual(["QS101", "QS301"]);
  });

  it("lets the more specific selector decide, and ignore where both are equal", () => {
    expect(selected({ select: ["QS", "QS101"], ignore: ["QS1"] })).toEqual(["QS101", "QS301"]);
    expect(selected({ select: ["QS101"], ignore: ["QS101"] })).toEqual([]);
    expect(selected({ select: ["n-plus-one-forward"], ignore: ["QS1"] })).toEqual(["QS101"]);
  });

  it("does not take part of a name or of a number for a prefix", () => {
    expect(selected({ select: ["n-plus-one"] })).toEqual([]);
    expect(selected({ select: ["QS1011", "Q", ""] })).toEqual([]);
  });
});

describe("unknown selectors", () => {
  it("are full codes and names without a rule; groups are known before their first rule", () => {
    expect(isKnownSelector("QS6", rules)).toBe(true);
    expect(isKnownSelector("QS101", rules)).toBe(true);
    expect(isKnownSelector("QS999", rules)).toBe(false);
    expect(isKnownSelector("qs101", rules)).toBe(false);
  });

  it("come with a suggestion where one is near", () => {
    expect(describeUnknownSelector("n-plus-one-foward", rules)).toBe(
      'unknown rule "n-plus-one-foward"; did you mean "n-plus-one-forward"?',
    );
    expect(describeUnknownSelector("E501", rules)).toBe('unknown rule "E501"');
    expect(nearest("anything", [])).toBeUndefined();
  });
});

describe("pathMatcher", () => {
  it("matches a name at any depth, and a path from the top", () => {
    const matches = pathMatcher(["legacy", "apps/*/reports", "*_old.py", "./tools/"], "");
    expect(
      [
        "legacy/a.py",
        "shop/legacy/b/c.py",
        "apps/shop/reports/x.py",
        "shop/views_old.py",
        "tools/a.py",
      ].every(matches),
    ).toBe(true);
    expect(
      ["legacy_2/a.py", "x/apps/shop/reports/x.py", "shop/tools/a.py", "shop/views.py"].some(matches),
    ).toBe(false);
  });

  it("sees paths from the folder of the patterns", () => {
    const matches = pathMatcher(["apps/api/legacy/**"], "apps/api");
    expect(matches("legacy/views.py")).toBe(true);
    expect(matches("views.py")).toBe(false);
  });
});
