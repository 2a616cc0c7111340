/** Rounds that store how far they have come, so that whoever starts again goes on from there. */
import { containsRange } from "../../base/text-range.ts";
import type { Loop, Write } from "../../interpret/facts.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/** As the end of a sentence that begins with "because". */
export const progressIsStored = "each round stores how far it has come";

/** `job.done = number; job.save()` in each round: the object is the same in all of them, and is saved at once. */
export function storesProgress(context: RuleContext, write: Write, { id, statement }: Loop): boolean {
  return factsOfKind(context.facts, "write").some(
    ({ innermostLoop, isNew, location, node, operation, receiver }) =>
      operation === "save" &&
      innermostLoop?.statement === statement &&
      receiver.kind === "instance" &&
      !isNew &&
      !receiver.varies.includes(innermostLoop.id) &&
      !receiver.varies.includes(id) &&
      node !== write.node &&
      location.path === write.location.path &&
      containsRange(statement, location.range),
  );
}
