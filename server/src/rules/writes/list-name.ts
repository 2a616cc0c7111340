/** Names for the lists in which fixes collect rows. */
import { containsRange } from "../../base/text-range.ts";
import { snakeCase, unusedName } from "../../edits/names.ts";
import type { RuleContext } from "../rule-context.ts";
import type { WriteSite } from "./deferral.ts";
import { namesIn } from "./syntax-queries.ts";
import { type WriteLoop, writeLoops } from "./write-loop.ts";

/**
 * A name that the code around the write does not use, and no fix of another model's write in the same loops either:
 * several fixes can be made at once.
 */
export function listName(
  context: RuleContext,
  { write }: WriteLoop,
  { loops, function: inside, module }: WriteSite,
): string {
  const outermost = loops[0]?.statement;
  const taken = namesIn(inside ?? module.file.tree);
  const own = write.isNew ? "to_create" : "to_update";
  const specific = `${snakeCase(write.model.name)}_${own}`;
  const isAlone = writeLoops(context).every(
    ({ write: other }) =>
      (other.model === write.model && other.isNew === write.isNew) ||
      other.location.path !== write.location.path ||
      !outermost ||
      !containsRange(outermost, other.location.range),
  );
  return isAlone ? unusedName(taken, [own, specific]) : unusedName(taken, [specific]);
}
