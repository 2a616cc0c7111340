/** Holds what an endpoint was measured to send against what the estimator says about it. */
import {
  evaluateTerm,
  fitShape,
  formatShape,
  type Scale,
  type Shape,
  type Size,
  sizesOf,
  type Term,
  terms,
} from "../../support/query-shape.ts";

/** How the projects are scaled; small, so that all rows fit on a page where its size cannot be set. */
const scale: Scale = { base: { n: 4, m: 1, k: 1 }, check: { n: 6, m: 3, k: 2 } };
export const sizes = sizesOf(scale);

/** What was measured of an endpoint, with one count per size of the scale. */
export interface Measured {
  /** HTTP status, or what was raised. */
  readonly result: number | string;
  readonly counts: readonly number[];
}

export interface Growth {
  /** As it is written: `3 + 2N`; or `5 + N up to 25 rows`; or the counts that follow no shape. */
  readonly text: string;
  readonly shape: Shape | undefined;
  /** Where the rows are cut off, by a page or a slice. */
  readonly limit?: number;
}

/** Sizes of pages and slices that are not known to the driver. */
const limits = [3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30];

export function growthOf(counts: readonly number[]): Growth {
  const at = (size: Size) => counts[sizes.findIndex((each) => sameSize(each, size))] ?? Number.NaN;
  const shape = fitShape(at, scale);
  if (shape) return { text: formatShape(shape), shape };
  return cutOff(counts) ?? { text: `no shape: ${counts.join(", ")}`, shape: undefined };
}

/** `a + b·min(rows, limit)` */
function cutOff(counts: readonly number[]): Growth | undefined {
  for (const term of terms.slice(1)) {
    for (const limit of limits) {
      const rows = sizes.map((size) => Math.min(evaluateTerm(term, size), limit));
      const [first = 0] = rows;
      const other = rows.findIndex((each) => each !== first);
      if (other < 0) continue;
      const factor = ((counts[other] ?? 0) - (counts[0] ?? 0)) / ((rows[other] ?? 0) - first);
      const constant = (counts[0] ?? 0) - factor * first;
      if (!Number.isInteger(factor) || factor <= 0 || constant < 0) continue;
      if (!rows.every((each, index) => constant + factor * each === counts[index])) continue;
      const shape: Shape = new Map<Term, number>([
        ["1", constant],
        [term, factor],
      ]);
      return { text: `${formatShape(shape)} up to ${limit} rows`, shape, limit };
    }
  }
  return undefined;
}

const sameSize = (a: Size, b: Size) => a.n === b.n && a.m === b.m && a.k === b.k;

/** What is read here of an endpoint in the JSON report. */
export interface Estimate {
  readonly queries: string;
  readonly complete: boolean;
  /** Of its parts: a number above one is a loop over a slice, or another number of rows that is written down. */
  readonly parts: readonly { readonly queries: string }[];
}

export type Agreement =
  /** The same depths of loops send queries. */
  | "exact"
  /** The estimate has a loop that sends none. */
  | "over"
  /** A loop that sends queries is not in the estimate. */
  | "under"
  /** The endpoint is not listed, or not analysed to its end. */
  | "unknown";

/** Depths of loops in an estimate: 0 for queries that are sent once, 1 for `N`, 2 for `N·M`. */
function depthsOfEstimate(text: string): ReadonlySet<number> {
  const depths = text.split(" + ").flatMap((part) => [
    part
      .replace(/^\d+·?/, "")
      .split("·")
      .filter(Boolean).length,
  ]);
  return new Set(depths.filter((depth) => depth > 0));
}

/**
 * What the rows of single queries grow with.
 * @param runs for each size, the rows that came with each query, by its SQL
 */
export function listsOf(runs: readonly Readonly<Record<string, number>>[]): readonly Term[] {
  const queries = new Set(runs.flatMap((rows) => Object.keys(rows)));
  const grown = [...queries].flatMap((sql) => {
    const growth = growthOf(runs.map((rows) => rows[sql] ?? 0));
    return growth.shape ? [...growth.shape.keys()] : [];
  });
  return terms.filter((term) => term !== "1" && grown.includes(term));
}

/**
 * How many loops inside each other a measured term can be. The estimator's N are the rows of a loop, whichever these
 * are; the rows of the measurement are N parents, M children of each and K of each of these. `N·M` is one loop where
 * a query fetches all children at once, and two where each parent's are fetched, or come prefetched.
 * @param lists what the rows of single queries grow with
 */
export function depthsOfTerm(term: Term, lists: readonly Term[]): ReadonlySet<number> {
  const letters = term.split("·");
  if (letters.length === 1) return new Set([1]);
  const whole = lists.map((list) => list.split("·"));
  const depths = whole
    .filter((list) => list.every((letter) => letters.includes(letter)))
    .map((list) => 1 + letters.length - list.length);
  return new Set(depths.length > 0 ? depths : [letters.length]);
}

export function compare(growth: Growth, estimate: Estimate | undefined, lists: readonly Term[]): Agreement {
  if (!estimate?.complete) return "unknown";
  if (!growth.shape) return "under";
  const estimated = depthsOfEstimate(estimate.queries);
  const bounded = estimate.parts.some(({ queries }) => Number(queries) > 1);
  const measured = [...growth.shape.keys()]
    .filter((term) => term !== "1")
    .map((term) => depthsOfTerm(term, lists));
  const isEstimated = (depth: number) => estimated.has(depth) || (bounded && depth === 1);
  if (measured.some((depths) => ![...depths].some(isEstimated))) return "under";
  return [...estimated].every((depth) => measured.some((depths) => depths.has(depth))) ? "exact" : "over";
}
