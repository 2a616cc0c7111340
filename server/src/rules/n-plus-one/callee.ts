import type { FactContext } from "../../interpret/facts.ts";

/** Whether what happens stands in a function that the innermost loop calls, rather than in the loop's own function. */
export function isReadInCallee(context: FactContext): boolean {
  const loop = context.loops.at(-1);
  return loop !== undefined && context.calls.slice(loop.depth).some(({ via }) => via !== "callback");
}
