import type { Finding } from "../rules/finding.ts";

type Advice = Pick<Finding, "model" | "fields">;

/** Indexes that a planner had no use for. They are not advised again, whichever rule would, as long as this lives. */
export class WithdrawnAdvice {
  readonly #keys = new Set<string>();

  add(advice: Advice): void {
    this.#keys.add(keyOf(advice));
  }

  has(advice: Advice): boolean {
    return this.#keys.has(keyOf(advice));
  }
}

function keyOf({ model, fields }: Advice): string {
  return JSON.stringify([model, ...fields]);
}
