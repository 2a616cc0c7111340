import { describe, expect, it } from "vitest";
import type { Statement } from "../syntax/ast.ts";
import { indentLines, lineAfter, lineBefore, startsLine } from "./statement-lines.ts";
import { applyEdits } from "./text-edit.ts";

/** The statement that the text between the first and the last `|` stands for; the bars are taken out. */
function marked(source: string): { readonly text: string; readonly statement: Statement } {
  const [before = "", inside = "", after = ""] = source.split("|");
  const start = before.length;
  return { text: before + inside + after, statement: { kind: "Pass", start, end: start + inside.length } };
}

function surrounded(source: string): string {
  const { text, statement } = marked(source);
  return applyEdits(text, [lineBefore(text, statement, "before()"), lineAfter(text, statement, "after()")]);
}

describe("lines beside a statement", () => {
  it("have its indentation", () => {
    expect(surrounded("def f():\n    |for a in b:\n        a()|\n    c()\n")).toBe(
      "def f():\n    before()\n    for a in b:\n        a()\n    after()\n    c()\n",
    );
  });

  it("leave comments with what they speak of", () => {
    expect(
      surrounded("# why\n|for a in b:\n    a()|  # last\n    # done\n\n    # really\n# next\nc()\n"),
    ).toBe(
      "# why\nbefore()\nfor a in b:\n    a()  # last\n    # done\n\n    # really\nafter()\n# next\nc()\n",
    );
  });

  it("stand at the ends of a text without line breaks", () => {
    expect(surrounded("|for a in b: a()|")).toBe("before()\nfor a in b: a()\nafter()");
  });

  it("keep the line breaks of the text", () => {
    expect(surrounded("\t|for a in b:\r\n\t\ta()|\r\n\t\t# done\r\n\r\nc()\r\n")).toBe(
      "\tbefore()\r\n\tfor a in b:\r\n\t\ta()\r\n\t\t# done\r\n\tafter()\r\n\r\nc()\r\n",
    );
  });
});

describe("indentLines", () => {
  it("moves all lines but the first, and leaves empty ones alone", () => {
    const { text, statement } = marked("x = |f(\r\n    a,\r\n\r\n    b,\r\n)|\r\ny\r\n");
    expect(applyEdits(text, indentLines(text, statement, "  "))).toBe(
      "x = f(\r\n      a,\r\n\r\n      b,\r\n  )\r\ny\r\n",
    );
  });
});

describe("startsLine", () => {
  it.each([
    ["a()", 0, true],
    ["x\n    a()", 6, true],
    ["for x in y: a()", 12, false],
  ])("%j at %i: %s", (text, offset, expected) => {
    expect(startsLine(text, offset)).toBe(expected);
  });
});
