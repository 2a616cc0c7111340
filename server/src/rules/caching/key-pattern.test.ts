import { describe, expect, test } from "vitest";
import type { TextPattern } from "../../queryset/value.ts";
import { mayBeSame, shownPattern } from "./key-pattern.ts";

describe("whether two keys may be the same", () => {
  test.each<[TextPattern, TextPattern, boolean]>([
    [["a:b"], ["a:b"], true],
    [["a:b"], ["a:c"], false],
    [["project:", null, ":stats"], ["project:1:stats"], true],
    [["project:", null, ":stats"], ["project:", null, ":tasks"], false],
    [["project:", null], ["project:", null, ":stats"], true],
    [[null, ":stats"], ["project:", null], true],
    [["project:", null], ["team:", null], false],
    [[null], ["anything"], true],
    [["a"], ["a", null], true],
    [[], ["a"], false],
  ])("%j and %j: %s", (first, second, expected) => {
    expect(mayBeSame(first, second)).toBe(expected);
    expect(mayBeSame(second, first)).toBe(expected);
  });

  test("what is not known is shown as a gap", () => {
    expect(shownPattern(["project:", null, ":stats"])).toBe("project:…:stats");
  });
});
