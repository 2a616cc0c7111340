/** What holds for the tree of every file: of whole files, and of files that somebody is editing. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineIndexOf } from "../../../server/src/base/line-index.ts";
import type { ModuleTree, Statement } from "../../../server/src/syntax/ast.ts";
import { MemoryReader } from "../../../server/src/syntax/memory-reader.ts";
import { cursorReader, readAlike } from "../../../server/src/syntax/tree-reader.ts";
import { loadPythonGrammar } from "../../../server/src/syntax/tree-sitter.ts";
import { isStatement, walk } from "../../../server/src/syntax/walk.ts";
import { pythonParserModules, testParser } from "../../support/python-parser.ts";
import { unsoundParts } from "./sound-tree.ts";
import { findPython, sample, standardLibraryFiles } from "./standard-library.ts";

const python = findPython();

describe.skipIf(python === undefined)("the tree of a real file", async () => {
  if (python === undefined) return;
  const parser = await testParser();
  const texts = sample(standardLibraryFiles(python), 300).map((path) => readFileSync(path, "utf8"));

  test("has ranges that nest, in order, with the names that stand there", () => {
    for (const text of texts) expect(unsoundParts(parser.parse("a.py", text).tree, text)).toEqual([]);
  });

  test("is read from memory as with the cursor, node by node", async () => {
    const grammar = await loadPythonGrammar(pythonParserModules());
    const memory = new MemoryReader(grammar.memory, grammar.language, grammar.numbers);
    const cursor = cursorReader(grammar.numbers);
    for (const text of texts.slice(0, 60)) {
      // As it is, and with a piece missing, so that there are errors.
      for (const version of [text, text.slice(0, text.length / 2) + text.slice(text.length / 2 + 9)]) {
        const tree = grammar.parser.parse(version);
        expect(tree !== null && readAlike(tree, memory, cursor)).toBe(true);
        tree?.delete();
      }
    }
  });

  test("keeps the statements of all other lines when one line is left unfinished", () => {
    const shares = texts
      .filter(({ length }) => length > 500 && length < 20_000)
      .flatMap((text, index) => [
        survivingShare(text, index * 37, (line) => line.slice(0, Math.ceil(line.length / 2))),
        survivingShare(text, index * 41, (line) => line.replace(/[)\]}]+:?$/, "")),
        survivingShare(text, index * 43, (line) => `${line}.`),
      ])
      .filter((share) => share !== undefined);
    expect(shares.length).toBeGreaterThan(100);
    // 68 % of them, and 24 % of those with an open bracket, without the repair.
    expect(shares.filter((share) => share === 1).length / shares.length).toBeGreaterThan(0.93);
    expect(shares.filter((share) => share < 0.9).length / shares.length).toBeLessThan(0.03);
  });

  /** How many of the simple statements outside a line are the same after it was changed. */
  function survivingShare(
    text: string,
    number: number,
    change: (line: string) => string,
  ): number | undefined {
    const lines = lineIndexOf(text);
    const line = number % lines.lineCount;
    const [start, end] = [lines.lineStart(line), lines.lineEnd(line)];
    const before = text.slice(start, end);
    const after = change(before);
    if (before.trim() === "" || after === before) return undefined;
    const changed = text.slice(0, start) + after + text.slice(end);
    const moved = after.length - before.length;
    const now = simpleStatements(parser.parse("a.py", changed).tree);
    const others = [...simpleStatements(parser.parse("a.py", text).tree)].filter(
      ([, statement]) => statement.end < start || statement.start > end,
    );
    const same = others.filter(([offset, { kind, start: from, end: to }]) => {
      const statement = now.get(offset > end ? offset + moved : offset);
      return statement?.kind === kind && statement.end - statement.start === to - from;
    });
    return others.length === 0 ? undefined : same.length / others.length;
  }

  const source = fc.constantFrom(...texts.filter(({ length }) => length > 1_000 && length < 15_000));
  const edit = fc.record({
    /** Where, as a share of the text. */
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    deleted: fc.integer({ min: 0, max: 40 }),
    inserted: fc.constantFrom(
      ..."., ( ) [ ] { } : = @ # \\ \" ' \t \n \r \0 😀 x".split(" "),
      ...["", " ", "'''", '"""', 'f"{', "for ", " if ", "def f(", "\n    ", "\r\n", "lambda", "match x:\n"],
    ),
  });

  test("stays sound whatever is deleted and inserted, and an open document has the tree of a fresh parse", () => {
    fc.assert(
      fc.property(source, fc.array(edit, { minLength: 1, maxLength: 8 }), (original, edits) => {
        const document = parser.openDocument("a.py", original);
        let text = original;
        for (const { at, deleted, inserted } of edits) {
          const offset = Math.floor(at * text.length);
          text = text.slice(0, offset) + inserted + text.slice(offset + deleted);
          const { tree } = document.update(text);
          expect(unsoundParts(tree, text)).toEqual([]);
          expect(tree).toEqual(parser.parse("a.py", text).tree);
        }
        document.close();
      }),
      { numRuns: Number(process.env.QUERYSCOPE_SYNTAX_RUNS ?? 40) },
    );
  });
});

/** By where they start. */
function simpleStatements(tree: ModuleTree): ReadonlyMap<number, Statement> {
  const statements = new Map<number, Statement>();
  walk(tree, (node) => {
    if (isStatement(node) && !("body" in node) && node.kind !== "Match" && node.kind !== "InvalidStatement") {
      statements.set(node.start, node);
    }
    return undefined;
  });
  return statements;
}
