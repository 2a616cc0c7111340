/** How often something in loops happens, as terms of a query estimate. */
import type { LoopWeight } from "../interpret/facts.ts";

/** A product: `constant` times as many unbounded loops as it has symbols. */
export interface Multiplicity {
  readonly constant: number;
  readonly unbounded: number;
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
  let unbounded = 0;
  for (const loop of loops) {
    switch (loop.weight.kind) {
      case "rows":
      case "unknown":
        unbounded += 1;
        break;
      case "limited":
        constant *= loop.weight.count;
        break;
      case "constant":
      case "batches":
        break;
    }
  }
  return unbounded === 0 && constant <= 1 ? undefined : { constant, unbounded };
}

export function isUncertain(loops: readonly Rounds[]): boolean {
  return loops.some((loop) => loop.weight.kind === "unknown");
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
    if (multiplicity && (!known || exampleOf([multiplicity], 0) > exampleOf([known], 0)))
      terms.set(keyOf(thing), multiplicity);
  }
  return [...terms.values()];
}

/** `3N`, `N·M`, `10`. */
export function formatTerms(terms: readonly Multiplicity[], base: number): string {
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

export function exampleOf(terms: readonly Multiplicity[], base: number): number {
  return terms.reduce((sum, term) => sum + term.constant * exampleFactor(term.unbounded), base);
}

function exampleFactor(unbounded: number): number {
  return exampleSizes.slice(0, unbounded).reduce<number>((product, size) => product * size, 1);
}

export const exampleRows = exampleSizes[0];
