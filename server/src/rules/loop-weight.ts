/** How often something in loops happens, as terms of a query estimate. */
import type { LoopWeight } from "../interpret/facts.ts";
import type { QueryEstimate } from "./finding.ts";

/** A product: `constant` times as many unbounded loops as it has symbols. */
export interface Multiplicity {
  readonly constant: number;
  readonly unbounded: number;
  /** Rows on the page that an unbounded loop runs over, outermost loop first; undefined where that is not known. */
  readonly pageSizes?: readonly (number | undefined)[];
}

/** A sum of products and a constant. */
export interface Terms {
  readonly base: number;
  readonly terms?: readonly Multiplicity[];
}

/** A loop, or rows that Django goes through without one. */
export interface Rounds {
  readonly weight: LoopWeight;
}

/** Rows per unbounded loop in examples: a page of fifty, then five children each. */
const exampleSizes = [50, 5, 5, 5] as const;
const symbols = ["N", "M", "K", "L"] as const;

/**
 * Undefined when the loops do not repeat a query in a way that matters: nothing varies, or the work comes in batches.
 */
export function multiplicityOf(loops: readonly Rounds[]): Multiplicity | undefined {
  let constant = 1;
  const pageSizes: (number | undefined)[] = [];
  for (const loop of loops) {
    switch (loop.weight.kind) {
      case "rows":
        pageSizes.push(loop.weight.pageSize);
        break;
      case "unknown":
        pageSizes.push(undefined);
        break;
      case "limited":
        constant *= loop.weight.count;
        break;
      case "constant":
      case "batches":
        break;
    }
  }
  const unbounded = pageSizes.length;
  return unbounded === 0 && constant <= 1 ? undefined : { constant, unbounded, pageSizes };
}

export function isUncertain(loops: readonly Rounds[]): boolean {
  return loops.some((loop) => loop.weight.kind === "unknown");
}

/** It has more rounds where there is more data: it runs over no constant, and over no parts of a whole. */
export function grows({ weight }: Rounds): boolean {
  return weight.kind !== "constant" && weight.kind !== "batches";
}

/** All that grows with the data are loops over rows of which the project only ever makes one. */
export function hasFewRounds(loops: readonly Rounds[]): boolean {
  const growing = loops.filter(grows);
  return growing.length > 0 && growing.every(({ weight }) => weight.kind === "rows" && weight.few === true);
}

/** What happens once for each key and round, in the loops in which it happens most often. */
export function mostRounds<T>(
  things: readonly T[],
  keyOf: (thing: T) => string,
  loopsOf: (thing: T) => readonly Rounds[],
): readonly Multiplicity[] {
  const terms = new Map<string, Multiplicity>();
  for (const thing of things) {
    const multiplicity = multiplicityOf(loopsOf(thing));
    const known = terms.get(keyOf(thing));
    if (multiplicity && (!known || exampleOf(only(multiplicity)) > exampleOf(only(known))))
      terms.set(keyOf(thing), multiplicity);
  }
  return [...terms.values()];
}

function only(term: Multiplicity): Terms {
  return { base: 0, terms: [term] };
}

/** `3N`, `N·M`, `10`. */
export function formatTerms({ base, terms = [] }: Terms): string {
  const counts = new Map<number, number>();
  for (const term of terms) counts.set(term.unbounded, (counts.get(term.unbounded) ?? 0) + term.constant);
  const constant = base + (counts.get(0) ?? 0);
  const parts = constant > 0 ? [String(constant)] : [];
  for (const [unbounded, factor] of [...counts].sort(([first], [second]) => first - second)) {
    if (unbounded === 0) continue;
    const product = symbols.slice(0, unbounded).join("·");
    parts.push(factor === 1 ? product : `${factor}${unbounded > 1 ? "·" : ""}${product}`);
  }
  return parts.length > 0 ? parts.join(" + ") : "0";
}

/** The queries before and after a repair, with an example in which pages are full. */
export function queryEstimate(before: Terms, after: Terms): QueryEstimate {
  return {
    before: formatTerms(before),
    after: formatTerms(after),
    example: {
      n: exampleRows([...(before.terms ?? []), ...(after.terms ?? [])]),
      before: exampleOf(before),
      after: exampleOf(after),
    },
  };
}

export function exampleOf({ base, terms = [] }: Terms): number {
  return terms.reduce((sum, term) => sum + term.constant * exampleFactor(term), base);
}

function exampleFactor({ unbounded, pageSizes = [] }: Multiplicity): number {
  return exampleSizes
    .slice(0, unbounded)
    .reduce<number>((product, size, index) => product * (pageSizes[index] ?? size), 1);
}

/** What N is in the example: the rows of a page where one is cut, else fifty. */
export function exampleRows(terms: readonly Multiplicity[]): number {
  const [first] = terms.flatMap(({ pageSizes = [] }) => pageSizes[0] ?? []);
  return first ?? exampleSizes[0];
}
