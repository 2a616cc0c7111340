/** What a transaction has done when the code comes to a place. */
import type { Location } from "../../base/text-range.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { isOnOtherBranch } from "../writes/syntax-queries.ts";
import type { Transaction } from "./transaction-around.ts";

/** It has written something, in the code around the place or what that calls. */
export function isWrittenBefore(
  context: RuleContext,
  place: Location,
  transaction: Pick<Transaction, "body">,
): boolean {
  const isBefore = before(place, transaction);
  return (
    factsOfKind(context.facts, "singleWrite").some((write) => isBefore(write.location)) ||
    factsOfKind(context.facts, "write").some((write) => isBefore(write.calls[0]?.location ?? write.location))
  );
}

/** It has fetched rows with `select_for_update()`. */
export function isLockedBefore(
  context: RuleContext,
  place: Location,
  transaction: Pick<Transaction, "body">,
): boolean {
  const isBefore = before(place, transaction);
  return factsOfKind(context.facts, "rowsUse").some(
    ({ queryset, operation, calls, location }) =>
      queryset.locksRows && operation !== "count" && isBefore(calls[0]?.location ?? location),
  );
}

function before(
  { path, range }: Location,
  { body }: Pick<Transaction, "body">,
): (location: Location) => boolean {
  const [first] = body;
  return (location) =>
    first !== undefined &&
    location.path === path &&
    location.range.start >= first.start &&
    location.range.end <= range.start &&
    !isOnOtherBranch(body, range, location.range);
}
