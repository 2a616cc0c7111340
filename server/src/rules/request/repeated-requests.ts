import type { Loop } from "../../interpret/facts.ts";
import { multiplicityOf } from "../loop-weight.ts";

/** Each round asks for something else; not the attempts of one request, `for attempt in range(retries)`. */
export function repeatsRequest(loops: readonly Loop[]): boolean {
  return (
    multiplicityOf(loops) !== undefined &&
    !loops.some(({ text }) => /\b_?(?:attempt|retr|tries|try)/i.test(text))
  );
}
