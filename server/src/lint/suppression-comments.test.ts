import { describe, expect, it } from "vitest";
import { parseDirective } from "./suppression-comments.ts";

/** The directive of a comment, with its places given as the text that stands there. */
function read(text: string) {
  const offset = 10;
  const directive = parseDirective({ text, start: offset, end: offset + text.length });
  const at = (range: { start: number; end: number }) => text.slice(range.start - offset, range.end - offset);
  if (directive === undefined) return undefined;
  if (directive.kind === "invalid") return `${at(directive.range)} → ${directive.reason}`;
  const selectors = directive.selectors.map((selector) => {
    expect(at(selector.range)).toBe(selector.text);
    return selector.text;
  });
  return { scope: directive.scope, selectors, text: at(directive.range), list: at(directive.selectorsRange) };
}

describe("parseDirective", () => {
  it("reads codes, prefixes and names, with or without a reason", () => {
    expect(read("# queryscope: ignore[QS101]")).toEqual({
      scope: "line",
      selectors: ["QS101"],
      text: "queryscope: ignore[QS101]",
      list: "QS101",
    });
    expect(read("# queryscope: ignore[QS1, n-plus-one-forward]: the page shows three rows, see #12")).toEqual(
      {
        scope: "line",
        selectors: ["QS1", "n-plus-one-forward"],
        text: "queryscope: ignore[QS1, n-plus-one-forward]: the page shows three rows, see #12",
        list: "QS1, n-plus-one-forward",
      },
    );
    expect(read("#queryscope:ignore-file[QS6]")).toMatchObject({ scope: "file", selectors: ["QS6"] });
  });

  it("stands beside the directives of other tools", () => {
    expect(read("# noqa: E501  # queryscope: ignore[QS101]")).toMatchObject({
      text: "queryscope: ignore[QS101]",
    });
    expect(read("# queryscope: ignore[QS101]: few rows  # type: ignore")).toMatchObject({
      text: "queryscope: ignore[QS101]: few rows",
    });
  });

  it("reads template comments", () => {
    expect(read("{# queryscope: ignore[QS108] #}")).toMatchObject({
      selectors: ["QS108"],
      text: "queryscope: ignore[QS108]",
    });
  });

  it("says why a directive has no effect", () => {
    expect(read("# queryscope: ignore")).toBe(
      "queryscope: ignore → no rules are named: write `ignore[QS101]`",
    );
    expect(read("# queryscope: ignore-file: legacy")).toContain(
      "no rules are named: write `ignore-file[QS101]`",
    );
    expect(read("# queryscope: ignore[]")).toContain("no rules are named");
    expect(read("# queryscope: disable[QS101]")).toContain("expected `ignore[…]` or `ignore-file[…]`");
    expect(read("# queryscope:")).toContain("expected `ignore[…]`");
  });

  it("takes nothing else for a directive", () => {
    expect(read("# noqa: QS101")).toBeUndefined();
    expect(read('# write "# queryscope: ignore[QS101]" to silence this')).toBeUndefined();
    expect(read("# see queryscope: ignore[QS101]")).toBeUndefined();
  });
});
