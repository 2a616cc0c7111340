/** Names for the lists in which fixes collect rows. */
import { containsRange } from "../../base/text-range.ts";
import { snakeCase, unusedName } from "../../edits/names.ts";
import type { RuleContext } from "../rule-context.ts";
import type { WriteSite } from "./deferral.ts";
import { namesIn } from "./syntax-queries.ts";
import { type WriteLoop, writeLoops } from "./write-loop.ts";

/**
 * A name that the code around the write does not use, and no fix of another write in the same loops either: several
 * fixes can be made at once.
 */
export function listName(
  context: RuleContext,
  { write }: WriteLoop,
  { loops, function: inside, module }: WriteSite,
  purpose: "to_create" | "to_update",
): string {
  const outermost = loops[0]?.statement;
  const { path } = write.location;
  const near = writeLoops(context)
    .map(({ write: other }) => other)
    .filter(({ location }) => location.path === path && outermost && containsRange(outermost, location.range))
    .sort((first, second) => first.location.range.start - second.location.range.start);
  const taken = new Set(namesIn(inside ?? module.file.tree));
  const candidates = (name: string): readonly [string, ...string[]] => [`${snakeCase(name)}_${purpose}`];
  if (near.length <= 1) return unusedName(taken, [purpose, ...candidates(write.model.name)]);
  let name = "";
  for (const other of near) {
    name = unusedName(taken, candidates(other.model.name));
    taken.add(name);
    if (other.node === write.node) break;
  }
  return name;
}
