/**
 * The example project under real Django: everything in it runs, its problems are real (their queries grow with the
 * data), and what it calls right is right (the same queries for any amount of data). `runs.json` has the counts.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { pythonWith, runScript, skipIfUnavailable } from "../../support/django-environment.ts";
import { fitShape, formatShape, grandchildrenProbe, type Size, sizes } from "../../support/query-shape.ts";

/** N projects with M open tasks each, and K comments on each of these. */
interface Run {
  readonly name: string;
  /** Present where the project's own comments call it right. */
  readonly right?: true;
  readonly result: number | string;
  /** How its queries grow, everything that a request costs included: session, user, tenant. */
  readonly queries: string;
}

interface Measurement {
  readonly result: number | string;
  readonly queries: number;
}

const project = fileURLToPath(new URL("../../../examples/tenantly", import.meta.url));
const script = fileURLToPath(new URL("./measure_example.py", import.meta.url));
const runs: readonly Run[] = JSON.parse(readFileSync(new URL("./runs.json", import.meta.url), "utf8"));

describe("the example project", () => {
  let measuring: Promise<Record<string, Measurement[]>> | undefined;

  test.for(runs)("$name: $result, $queries queries", { timeout: 600_000 }, async (run, { skip }) => {
    measuring ??= measure();
    const measured = await measuring.catch((error: unknown) => skipIfUnavailable(error, skip));
    const measurements = measured[run.name] ?? [];
    expect(new Set(measurements.map(({ result }) => result))).toEqual(new Set([run.result]));
    expect(shapeOf(measurements)).toBe(run.queries);
  });

  test.for([
    ["check", "--fail-level", "WARNING"],
    ["makemigrations", "--check", "--dry-run"],
  ])("manage.py %s has nothing to complain about", { timeout: 600_000 }, async (command, { skip }) => {
    const python = await examplePython().catch((error: unknown) => skipIfUnavailable(error, skip));
    await promisify(execFile)(python, ["manage.py", ...command], { cwd: project });
  });

  test.each(runs.filter(({ right }) => right))("$name does not grow with the data", ({ queries }) => {
    expect(queries).toMatch(/^\d+$/);
  });
});

/** @throws Unavailable */
async function measure(): Promise<Record<string, Measurement[]>> {
  const python = await examplePython();
  return (await runScript(python, [script], { project, sizes, runs })) as Record<string, Measurement[]>;
}

/** @throws Unavailable */
async function examplePython(): Promise<string> {
  return pythonWith("example", readFileSync(`${project}/requirements.txt`, "utf8").trim().split("\n"));
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
