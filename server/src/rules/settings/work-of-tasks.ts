import type { BlockingCall } from "../../interpret/facts.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/** What tasks wait for or compute, each place once for each task. */
export function workOfTasks({ facts }: RuleContext): readonly BlockingCall[] {
  const byPlace = new Map(
    factsOfKind(facts, "blocking")
      .filter(({ root, exceptional }) => root.context === "task" && !exceptional)
      .map((fact) => [`${fact.root.symbol} ${fact.location.path}:${fact.location.range.start}`, fact]),
  );
  return [...byPlace.values()];
}
