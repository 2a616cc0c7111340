/**
 * How the number of queries grows with the data: a sum of terms, each an integer or a product of the number of parents
 * N, of children per parent M and of grandchildren per child K. `1 + 2N + N·M` is written as in the tool's output.
 */
export type Shape = ReadonlyMap<Term, number>;

/** In the order in which they are written; `1` is the constant term. */
export const terms = ["1", "N", "M", "K", "N·M", "N·K", "M·K", "N·M·K"] as const;
export type Term = (typeof terms)[number];

/** Numbers of parents, children per parent and grandchildren per child. */
export interface Size {
  readonly n: number;
  readonly m: number;
  readonly k: number;
}

const base: Size = { n: 4, m: 2, k: 2 };

export const largestSize: Size = { n: 2 * base.n, m: 2 * base.m, k: 2 * base.k };
export const checkSize: Size = { n: 7, m: 3, k: 3 };

/** Sizes that only some calls need. */
export interface Stage {
  /** Factors are not negative: a count that is the same at these two, of which the second is larger, needs no `sizes`. */
  readonly probe: readonly [Size, Size];
  readonly sizes: readonly Size[];
}

/** What determines a count that is always the same, and confirms every shape. */
export const firstSizes: readonly Size[] = [base, largestSize, checkSize];

/** For a count that grows: every other combination of the base size and twice of it for parents and children. */
export const growthStage: Stage = {
  probe: [base, largestSize],
  sizes: [
    { ...base, m: largestSize.m },
    { ...base, n: largestSize.n },
    { ...largestSize, k: base.k },
  ],
};

/** For one that also grows with grandchildren: the same combinations with twice as many of these. */
export const grandchildrenStage: Stage = {
  probe: [{ ...largestSize, k: base.k }, largestSize],
  sizes: [
    { ...base, k: largestSize.k },
    { ...largestSize, n: base.n },
    { ...largestSize, m: base.m },
  ],
};

/** In turn; a call that a stage does not need goes through none of those after it. */
export const stages: readonly Stage[] = [growthStage, grandchildrenStage];

/** Where a shape that was determined under another version of Django is confirmed. */
export const confirmingSizes: readonly Size[] = [largestSize, checkSize];

export function parseShape(text: string): Shape | undefined {
  const shape = new Map<Term, number>();
  for (const part of text.split(" + ")) {
    const match = /^(\d*)([NMK](?:·[NMK])*)?$/.exec(part);
    if (!match || part === "") return undefined;
    const [, factor = "", product = "1"] = match;
    const term = terms.find((each) => each === product);
    if (term === undefined || shape.has(term)) return undefined;
    shape.set(term, factor === "" ? 1 : Number(factor));
  }
  return shape;
}

export function formatShape(shape: Shape): string {
  const parts = terms.flatMap((term) => {
    const factor = shape.get(term) ?? 0;
    if (factor === 0) return [];
    if (term === "1") return [String(factor)];
    return [factor === 1 ? term : `${factor}${term}`];
  });
  return parts.length === 0 ? "0" : parts.join(" + ");
}

/** The number of queries that a shape predicts. */
export function evaluateShape(shape: Shape, size: Size): number {
  let sum = 0;
  for (const [term, factor] of shape) sum += factor * evaluateTerm(term, size);
  return sum;
}

export function evaluateTerm(term: Term, { n, m, k }: Size): number {
  const values: Record<string, number> = { N: n, M: m, K: k };
  return term.split("·").reduce((product, letter) => product * (values[letter] ?? 1), 1);
}

/** The sizes at which something is measured: every combination of `base` and twice of it, and another one. */
export interface Scale {
  readonly base: Size;
  readonly check: Size;
}

const defaultScale: Scale = { base, check: checkSize };

/**
 * The shape of a measured count, found from the counts at two values of each number and confirmed by the one at the
 * scale's check; undefined where no sum of terms with whole, non-negative factors explains the counts.
 * @param count asked for each size of the scale
 */
export function fitShape(count: (size: Size) => number, scale: Scale = defaultScale): Shape | undefined {
  const shape = new Map<Term, number>();
  for (const term of terms) {
    const factor = factorOf(term, count, scale.base);
    if (!Number.isInteger(factor) || factor < 0) return undefined;
    if (factor > 0) shape.set(term, factor);
  }
  return evaluateShape(shape, scale.check) === count(scale.check) ? shape : undefined;
}

/** Every size of a scale, the check last. */
export function sizesOf({ base: { n, m, k }, check }: Scale): readonly Size[] {
  const both = (number: number): readonly number[] => [number, 2 * number];
  const combined = both(n).flatMap((n) => both(m).flatMap((m) => both(k).map((k) => ({ n, m, k }))));
  return [...combined, check];
}

/**
 * A sum of terms is linear in each number, `a + b·x`: from its values at x and 2x follow `b = (f(2x) - f(x)) / x` and
 * `a = 2·f(x) - f(2x)`. Done for N, M and K in turn, this leaves the factor of one term.
 */
function factorOf(term: Term, count: (size: Size) => number, base: Size): number {
  let remaining = count;
  for (const [letter, key] of [
    ["N", "n"],
    ["M", "m"],
    ["K", "k"],
  ] as const) {
    const outer = remaining;
    const x = base[key];
    remaining = term.includes(letter)
      ? (size) => (outer({ ...size, [key]: 2 * x }) - outer({ ...size, [key]: x })) / x
      : (size) => 2 * outer({ ...size, [key]: x }) - outer({ ...size, [key]: 2 * x });
  }
  return remaining(base);
}
