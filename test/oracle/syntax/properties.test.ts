/** What holds for the tree of every file: of whole files, and of files that somebody is editing. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryReader } from "../../../server/src/syntax/memory-reader.ts";
import { cursorReader, readAlike } from "../../../server/src/syntax/tree-reader.ts";
import { loadPythonGrammar } from "../../../server/src/syntax/tree-sitter.ts";
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
