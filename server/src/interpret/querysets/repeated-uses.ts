/** What a remembered call asks the database once more in the loops that run around it. */
import { type CallFrame, consumerOf, type RowsUse } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";

/** No loop changes it, it asks the database, and no place that is known already does. */
export function isSameEachTime({ fromCache, location, loops }: RowsUse, known: readonly RowsUse[]): boolean {
  const isPlace = ({ location: { path, range } }: RowsUse): boolean =>
    range.start === location.range.start && path === location.path;
  return loops.length === 0 && !fromCache && !known.some(isPlace);
}

/** @param uses as the call that was remembered left them, without what was around it */
export function repeatUses(
  interpreter: Interpreter,
  uses: readonly RowsUse[],
  ownCalls: readonly CallFrame[],
): void {
  const { state } = interpreter;
  const before = state.calls.concat(ownCalls);
  for (const use of uses) {
    const calls = before.concat(use.calls);
    interpreter.record({
      ...use,
      root: state.root,
      calls,
      consumer: consumerOf(calls),
      around: state.loops.concat(use.around.map((loop) => ({ ...loop, depth: loop.depth + before.length }))),
      exceptional: use.exceptional || state.exceptional > 0,
      cached: use.cached || state.guards.some(({ cached }) => cached === true),
    });
  }
}
