import { AnswersOf } from "../../base/answers-of.ts";
import type { Fact, Loop } from "../../interpret/facts.ts";
import { factsOfKind } from "../rule-context.ts";

type LoopStatement = Loop["statement"];

const loopsByFacts = new AnswersOf<readonly Fact[], ReadonlyMap<string, ReadonlySet<LoopStatement>>>();

/** The loop itself creates, changes or deletes rows of the model: what was fetched before it would be out of date. */
export function isWrittenInLoop(facts: readonly Fact[], loop: LoopStatement, model: string): boolean {
  let loops = loopsByFacts.get(facts);
  if (loops === undefined) {
    loops = writingLoops(facts);
    loopsByFacts.set(facts, loops);
  }
  return loops.get(model)?.has(loop) ?? false;
}

/** The loops that write, by the labels of the models that they write. */
function writingLoops(facts: readonly Fact[]): ReadonlyMap<string, ReadonlySet<LoopStatement>> {
  const byModel = new Map<string, Set<LoopStatement>>();
  for (const { model, innermostLoop, loops } of factsOfKind(facts, "write")) {
    const known = byModel.get(model.label) ?? new Set();
    byModel.set(model.label, known);
    if (innermostLoop) known.add(innermostLoop.statement);
    for (const { statement } of loops) known.add(statement);
  }
  return byModel;
}
