/**
 * The example project under real Django: everything in it runs, its problems are real (their queries grow with the
 * data), and what it calls right is right (the same queries for any amount of data). Then the same after
 * `check --fix`: the pages show what they showed, with the queries that `runs.json` has for them.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { pythonWith, runScript, skipIfUnavailable } from "../../support/django-environment.ts";
import { fitShape, formatShape, grandchildrenProbe, type Size, sizes } from "../../support/query-shape.ts";
import { repository } from "../../support/repository.ts";

/** N projects with M open tasks each, and K comments on each of these. */
interface Run {
  readonly name: string;
  /** Present where the project's own comments call it right. */
  readonly right?: true;
  readonly result: number | string;
  /** How its queries grow, everything that a request costs included: session, user, tenant. */
  readonly queries: string;
  /** Present where the safe fixes change something. */
  readonly fixed?: { readonly result?: number | string; readonly queries: string };
}

interface Measurement {
  readonly result: number | string;
  readonly queries: number;
  /** Digest of what a browser gets, or the output of a command. */
  readonly content: string;
}

type Measured = Record<string, readonly Measurement[]>;

const execute = promisify(execFile);
const project = fileURLToPath(new URL("../../../examples/tenantly", import.meta.url));
const script = fileURLToPath(new URL("./measure_example.py", import.meta.url));
const runs: readonly Run[] = JSON.parse(readFileSync(new URL("./runs.json", import.meta.url), "utf8"));
const timeout = 600_000;

const fixedProject = mkdtempSync(path.join(tmpdir(), "queryscope-example-"));
afterAll(() => rmSync(fixedProject, { recursive: true, force: true }));

const original = once(() => measure(project));
const fixed = once(async () => {
  cpSync(project, fixedProject, { recursive: true });
  await execute(process.execPath, ["scripts/build.mjs"], { cwd: repository });
  await execute(process.execPath, ["dist/cli.cjs", "check", "--fix", "--exit-zero", fixedProject], {
    cwd: repository,
  });
  return measure(fixedProject);
});

describe("the example project", () => {
  test.for(runs)("$name: $result, $queries queries", { timeout }, async (run, { skip }) => {
    const measured = await original().catch((error: unknown) => skipIfUnavailable(error, skip));
    expect(outcomeOf(measured, run)).toEqual({ result: run.result, queries: run.queries });
  });

  test.each(runs.filter(({ right }) => right))("$name does not grow with the data", ({ queries }) => {
    expect(queries).toMatch(/^\d+$/);
  });

  test.for([
    ["check", "--fail-level", "WARNING"],
    ["makemigrations", "--check", "--dry-run"],
  ])("manage.py %s has nothing to complain about", { timeout }, async (command, { skip }) => {
    const python = await examplePython().catch((error: unknown) => skipIfUnavailable(error, skip));
    await execute(python, ["manage.py", ...command], { cwd: project });
  });
});

describe("the example project after check --fix", () => {
  test.for(runs)("$name", { timeout }, async (run, { skip }) => {
    const before = await original().catch((error: unknown) => skipIfUnavailable(error, skip));
    const after = await fixed();
    const { result = run.result, queries } = run.fixed ?? run;
    expect(outcomeOf(after, run)).toEqual({ result, queries });
    if (result === run.result) expect(contentsOf(after, run)).toEqual(contentsOf(before, run));
  });
});

/** @throws Unavailable */
async function measure(folder: string): Promise<Measured> {
  const python = await examplePython();
  return (await runScript(python, [script], { project: folder, sizes, runs })) as Measured;
}

/** @throws Unavailable */
async function examplePython(): Promise<string> {
  return pythonWith("example", readFileSync(`${project}/requirements.txt`, "utf8").trim().split("\n"));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function outcomeOf(measured: Measured, { name }: Run): { result: unknown; queries: string } {
  const measurements = measured[name] ?? [];
  const results = new Set(measurements.map(({ result }) => result));
  return { result: results.size === 1 ? [...results][0] : results, queries: shapeOf(measurements) };
}

function contentsOf(measured: Measured, { name }: Run): readonly string[] {
  return (measured[name] ?? []).map(({ content }) => content);
}

function shapeOf(measurements: readonly Measurement[]): string {
  const counts = measurements.map(({ queries }) => queries);
  const [few, many] = grandchildrenProbe;
  const at = (size: Size): number | undefined => counts[sizes.findIndex((each) => sameSize(each, size))];
  if (at(few) !== at(many)) return `depends on comments: ${counts.join(", ")}`;
  const shape = fitShape((size) => at(size) ?? at({ ...size, k: few.k }) ?? Number.NaN);
  return shape === undefined ? `no shape fits ${counts.join(", ")}` : formatShape(shape);
}

const sameSize = (a: Size, b: Size) => a.n === b.n && a.m === b.m && a.k === b.k;
