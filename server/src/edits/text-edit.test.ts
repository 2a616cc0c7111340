import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits } from "./text-edit.ts";

const insert = (offset: number, newText: string) => ({ range: { start: offset, end: offset }, newText });

describe("applyEdits", () => {
  it("replaces, inserts and deletes, whatever the order of the edits", () => {
    const edits = [
      { range: { start: 4, end: 7 }, newText: "two" },
      insert(0, "> "),
      { range: { start: 7, end: 9 }, newText: "" },
    ];
    expect(applyEdits("one 222 x", edits)).toBe("> one two");
    expect(applyEdits("one 222 x", [...edits].reverse())).toBe("> one two");
  });

  it("keeps the order of insertions at one offset", () => {
    expect(applyEdits("c", [insert(0, "a"), insert(0, "b")])).toBe("abc");
  });

  it("gives inserted lines the line breaks of the file", () => {
    expect(applyEdits("a\r\nb\r\n", [insert(3, "x\ny\n")])).toBe("a\r\nx\r\ny\r\nb\r\n");
    expect(applyEdits("a\nb\n", [insert(2, "x\r\n")])).toBe("a\nx\nb\n");
  });

  it("refuses edits that overlap or lie outside of the text", () => {
    const overlapping = [
      { range: { start: 0, end: 2 }, newText: "" },
      { range: { start: 1, end: 3 }, newText: "" },
    ];
    expect(() => applyEdits("abc", overlapping)).toThrow(/overlaps/);
    expect(() => applyEdits("abc", [insert(4, "x")])).toThrow(/outside/);
  });

  it("changes nothing but the ranges", () => {
    const scenario = fc.record({
      text: fc.stringMatching(/^[a-z\n]{0,40}$/),
      cuts: fc.uniqueArray(fc.nat(40), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(scenario, ({ text, cuts }) => {
        const offsets = cuts.filter((cut) => cut <= text.length).sort((first, second) => first - second);
        const marked = applyEdits(
          text,
          offsets.map((offset) => insert(offset, "|")),
        );
        expect(marked.replaceAll("|", "")).toBe(text);
        expect(marked.length).toBe(text.length + offsets.length);
      }),
    );
  });
});
