/** The lowered tree of real files against the tree that CPython itself makes of them, node by node. */
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { testParser } from "../../support/python-parser.ts";
import { describeTree } from "./describe.ts";

const sampleSize = Number(process.env.QUERYSCOPE_SYNTAX_SAMPLE ?? 400);
const python = newestPython(["python3.14", "python3.13", "python3.12", "python3"]);

describe.skipIf(python === undefined)("the standard library, as CPython reads it", async () => {
  if (python === undefined) return;
  const parser = await testParser();
  const files = sample(pythonFilesBelow(python.standardLibrary), sampleSize);
  const batches = Array.from({ length: Math.ceil(files.length / 40) }, (_, index) =>
    files.slice(index * 40, index * 40 + 40),
  );

  test.each(batches)("files from %s", (...batch) => {
    for (const expected of treesOf(batch, python.command)) {
      // Files that are wrong on purpose, or in another encoding.
      if ("error" in expected) continue;
      const text = readFileSync(expected.path, "utf8");
      const { tree } = parser.parse(expected.path, text);
      const actual = describeTree(tree, { text, insideFormattedStrings: python.minor >= 12 });
      expectSameLines(actual, expected.tree, expected.path);
      expect(tree.comments.map((comment) => comment.text.trimEnd())).toEqual(
        expected.comments.map((comment) => comment.trimEnd()),
      );
    }
  });
});

interface Python {
  readonly command: string;
  readonly minor: number;
  readonly standardLibrary: string;
}

function newestPython(commands: readonly string[]): Python | undefined {
  const script = "import sys, sysconfig; print(sys.version_info.minor, sysconfig.get_path('stdlib'))";
  for (const command of commands) {
    const { status, stdout } = spawnSync(command, ["-c", script], { encoding: "utf8" });
    if (status !== 0) continue;
    const [minor = "0", ...path] = stdout.trim().split(" ");
    if (Number(minor) >= 11) return { command, minor: Number(minor), standardLibrary: path.join(" ") };
  }
  return undefined;
}

function pythonFilesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".py") && !path.includes("site-packages"))
    .sort()
    .map((path) => join(folder, path));
}

/** The same files at every run: evenly spread over the list. */
function sample(files: readonly string[], size: number): string[] {
  const step = Math.max(1, files.length / size);
  return Array.from(
    { length: Math.min(size, files.length) },
    (_, index) => files[Math.floor(index * step)] ?? "",
  );
}

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
