/** Work that can be interrupted: between two steps other work is done, or the rest is given up. */
export type Steps<Result> = Generator<void, Result, void>;

/** Does all of it at once. */
export function resultOf<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
