import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineIndexOf } from "./line-index.ts";

describe("lineIndexOf", () => {
  test("counts lines and columns from zero", () => {
    const index = lineIndexOf("first\nsecond\n");
    expect(index.positionAt(0)).toEqual({ line: 0, column: 0 });
    expect(index.positionAt(8)).toEqual({ line: 1, column: 2 });
    expect(index.offsetAt({ line: 1, column: 2 })).toBe(8);
    expect(index.lineCount).toBe(3);
  });

  test("takes \\n, \\r\\n and \\r for one line break each", () => {
    const index = lineIndexOf("a\nb\r\nc\rd");
    expect([0, 1, 2, 3].map((line) => index.lineStart(line))).toEqual([0, 2, 5, 7]);
    expect([0, 1, 2, 3].map((line) => index.lineEnd(line))).toEqual([1, 3, 6, 8]);
  });

  test("counts UTF-16 code units, as editors do", () => {
    expect(lineIndexOf("😀é\n").positionAt(3)).toEqual({ line: 0, column: 3 });
  });

  test("an empty text has one line", () => {
    const index = lineIndexOf("");
    expect(index.lineCount).toBe(1);
    expect(index.positionAt(0)).toEqual({ line: 0, column: 0 });
    expect(index.lineEnd(0)).toBe(0);
  });

  test("moves what lies outside to the nearest place inside", () => {
    const index = lineIndexOf("ab\ncd");
    expect(index.positionAt(-1)).toEqual({ line: 0, column: 0 });
    expect(index.positionAt(99)).toEqual({ line: 1, column: 2 });
    expect(index.offsetAt({ line: 0, column: 99 })).toBe(2);
    expect(index.offsetAt({ line: 99, column: 0 })).toBe(5);
    expect(index.offsetAt({ line: -1, column: 5 })).toBe(0);
  });

  test("refuses a line that does not exist", () => {
    expect(() => lineIndexOf("a").lineStart(1)).toThrow("line 1 of a text with 1 lines");
  });

  test("leads from every offset to a place and back", () => {
    const texts = fc
      .array(fc.constantFrom("a", "é", "😀", "\n", "\r", "\r\n"))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, (text) => {
        const index = lineIndexOf(text);
        for (let offset = 0; offset <= text.length; offset++) {
          const position = index.positionAt(offset);
          // Between \r and \n there is no place of its own.
          const isInside = text[offset - 1] === "\r" && text[offset] === "\n";
          expect(index.offsetAt(position)).toBe(isInside ? offset - 1 : offset);
        }
      }),
    );
  });
});
