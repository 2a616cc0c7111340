/**
 * Confirms findings in real projects by execution: what they claim happens on some page (its queries grow with the rows,
 * at the place of reading), and the preferred fix, applied alone to a copy, gives the same page with fewer queries. What
 * is confirmed, or refuted, becomes verdicts in test/ecosystem/verdicts/executed.jsonl.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { skipIfUnavailable } from "../../support/django-environment.ts";
import type { Size } from "../../support/query-shape.ts";
import { inRepository } from "../../support/repository.ts";
import {
  type Endpoint,
  endpointsOf,
  type PreparedProject,
  prepareProject,
  projectNames,
  type Run,
  runEndpoints,
} from "./prepare-project.ts";

interface Range {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

interface Place {
  readonly path: string;
  readonly range: Range;
}

interface Edit {
  readonly path: string;
  readonly range: Range;
  readonly newText: string;
}

/** What is read here of a finding in the JSON report. */
interface Finding {
  readonly code: string;
  readonly rule: string;
  readonly confidence: string;
  readonly path: string;
  readonly range: Range;
  readonly relationPaths: readonly string[];
  readonly accesses: readonly Place[];
  readonly fixes: readonly { readonly preferred: boolean; readonly edits: readonly Edit[] }[];
}

/** Requests of the same page with N and 2N rows. */
interface Executed {
  readonly endpoint: string;
  readonly before: readonly { readonly n: number; readonly queries: number }[];
  /** With the preferred fix applied. */
  readonly after?: readonly { readonly n: number; readonly queries: number }[];
  readonly sameContent?: boolean;
}

/** A page that was asked for, and the lines that send its queries as far as the estimator knows. */
interface Page {
  readonly endpoint: Endpoint;
  readonly runs: readonly Run[];
  readonly places: readonly string[];
}

/** Pages that read what a finding is about; more of them would say the same. */
const mostPages = 4;

const sizes: readonly Size[] = [
  { n: 4, m: 2, k: 2 },
  { n: 8, m: 2, k: 2 },
];
const verdictsFile = inRepository("test/ecosystem/verdicts/executed.jsonl");
const commit = spawnSync("git", ["rev-parse", "HEAD"], {
  cwd: inRepository("."),
  encoding: "utf8",
}).stdout.trim();

describe("findings confirmed by execution in", () => {
  test.for(projectNames)("%s", async (name, { skip, task }) => {
    const project = await prepareProject(name).catch((error: unknown) => skipIfUnavailable(error, skip));
    const findings = findingsOf(project.folder).filter(({ relationPaths }) => relationPaths.length > 0);
    const { endpoints: original } = await runEndpoints(project, endpointsOf(name), sizes);
    const readers = readersOf(project.folder);
    const pages = endpointsOf(name).flatMap((endpoint) => {
      const { symbols = [], runs = [] } = original[endpoint.name] ?? {};
      return grows(runs)
        ? [{ endpoint, runs, places: symbols.flatMap((symbol) => readers.get(symbol) ?? []) }]
        : [];
    });
    const copy = { ...project, folder: `${project.folder}-fixed` };
    rmSync(copy.folder, { recursive: true, force: true });
    cpSync(project.folder, copy.folder, { recursive: true, verbatimSymlinks: true });
    const verdicts: object[] = [];
    for (const finding of findings) {
      const edits = finding.fixes.find(({ preferred }) => preferred)?.edits ?? [];
      const readingPages = pages
        .filter(({ places }) => finding.accesses.some((access) => places.includes(placeOf(access))))
        .slice(0, mostPages);
      const executed =
        edits.length > 0 ? await executeFix(copy, edits, readingPages) : executedAt(finding, pages);
      if (!executed) continue;
      verdicts.push(verdictOf(project, finding, executed));
      replaceVerdicts(name, verdicts);
    }
    Object.assign(task.meta, {
      figures: { version: project.version, findings: findings.length, executed: verdicts.length },
    });
    expect(findings.length).toBeGreaterThan(0);
  });
});

function findingsOf(folder: string): readonly Finding[] {
  const report = runCommand(folder, ["check", ".", "--exit-zero", "--quiet", "--output-format", "json"]);
  return (JSON.parse(report) as { readonly findings: readonly Finding[] }).findings;
}

function runCommand(folder: string, args: readonly string[]): string {
  const command = [inRepository("dist/cli.cjs"), ...args];
  const { stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (stdout === "") throw new Error(`queryscope ${args.join(" ")} in ${folder} failed: ${stderr}`);
  return stdout;
}

function grows(runs: readonly Run[]): boolean {
  const [few, many] = runs;
  return few?.result === 200 && many?.result === 200 && many.queries > few.queries;
}

/** By the symbol of an endpoint, the lines that send its queries. */
function readersOf(folder: string): ReadonlyMap<string, readonly string[]> {
  const { endpoints } = JSON.parse(
    runCommand(folder, ["queries", ".", "--quiet", "--output-format", "json"]),
  ) as { readonly endpoints: readonly { readonly symbol: string; readonly parts: readonly Place[] }[] };
  return new Map(endpoints.map(({ symbol, parts }) => [symbol, parts.map(placeOf)]));
}

function placeOf({ path, range }: Place): string {
  return `${path}:${range.start.line}`;
}

/** The page on which the fix saves most. Undefined where it changes none of them. */
async function executeFix(
  copy: PreparedProject,
  edits: readonly Edit[],
  pages: readonly Page[],
): Promise<Executed | undefined> {
  if (pages.length === 0) return undefined;
  const paths = [...new Set(edits.map(({ path }) => path))];
  const files = new Map(paths.map((file) => [file, readFileSync(path.join(copy.folder, file), "utf8")]));
  try {
    for (const [file, text] of files) {
      const own = edits.filter(({ path }) => path === file);
      writeFileSync(path.join(copy.folder, file), applyEdits(text, own));
    }
    const asked = pages.map(({ endpoint }) => endpoint);
    const { endpoints: fixed } = await runEndpoints(copy, asked, sizes);
    const changed = pages
      .map(({ endpoint: { name }, runs }) => ({ name, before: runs, after: fixed[name]?.runs ?? [] }))
      .filter(({ before, after }) => before.some((run, index) => differs(run, after[index])));
    const [most] = changed.toSorted((first, second) => savedBy(second) - savedBy(first));
    if (!most) return undefined;
    return {
      endpoint: most.name,
      before: counted(most.before),
      after: counted(most.after),
      sameContent: changed.every(({ before, after }) =>
        before.every(({ result, content }, index) => {
          const other = after[index];
          return other?.result === result && other.content === content;
        }),
      ),
    };
  } finally {
    for (const [file, text] of files) writeFileSync(path.join(copy.folder, file), text);
  }
}

function differs(run: Run, other: Run | undefined): boolean {
  return run.queries !== other?.queries || run.result !== other.result;
}

function savedBy({ before, after }: { before: readonly Run[]; after: readonly Run[] }): number {
  return (before.at(-1)?.queries ?? 0) - (after.at(-1)?.queries ?? 0);
}

function counted(runs: readonly Run[]): Executed["before"] {
  return runs.map(({ queries }, index) => ({ n: sizes[index]?.n ?? 0, queries }));
}

/** Without a fix: the page on which the lines of the finding's reads send more queries with more rows. */
function executedAt({ accesses }: Finding, pages: readonly Page[]): Executed | undefined {
  const isAccess = (place: string): boolean => {
    const [file = "", line = ""] = place.split(":");
    return accesses.some(
      ({ path, range }) =>
        path === file && range.start.line <= Number(line) && Number(line) <= range.end.line,
    );
  };
  for (const { endpoint, runs } of pages) {
    const before = runs.map((run) => {
      const sent = Object.entries(run.places).filter(([place]) => isAccess(place));
      return { ...run, queries: sent.reduce((sum, [, queries]) => sum + queries, 0) };
    });
    if (grows(before)) return { endpoint: endpoint.name, before: counted(before) };
  }
  return undefined;
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  const starts = [0];
  for (const match of text.matchAll(/\n/g)) starts.push(match.index + 1);
  const offset = ({ line, column }: Range["start"]) => (starts[line - 1] ?? text.length) + column - 1;
  return edits
    .map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }))
    .toSorted((first, second) => first.start - second.start)
    .reduceRight(
      (result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end),
      text,
    );
}

function verdictOf({ name, version }: PreparedProject, finding: Finding, executed: Executed): object {
  const { code, rule, relationPaths, confidence, range, accesses } = finding;
  const fewer = (executed.after ?? []).every(
    ({ queries }, index) => queries < (executed.before[index]?.queries ?? 0),
  );
  const counts = (runs: Executed["before"]) =>
    runs.map(({ n, queries }) => `${queries} with ${n}`).join(" and ");
  const fixed = executed.after
    ? ` With the fix ${counts(executed.after)}, and ${executed.sameContent ? "the same" : "another"} page.`
    : "";
  return {
    project: name,
    version,
    commit,
    path: finding.path,
    line: range.start.line,
    code,
    rule,
    relationPaths,
    confidence,
    verdict: executed.after === undefined || fewer,
    fix: executed.after === undefined ? "none" : fewer && executed.sameContent ? "right" : "wrong",
    reason: `${executed.endpoint} sends ${counts(executed.before)} rows.${fixed}`,
    evidence: linesOf([{ path: finding.path, range }, ...accesses]),
    executed,
  };
}

function linesOf(places: readonly Place[]): object[] {
  const lines = new Map<string, Set<number>>();
  for (const { path, range } of places) {
    lines.set(path, (lines.get(path) ?? new Set()).add(range.start.line));
  }
  return [...lines].map(([path, numbers]) => ({ path, lines: [...numbers].toSorted((a, b) => a - b) }));
}

/** The other projects' verdicts stay. */
function replaceVerdicts(name: string, verdicts: readonly object[]): void {
  const known = existsSync(verdictsFile)
    ? readFileSync(verdictsFile, "utf8").split("\n").filter(Boolean)
    : [];
  const others = known.filter((line) => (JSON.parse(line) as { readonly project: string }).project !== name);
  const lines = [...others, ...verdicts.map((verdict) => JSON.stringify(verdict))];
  writeFileSync(verdictsFile, lines.map((line) => `${line}\n`).join(""));
}
