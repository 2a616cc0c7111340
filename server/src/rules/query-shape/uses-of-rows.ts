/** Uses of the rows of a queryset outside of loops, and what findings about them share. */
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import type { RowsUse } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { atMostHigh, classOf, scoreOfQueryset } from "../confidence.ts";
import type { Confidence, Evidence, Level } from "../finding.ts";
import { placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { lowered } from "../levels.ts";
import { multiplicityOf } from "../loop-weight.ts";
import { placesOfUnlikelyRows } from "../n-plus-one/per-row-queries.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/** All ways that lead to one place. */
export type UsesAtPlace = readonly [RowsUse, ...RowsUse[]];

/** Where other rules have a say, by `placeKey`. */
const knownPlaces = new WeakMap<RuleContext, Record<"repeated" | "unlikely", ReadonlySet<string>>>();

/**
 * By place. A query per row is another matter, and worse, where it is at all likely; of a page or of one row there is
 * nothing to save; and what is asked again of the same object is to be stored, which is another rule's advice.
 */
export function usesOutsideOfLoops(
  context: RuleContext,
  operations: readonly RowsUse["operation"][],
): readonly UsesAtPlace[] {
  const { repeated, unlikely } = remembered(knownPlaces, context, () => ({
    repeated: placesOfRepeatedQueries(context.facts),
    unlikely: placesOfUnlikelyRows(context),
  }));
  const uses = factsOfKind(context.facts, "rowsUse").filter(
    ({ fromCache, location, operation }) =>
      !fromCache && operations.includes(operation) && !repeated.has(placeKey(location)),
  );
  return [...groupBy(uses, ({ location }) => placeKey(location)).values()].filter((group) =>
    group.every(
      ({ location, loops, queryset }) =>
        (!multiplicityOf(loops) || unlikely.has(placeKey(location))) && mayBeLarge(queryset),
    ),
  );
}

function placesOfRepeatedQueries(facts: RuleContext["facts"]): ReadonlySet<string> {
  const places = factsOfKind(facts, "repeatedQuery").flatMap(({ first, isSameObject, location }) =>
    isSameObject ? [first.location, location] : [],
  );
  return new Set(places.map(placeKey));
}

function mayBeLarge({ bound, rows }: Queryset): boolean {
  return bound.kind === "none" && rows !== "raw";
}

export function levelOfUses(group: UsesAtPlace, level: Level): Level {
  return group.every(({ root }) => root.context === "command") ? lowered(level) : level;
}

/** A caller that was not seen may have prefetched the rows; then the question costs nothing. */
const ofUnknownParent = 0.7;

export function confidenceOfUses(group: UsesAtPlace): Confidence {
  const factor = group.some(mayBePrefetched) ? ofUnknownParent : 1;
  return atMostHigh(classOf(factor * Math.min(...group.map(({ queryset }) => scoreOfQueryset(queryset)))));
}

export function mayBePrefetched({ queryset: { related } }: RowsUse): boolean {
  return related?.plain === true && !related.instance.source;
}

export function stepsToUse([use]: UsesAtPlace, text: string): readonly Evidence[] {
  return [
    ...stepToQueryset(use.queryset),
    ...stepsTo(use),
    { message: `Asks: ${text}`, location: use.location },
  ];
}

export const fetchFirst = "Fetch the one row first, and ask whether it is None.";

/** One of the rows is fetched by another query besides: `first()` alone would tell whether there is one. */
export function fetchesOne(context: RuleContext, group: UsesAtPlace): boolean {
  return factsOfKind(context.facts, "rowsUse").some(
    ({ fromCache, operation, queryset: { result } }) =>
      (operation === "first" || operation === "last") &&
      !fromCache &&
      group.some((use) => use.operation !== "first" && use.queryset.result === result),
  );
}
