import { expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { withoutImport } from "./remove-import.ts";
import { applyEdits, type TextEdit } from "./text-edit.ts";

const parser = await testParser();

function without(name: string, text: string, edits: readonly TextEdit[] = []): string {
  return applyEdits(text, withoutImport(parser.parse("views.py", text), name, edits));
}

test("a name goes with its comma", () => {
  expect(without("a", "from m import a, b\n")).toBe("from m import b\n");
  expect(without("b", "from m import a, b\n")).toBe("from m import a\n");
  expect(without("b", "from m import (\n    a,\n    b,\n    c,\n)\n")).toBe(
    "from m import (\n    a,\n    c,\n)\n",
  );
});

test("the name of an alias is what counts", () => {
  expect(without("x", "from m import a as x, b\n")).toBe("from m import b\n");
  expect(without("a", "from m import a as x, b\n")).toBe("from m import a as x, b\n");
});

test("the last name takes the line with it, and a paragraph of its own the empty line below", () => {
  expect(without("a", "from l import x\nfrom m import a\n\ncode\n")).toBe("from l import x\n\ncode\n");
  expect(without("a", "from m import a\n\nfrom .l import x\n")).toBe("from .l import x\n");
});

test("what is inserted behind a paragraph of its own takes its place", () => {
  const insertion = { range: { start: 16, end: 16 }, newText: "\nfrom .l import x\n" };
  expect(without("a", "from m import a\n\n\ncode\n", [insertion])).toBe("from .l import x\n\n\ncode\n");
});

test("an import beside something else stays", () => {
  expect(without("a", "import a; a.run()\n")).toBe("import a; a.run()\n");
});
