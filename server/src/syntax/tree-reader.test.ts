import { describe, expect, test } from "vitest";
import { pythonParserModules } from "../../../test/support/python-parser.ts";
import { MemoryReader } from "./memory-reader.ts";
import { cursorReader, fastestReader, readAlike } from "./tree-reader.ts";
import { loadPythonGrammar } from "./tree-sitter.ts";

const grammar = await loadPythonGrammar(pythonParserModules());
const cursor = cursorReader(grammar.numbers);
const memory = new MemoryReader(grammar.memory, grammar.language, grammar.numbers);

function areAlike(source: string): boolean {
  const tree = grammar.parser.parse(source);
  if (tree === null) return false;
  const result = readAlike(tree, memory, cursor);
  tree.delete();
  return result;
}

test("trees are read from memory, not with the cursor", () => {
  expect(fastestReader(grammar).technique).toBe("memory");
});

describe("the memory reader gives what the cursor gives", () => {
  test.each([
    ["nothing", ""],
    ["a blank line", "\n"],
    ["a comment", "# a"],
    ["one leaf", "x"],
    ["space before the first node", "\n\n   x"],
    ["an error", "("],
    ["a missing node", "def f(:\n    x.\n"],
    ["a leaf too large to be stored inline", `${"x".repeat(300)} = 1`],
    ["a leaf after much space", `x =${" ".repeat(300)}y`],
    ["deep nesting", "(".repeat(2000)],
    ["a long list, which the parser balances", `x = [${"1, ".repeat(5000)}]`],
    ["characters beyond the basic plane", 'x = "😀" + "é"\ny'],
  ])("for %s", (_, source) => {
    expect(areAlike(source)).toBe(true);
  });

  test("for a tree that was edited", () => {
    const before = grammar.parser.parse("x = [1, 2]\ny = f(a)\n");
    expect(before).not.toBeNull();
    before?.edit(
      // `2` becomes `23`.
      Object.assign(Object.create(null), {
        startIndex: 9,
        oldEndIndex: 9,
        newEndIndex: 10,
        startPosition: { row: 0, column: 9 },
        oldEndPosition: { row: 0, column: 9 },
        newEndPosition: { row: 0, column: 10 },
      }),
    );
    const after = grammar.parser.parse("x = [1, 23]\ny = f(a)\n", before);
    expect(after !== null && readAlike(after, memory, cursor)).toBe(true);
  });
});

test("readers that differ are told apart", () => {
  const tree = grammar.parser.parse("x = 1");
  expect(tree !== null && readAlike(tree, cursor, { read: (_, into) => into.clear() })).toBe(false);
});
