import { describe, expect, test } from "vitest";
import { parseVersion } from "./version.ts";
import { type DjangoFeature, mayApply, mayUse } from "./versions.ts";

describe("what a fix may use and what may be in force", () => {
  test.each<[DjangoFeature, string, boolean]>([
    ["contains", "4.2", true],
    ["genericPrefetch", "4.2", false],
    ["genericPrefetch", "5.0", true],
    ["tupleLookups", "5.1", false],
    ["tupleLookups", "5.2.19", true],
    ["fetchModes", "6.0", false],
    ["fetchModes", "6.1", true],
    ["bigAutoFieldByDefault", "5.2", false],
    ["bigAutoFieldByDefault", "6.0", true],
  ])("%s in Django %s: %s", (feature, version, expected) => {
    expect(mayUse(feature, parseVersion(version))).toBe(expected);
    expect(mayApply(feature, parseVersion(version))).toBe(expected);
  });

  test("an unknown version is the oldest for what is used, the newest for what may be in force", () => {
    expect(mayUse("genericPrefetch", undefined)).toBe(false);
    expect(mayUse("slicedPrefetch", undefined)).toBe(true);
    expect(mayApply("bareSelectRelatedDeprecated", undefined)).toBe(true);
  });
});
