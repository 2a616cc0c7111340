/** What else the rounds of a loop do with rows of a model. */
import { AnswersOf } from "../../base/answers-of.ts";
import type { Fact, Loop } from "../../interpret/facts.ts";
import { factsOfKind } from "../rule-context.ts";

interface Rounds {
  /** Labels of the models whose rows they ask for. */
  readonly read: ReadonlySet<string>;
  /** Labels of the models whose rows they make or save; not what `update()` and `delete()` do to many. */
  readonly saved: ReadonlySet<string>;
}

const none: Rounds = { read: new Set(), saved: new Set() };

const known = new AnswersOf<readonly Fact[], ReadonlyMap<Loop["statement"], Rounds>>();

/** One query for all rounds can't take the place of theirs where each needs what the others have left. */
export function roundsOf(facts: readonly Fact[], { statement }: Loop): Rounds {
  let byLoop = known.get(facts);
  if (!byLoop) {
    byLoop = collect(facts);
    known.set(facts, byLoop);
  }
  return byLoop.get(statement) ?? none;
}

function collect(facts: readonly Fact[]): ReadonlyMap<Loop["statement"], Rounds> {
  const byLoop = new Map<Loop["statement"], { read: Set<string>; saved: Set<string> }>();
  const roundsIn = (loop: Loop): { read: Set<string>; saved: Set<string> } => {
    const rounds = byLoop.get(loop.statement) ?? { read: new Set(), saved: new Set() };
    byLoop.set(loop.statement, rounds);
    return rounds;
  };
  for (const { queryset, loops } of factsOfKind(facts, "query"))
    for (const loop of loops) roundsIn(loop).read.add(queryset.model.label);
  for (const { operation, model, loops } of factsOfKind(facts, "write"))
    if (operation !== "delete" && operation !== "update")
      for (const loop of loops) roundsIn(loop).saved.add(model.label);
  return byLoop;
}
