/**
 * The comments of the example project and the findings agree: each problem that a present rule should see is seen where
 * its comment stands, and nothing else is reported.
 */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { rules } from "../../server/src/rules/registry.ts";
import { readRepositoryFile, repository, repositoryFiles } from "../support/repository.ts";

const example = "examples/tenantly";
const present = new Set<string>(rules.map(({ code }) => code));

interface JsonFinding {
  readonly path: string;
  readonly code: string;
  readonly range: { readonly start: { readonly line: number } };
}

test("the example's findings are exactly the problems that its comments name", () => {
  execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: repository, stdio: "ignore" });
  const command = ["dist/cli.cjs", "check", example, "--no-cache", "--output-format", "json", "--exit-zero"];
  const report = execFileSync(process.execPath, command, { cwd: repository, encoding: "utf8" });
  const findings: readonly JsonFinding[] = JSON.parse(report).findings;
  const reported = findings.map(({ path, code, range }) => placed(path, range.start.line, code));
  const expected = announcedProblems();
  expect(reported.sort()).toEqual(expected.sort());
});

/** Settings that are missing are reported at the top of their file, and explained where they would stand. */
function placed(file: string, line: number, code: string): string {
  return code.startsWith("QS8") ? `${file}: ${code}` : `${file}:${line}: ${code}`;
}

/** Python files, templates, and how it is deployed. */
function exampleFiles(): readonly string[] {
  return repositoryFiles().filter(
    (file) => file.startsWith(`${example}/`) && /(\.py|\.html|\/Procfile)$/.test(file),
  );
}

/** Where each `# Problem:` comment points: the first line below that is no comment. */
function announcedProblems(): string[] {
  return exampleFiles().flatMap((file) => {
    const lines = readRepositoryFile(file).split("\n");
    return lines.flatMap((line, index) => {
      const code = /^\s*\{?# Problem: [a-z-]+ \((QS\d+)\)/.exec(line)?.[1];
      if (code === undefined || !present.has(code)) return [];
      const below = lines.findIndex((text, other) => other > index && !/^\s*\{?#/.test(text));
      return [placed(file, below + 1, code)];
    });
  });
}

test("every problem is named as its rule", () => {
  const names = new Map(rules.map(({ code, name }) => [code as string, name]));
  const wrong = exampleFiles()
    .flatMap((file) => [...readRepositoryFile(file).matchAll(/# Problem: ([a-z-]+) \((QS\d+)\)/g)])
    .filter(([, name = "", code = ""]) => names.has(code) && names.get(code) !== name);
  expect(wrong.map(([text]) => text)).toEqual([]);
});
