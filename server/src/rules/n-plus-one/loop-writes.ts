import type { Fact, Loop } from "../../interpret/facts.ts";

/** The loop itself creates, changes or deletes rows of the model: what was fetched before it would be out of date. */
export function isWrittenInLoop(facts: readonly Fact[], loop: Loop["statement"], model: string): boolean {
  return facts.some(
    (fact) =>
      fact.kind === "write" &&
      fact.model.label === model &&
      (fact.innermostLoop?.statement === loop || fact.loops.some(({ statement }) => statement === loop)),
  );
}
