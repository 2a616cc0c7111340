/**
 * The example project under real Django: everything in it runs, its problems are real (their queries grow with the
 * data), and what it calls right is right (the same queries for any amount of data). Then the same after
 * `check --fix`: the pages show what they showed, with the queries that `runs.json` has for them.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { skipIfUnavailable } from "../../support/django-environment.ts";
import { formatShape } from "../../support/query-shape.ts";
import { repository } from "../../support/repository.ts";
import { compare, type Estimate } from "../projects/compare-estimate.ts";
import {
  exampleProject,
  examplePython,
  listsOfRun,
  type Measured,
  type Measurement,
  measureExample,
  type Run,
  runs,
  shapeOfRun,
} from "./runs.ts";

const execute = promisify(execFile);
const timeout = 600_000;

const fixedProject = mkdtempSync(path.join(tmpdir(), "queryscope-example-"));
afterAll(() => rmSync(fixedProject, { recursive: true, force: true }));

const original = once(() => measureExample(exampleProject));
const fixed = once(async () => {
  cpSync(exampleProject, fixedProject, { recursive: true });
  await execute(process.execPath, ["scripts/build.mjs"], { cwd: repository });
  await execute(process.execPath, ["dist/cli.cjs", "check", "--fix", "--exit-zero", fixedProject], {
    cwd: repository,
  });
  return measureExample(fixedProject);
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
    await execute(python, ["manage.py", ...command], { cwd: exampleProject });
  });
});

/**
 * What `queryscope queries` says, held against what was measured. One estimate is about all requests that a view
 * answers: the most expensive of the runs counts. Pages of Django itself and those that fail are left out.
 */
test("the example's estimates have the measured shapes", { timeout }, async ({ skip }) => {
  const measured = await original().catch((error: unknown) => skipIfUnavailable(error, skip));
  const estimates = await estimatesOf(exampleProject);
  const answered = runs.filter(({ result }) => typeof result === "number" || result === "done");
  const bySymbol = new Map<string, Run>();
  for (const run of answered.toSorted((first, second) => cost(measured, first) - cost(measured, second))) {
    const own = (measured[run.name]?.[0]?.symbols ?? []).filter((name) => !/^(django|builtins)\./.test(name));
    const symbol = own.find((name) => estimates.has(name)) ?? own[0];
    if (symbol !== undefined) bySymbol.set(symbol, run);
  }
  const agreements = [...bySymbol].map(([symbol, run]) => {
    const measurements = measured[run.name] ?? [];
    const growth = { text: run.queries, shape: shapeOfRun(measurements) };
    return { run, agreement: compare(growth, estimates.get(symbol), listsOfRun(measurements)) };
  });
  const unlike = agreements.filter(({ agreement }) => agreement !== "exact");
  const stated = runs.filter(({ estimate }) => estimate !== undefined);
  expect(unlike.map(({ run, agreement }) => `${run.name}: ${agreement}`).sort()).toEqual(
    stated.map(({ name, estimate }) => `${name}: ${estimate?.agreement}`).sort(),
  );
  expect(agreements.length).toBeGreaterThan(40);
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
  const shape = shapeOfRun(measurements);
  return shape === undefined
    ? `no shape fits ${measurements.map(({ queries }) => queries).join(", ")}`
    : formatShape(shape);
}

function cost(measured: Measured, { name }: Run): number {
  return Math.max(0, ...(measured[name] ?? []).map(({ queries }) => queries));
}

async function estimatesOf(folder: string): Promise<ReadonlyMap<string, Estimate>> {
  await execute(process.execPath, ["scripts/build.mjs"], { cwd: repository });
  const command = ["dist/cli.cjs", "queries", "--quiet", "--output-format", "json", folder];
  const { stdout } = await execute(process.execPath, command, { cwd: repository, maxBuffer: 2 ** 28 });
  const { endpoints } = JSON.parse(stdout) as {
    readonly endpoints: readonly (Estimate & { readonly symbol: string })[];
  };
  return new Map(endpoints.map((endpoint) => [endpoint.symbol, endpoint]));
}
