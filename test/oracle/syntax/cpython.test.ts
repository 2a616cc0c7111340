/** The lowered tree of real files against the tree that CPython itself makes of them, node by node. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { testParser } from "../../support/python-parser.ts";
import { describeTree } from "./describe.ts";
import { findPython, sample, standardLibraryFiles } from "./standard-library.ts";

const sampleSize = 320;
/** It has Python 2's `print >> file, text`, which Python 3 reads as a tuple, to test the message. */
const python2OnPurpose = /\/test_print\.py$/;
const python = findPython();

describe.skipIf(python === undefined)("the standard library, as CPython reads it", async () => {
  if (python === undefined) return;
  const parser = await testParser();
  const files = sample(standardLibraryFiles(python), sampleSize);
  const batches = Array.from({ length: Math.ceil(files.length / 40) }, (_, index) =>
    files.slice(index * 40, index * 40 + 40),
  );

  test.each(batches.map((batch, index) => ({ batch, part: index + 1 })))("part $part", ({ batch }) => {
    for (const expected of treesOf(batch, python.command)) {
      // Files that are wrong on purpose, or in another encoding.
      if ("error" in expected || python2OnPurpose.test(expected.path)) continue;
      const text = readFileSync(expected.path, "utf8");
      const { tree } = parser.parse(expected.path, text);
      expect({ path: expected.path, errors: tree.errors }).toEqual({ path: expected.path, errors: [] });
      const actual = describeTree(tree, { text, insideFormattedStrings: python.minor >= 12 });
      expectSameLines(actual, expected.tree, expected.path);
      expect(tree.comments.map((comment) => comment.text.trimEnd())).toEqual(
        expected.comments.map((comment) => comment.trimEnd()),
      );
    }
  });
});

type Dump =
  | { readonly path: string; readonly tree: string; readonly comments: readonly string[] }
  | { readonly path: string; readonly error: string };

function treesOf(files: readonly string[], command: string): Dump[] {
  const script = fileURLToPath(new URL("dump_ast.py", import.meta.url));
  const output = execFileSync(command, [script], {
    input: `${files.join("\n")}\n`,
    encoding: "utf8",
    maxBuffer: 1 << 29,
    stdio: ["pipe", "pipe", "ignore"],
  });
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Dump);
}

/** Shows the first difference with what stands before it, instead of two trees of a million characters. */
function expectSameLines(actual: string, expected: string, path: string): void {
  if (actual === expected) return;
  const actualLines = actual.split("\n");
  const expectedLines = expected.split("\n");
  const first = expectedLines.findIndex((line, index) => line !== actualLines[index]);
  const at = first === -1 ? expectedLines.length : first;
  const around = (lines: readonly string[]): readonly string[] => lines.slice(Math.max(0, at - 5), at + 5);
  expect({ path, lines: around(actualLines) }).toEqual({ path, lines: around(expectedLines) });
}
