/** Writes in a helper that a loop calls: whether one statement for all rounds could take their place. */
import type { FactContext, Loop, Write } from "../../interpret/facts.ts";
import { outsideWorld } from "../../interpret/facts.ts";
import type { Node } from "../../syntax/walk.ts";
import { placeKey } from "../finding-parts.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround } from "./syntax-queries.ts";
import { isThroughCall, type WriteLoop } from "./write-loop.ts";

/**
 * A helper that does more for the object than this one write does it for whoever calls it: what is written is a step of
 * that, and so is one whose result it looks at. True where no call leads from the loop to the write.
 */
export function isAllThatRoundCalls(context: RuleContext, { write, loop }: WriteLoop): boolean {
  if (!isThroughCall(write)) return true;
  const call = callInRound(write, loop);
  const isUsed = write.statement?.kind !== "ExpressionStatement";
  if (call === undefined || isUsed || loop.touched.has(outsideWorld)) return false;
  const isStepOfSame = (fact: FactContext): boolean =>
    fact.loops.some(({ statement }) => statement === loop.statement) && callInRound(fact, loop) === call;
  return (
    factsOfKind(context.facts, "write").every((other) => other.node === write.node || !isStepOfSame(other)) &&
    factsOfKind(context.facts, "query").every((query) => !isStepOfSame(query))
  );
}

/** The code that each round runs on the way to the write: the loop, and the functions that lead to it. */
export function codeOfRound({ program }: RuleContext["project"], write: Write, loop: Loop): readonly Node[] {
  const helpers = isThroughCall(write)
    ? [write.location, ...write.calls.slice(loop.depth + 1).map(({ location }) => location)]
    : [];
  return [
    loop.statement,
    ...helpers.flatMap(({ path, range }) => {
      const tree = program.moduleOfFile(path)?.file.tree;
      return (tree && functionAround(tree, range)) ?? [];
    }),
  ];
}

/** The call in the loop's own code that leads there. */
function callInRound({ calls }: Pick<Write, "calls">, { depth }: Loop): string | undefined {
  const call = calls[depth];
  return call && placeKey(call.location);
}
