/** Compares findings with what the assertions of a spec state, line by line. */
import { lineIndexOf } from "../../server/src/base/line-index.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import type { Refactoring } from "../../server/src/rules/refactorings/refactoring.ts";
import type { SpecFile } from "../support/markdown-spec.ts";
import type { ErrorAssertion, ErrorProperty, ReadAssertion } from "../support/spec-assertions.ts";

/** What the comparison needs of an analysis. */
export interface Analyzed {
  readonly findings: readonly Finding[];
  /** Of all files. */
  readonly refactorings: readonly Refactoring[];
  text(path: string): string | undefined;
  /** The name of the rule with this code. */
  ruleName(code: string): string;
}

/** A line with findings, stated or found. */
interface Row {
  readonly expected: readonly ErrorAssertion[];
  readonly found: readonly Finding[];
}

/** @returns readable complaints, one per line of code that differs */
export function compareFindings(files: readonly SpecFile[], analyzed: Analyzed): readonly string[] {
  const paths = new Set([
    ...files.map((file) => file.path),
    ...analyzed.findings.map(({ location }) => location.path),
  ]);
  return [...paths].flatMap((path) => {
    const file = files.find((each) => each.path === path);
    return [
      ...compareErrors(path, file?.errors ?? [], analyzed),
      ...(file?.reads ?? []).flatMap((read) => compareRead(path, read, analyzed)),
    ];
  });
}

function compareErrors(
  path: string,
  errors: readonly ErrorAssertion[],
  analyzed: Analyzed,
): readonly string[] {
  const rows = new Map<number, { expected: ErrorAssertion[]; found: Finding[] }>();
  const rowAt = (line: number) => {
    const row = rows.get(line) ?? { expected: [], found: [] };
    rows.set(line, row);
    return row;
  };
  for (const error of errors) rowAt(error.line).expected.push(error);
  for (const finding of analyzed.findings) {
    if (finding.location.path === path) rowAt(lineOf(finding.location, analyzed)).found.push(finding);
  }
  return [...rows]
    .sort(([first], [second]) => first - second)
    .flatMap(([line, row]) => {
      const differences = compareRow(row);
      if (differences.length === 0) return [];
      return [[codeLine(path, line, analyzed), ...differences].join("\n")];
    });
}

function compareRow({ expected, found }: Row): readonly string[] {
  const unexplained = [...found];
  const missing: ErrorAssertion[] = [];
  for (const assertion of expected) {
    const match = unexplained.findIndex((finding) => explains(assertion, finding));
    if (match < 0) missing.push(assertion);
    else unexplained.splice(match, 1);
  }
  return [
    ...missing.map((assertion) => `    - ${describeAssertion(assertion)}`),
    ...unexplained.map((finding) => `    + ${describeFinding(finding)}`),
  ];
}

function explains(assertion: ErrorAssertion, finding: Finding): boolean {
  return (
    assertion.rule === finding.rule &&
    (assertion.message === undefined || finding.message.includes(assertion.message)) &&
    [...assertion.properties].every(([name, value]) =>
      name === "help"
        ? finding.help?.includes(value) === true
        : propertyOf(finding, name) === normalize(name, value),
    )
  );
}

function propertyOf(finding: Finding, name: ErrorProperty): string {
  switch (name) {
    case "level":
      return finding.level;
    case "confidence":
      return finding.confidence;
    case "paths":
      return longestPaths(finding.relationPaths);
    case "fields":
      return finding.fields.join(",");
    case "fix":
      return finding.fixes[0]?.safety ?? "none";
    case "estimate":
      return finding.queries ? `${finding.queries.before} → ${finding.queries.after}` : "none";
    case "help":
      return finding.help ?? "none";
  }
}

function normalize(name: ErrorProperty, value: string): string {
  return name === "paths" ? longestPaths(value.split(",")) : value;
}

/** A path contains those that lead to it: `project__team` says all that `project, project__team` says. */
function longestPaths(paths: readonly string[]): string {
  return paths
    .filter((path) => !paths.some((other) => other.startsWith(`${path}__`)))
    .sort()
    .join(",");
}

function describeAssertion({ rule, message, properties }: ErrorAssertion): string {
  const parts = [`[${rule}]`];
  if (message !== undefined) parts.push(`"${message}"`);
  for (const [name, value] of properties) parts.push(`${name}=${quoteIfSpaced(normalize(name, value))}`);
  return parts.join(" ");
}

function describeFinding(finding: Finding): string {
  const names = ["paths", "fields", "level", "confidence", "fix", "estimate"] as const;
  const properties = names.flatMap((name) => {
    const value = propertyOf(finding, name);
    return value === "" || value === "none" ? [] : [`${name}=${quoteIfSpaced(value)}`];
  });
  return [`[${finding.rule}]`, `"${finding.message}"`, ...properties].join(" ");
}

function quoteIfSpaced(value: string): string {
  return value.includes(" ") ? `"${value}"` : value;
}

function compareRead(path: string, read: ReadAssertion, analyzed: Analyzed): readonly string[] {
  const here = analyzed.findings
    .flatMap((finding) => finding.accesses)
    .filter(({ location }) => location.path === path && lineOf(location, analyzed) === read.line)
    .map(({ code, relationPath }) => `[${analyzed.ruleName(code)}] ${relationPath}`);
  const wanted = `[${read.rule}] ${read.relationPath}`;
  if (here.includes(wanted)) return [];
  const found = here.map((access) => `\n    + read ${access}`).join("");
  return [`${codeLine(path, read.line, analyzed)}\n    - read ${wanted}${found}`];
}

function lineOf({ path, range }: Finding["location"], analyzed: Analyzed): number {
  return lineIndexOf(analyzed.text(path) ?? "").positionAt(range.start).line + 1;
}

function codeLine(path: string, line: number, analyzed: Analyzed): string {
  const code = analyzed.text(path)?.split("\n")[line - 1] ?? "";
  return `${path}:${line} | ${code.trim()}`;
}
