/** Writes of one loop that belong into one bulk operation: their rows keep their order, and one fix covers them all. */
import { containsRange } from "../../base/text-range.ts";
import type { RuleContext } from "../rule-context.ts";
import { deferralOf, type ForLoop, type WriteSite, writeSiteOf } from "./deferral.ts";
import { isInsert, type WriteLoop, writeLoops } from "./write-loop.ts";

export interface PlacedWrite {
  readonly writeLoop: WriteLoop;
  readonly site: WriteSite;
}

/**
 * The writes of the same kind to the same model in the loop, in order of the text, the given one included. Undefined
 * where one of them can't be moved behind the loop.
 */
export function writesTogether(
  context: RuleContext,
  writeLoop: WriteLoop,
  loop: ForLoop,
): readonly PlacedWrite[] | undefined {
  const { model, location } = writeLoop.write;
  const alike = writeLoops(context)
    .filter(
      ({ write }) =>
        write.model === model &&
        write.location.path === location.path &&
        containsRange(loop.statement, write.location.range),
    )
    .sort((first, second) => first.write.location.range.start - second.write.location.range.start);
  const placed = alike.flatMap((other) => {
    const site = isInsert(other) === isInsert(writeLoop) ? writeSiteOf(context, other) : undefined;
    const deferral = site && deferralOf(other, site);
    return site && deferral?.kind === "possible" && deferral.loop.statement === loop.statement
      ? [{ writeLoop: other, site }]
      : [];
  });
  return placed.length === alike.length ? placed : undefined;
}
