import { statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { inRepository, readRepositoryFile, repository, repositoryFiles } from "../support/repository.ts";

const ownText = /\.(?:ts|mjs|cjs|js|json|py|html|md|toml|yml|txt|sql)$|(?:^|\/)(?:run|Procfile|LICENSE)$/;
const generated = new Set(["package-lock.json", "THIRD-PARTY-NOTICES.md"]);
/** Patterns of what is searched for stand in this file. */
const thisFile = "test/repository/hygiene.test.ts";
const largestFile = 1024 * 1024;

const files = repositoryFiles().filter(
  (file) => ownText.test(file) && !generated.has(file) && file !== thisFile,
);

describe("the repository's files", () => {
  test("contain no path of the machine they were written on", () => {
    const folders = [path.resolve(repository), homedir()].map((folder) => folder + path.sep);
    expect(linesThat((line) => folders.some((folder) => line.includes(folder)))).toEqual([]);
  });

  test("contain no reminders of unfinished work", () => {
    const inComment = /(?:^\s*(?:\/\/|\/?\*|#|<!--).*|\/\/ )\b(?:TODO|FIXME|XXX|HACK)\b/;
    const focusedTest = /\b(?:describe|test|it)\.only\(|\bdebugger;/;
    const conflict = /^(?:<{7}|>{7}|={7})(?:\s|$)/;
    expect(linesWith(inComment, focusedTest, conflict)).toEqual([]);
  });

  test("contain no trailing white space, tabs in code, or carriage returns that nobody needs", () => {
    expect(
      linesWith(/[ \t]$/, /\r/).filter((line) => !/^test\/(?:mdtest|projects|cli|syntax)\//.test(line)),
    ).toEqual([]);
  });

  test("are of a size that belongs into a repository", () => {
    expect(repositoryFiles().filter((file) => statSync(inRepository(file)).size > largestFile)).toEqual([]);
  });
});

/** `path:line: text` of each line that one of the patterns matches. */
function linesWith(...patterns: readonly RegExp[]): string[] {
  return linesThat((line) => patterns.some((pattern) => pattern.test(line)));
}

function linesThat(accept: (line: string) => boolean): string[] {
  return files.flatMap((file) =>
    readRepositoryFile(file)
      .split("\n")
      .flatMap((line, index) => (accept(line) ? [`${file}:${index + 1}: ${line}`] : [])),
  );
}
