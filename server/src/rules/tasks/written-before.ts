/** Whether a transaction has written something when the code comes to a place. */
import type { Location } from "../../base/text-range.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isOnOtherBranch } from "../writes/syntax-queries.ts";
import type { Transaction } from "./transaction-around.ts";

/** In the same transaction, by the code around the place or what that calls. */
export function isWrittenBefore(
  context: RuleContext,
  { path, range }: Location,
  { body }: Transaction,
): boolean {
  const [first] = body;
  if (!first) return false;
  const isBefore = (written: Location) =>
    written.path === path &&
    written.range.start >= first.start &&
    written.range.end <= range.start &&
    !isOnOtherBranch(body, range, written.range);
  return (
    factsOfKind(context.facts, "singleWrite").some((write) => isBefore(write.location)) ||
    factsOfKind(context.facts, "write").some((write) => isBefore(write.calls[0]?.location ?? write.location))
  );
}
