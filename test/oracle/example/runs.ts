/** The pages, tasks and commands of the example project, and what they send under real Django. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pythonWith, runScript } from "../../support/django-environment.ts";
import {
  firstSizes,
  fitShape,
  grandchildrenStage,
  growthStage,
  type Shape,
  type Size,
  type Term,
  terms,
} from "../../support/query-shape.ts";

/** N projects with M open tasks each, and K comments on each of these. */
export interface Run {
  readonly name: string;
  /** Present where the project's own comments call it right. */
  readonly right?: true;
  readonly result: number | string;
  /** How its queries grow, everything that a request costs included: session, user, tenant. */
  readonly queries: string;
  /** Present where the safe fixes change something. */
  readonly fixed?: { readonly result?: number | string; readonly queries: string };
  /** Present where the estimate of `queryscope queries` has another shape. */
  readonly estimate?: { readonly agreement: string; readonly reason: string };
}

export interface Measurement {
  readonly result: number | string;
  readonly queries: number;
  /** Digest of what a browser gets, or the output of a command. */
  readonly content: string;
  /** Rows that came with each query, by its SQL. */
  readonly rows: Readonly<Record<string, number>>;
  /** The names under which the analyser may list it. */
  readonly symbols: readonly string[];
}

export type Measured = Record<string, readonly Measurement[]>;

export const exampleProject = fileURLToPath(new URL("../../../examples/tenantly", import.meta.url));
const sizes: readonly Size[] = [...firstSizes, ...growthStage.sizes];
const script = fileURLToPath(new URL("./measure_example.py", import.meta.url));
export const runs: readonly Run[] = JSON.parse(readFileSync(new URL("./runs.json", import.meta.url), "utf8"));

/** @throws Unavailable */
export async function measureExample(folder: string): Promise<Measured> {
  return measureRuns(folder, runs);
}

/** @throws Unavailable */
export async function measureRuns(folder: string, some: readonly Run[]): Promise<Measured> {
  const given = { project: folder, sizes, runs: some };
  return (await runScript(await examplePython(), [script], given)) as Measured;
}

/** @throws Unavailable */
export async function examplePython(): Promise<string> {
  return pythonWith("example", readFileSync(`${exampleProject}/requirements.txt`, "utf8").trim().split("\n"));
}

/** Undefined where no shape fits, or where the queries depend on comments. */
export function shapeOfRun(measurements: readonly Measurement[]): Shape | undefined {
  return shapeOfCounts(measurements.map(({ queries }) => queries));
}

/** What the rows of single queries grow with. */
export function listsOfRun(measurements: readonly Measurement[]): readonly Term[] {
  const queries = new Set(measurements.flatMap(({ rows }) => Object.keys(rows)));
  const grown = [...queries].flatMap((sql) => {
    const shape = shapeOfCounts(measurements.map(({ rows }) => rows[sql] ?? 0));
    return shape ? [...shape.keys()] : [];
  });
  return terms.filter((term) => term !== "1" && grown.includes(term));
}

function shapeOfCounts(counts: readonly number[]): Shape | undefined {
  const [few, many] = grandchildrenStage.probe;
  const at = (size: Size): number | undefined => counts[sizes.findIndex((each) => sameSize(each, size))];
  if (at(few) !== at(many)) return undefined;
  return fitShape((size) => at(size) ?? at({ ...size, k: few.k }) ?? Number.NaN);
}

const sameSize = (a: Size, b: Size) => a.n === b.n && a.m === b.m && a.k === b.k;
