/** Uses of the rows of a queryset outside of loops, and what findings about them share. */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import { resolveLookup } from "../../django/lookups.ts";
import type { RowsUse } from "../../interpret/facts.ts";
import { anyName, type Queryset } from "../../queryset/queryset.ts";
import { pathTo } from "../../syntax/walk.ts";
import { atMostHigh, atMostMedium, classOf, scoreOfQueryset, scoreOfRoots } from "../confidence.ts";
import type { Confidence, Evidence } from "../finding.ts";
import { placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { multiplicityOf } from "../loop-weight.ts";
import { placesOfUnlikelyRows } from "../n-plus-one/per-row-queries.ts";
import { isInClassOfNobody, isInFunctionOfNobody } from "../request/run-by-nobody.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { joinsGivenObjects } from "../writes/one-object.ts";
import { isCreatedWhenMissing } from "./created-when-missing.ts";
import { isFlagOfOne } from "./flag-of-one.ts";
import { mayPickFew } from "./picked-rows.ts";

/** All ways that lead to one place. */
export type UsesAtPlace = readonly [RowsUse, ...RowsUse[]];

interface PlacedUse {
  readonly use: RowsUse;
  readonly place: string;
}

/** What is used where no other rule has a say, and where rows are read that hardly any loop varies. */
interface KnownUses {
  readonly uses: readonly PlacedUse[];
  readonly unlikely: ReadonlySet<string>;
}

const knownUses = new AnswersOf<RuleContext, KnownUses>();

/**
 * By place. A query per row is another matter, and worse, where it is at all likely; of a page or of one row there is
 * nothing to save; and what is asked again of the same object is to be stored, which is another rule's advice.
 */
export function usesOutsideOfLoops(
  context: RuleContext,
  operations: readonly RowsUse["operation"][],
): readonly UsesAtPlace[] {
  return usesAskedOnce(context, operations).filter((uses) =>
    uses.every(({ queryset }) => mayBeLarge(queryset)),
  );
}

/** The same, also of a page or of one row: for queries of which one is superfluous, whatever they fetch. */
export function usesAskedOnce(
  context: RuleContext,
  operations: readonly RowsUse["operation"][],
): readonly UsesAtPlace[] {
  const { uses, unlikely } = remembered(knownUses, context, () => findUses(context));
  const wanted = uses.filter(({ use }) => operations.includes(use.operation));
  return [...groupBy(wanted, ({ place }) => place).values()].flatMap((group) => {
    const isWanted = group.every(
      ({ place, use: { loops, queryset } }) =>
        (!multiplicityOf(loops) || unlikely.has(place)) && queryset.rows !== "raw",
    );
    const [{ use: first }, ...others] = group;
    return isWanted ? [[first, ...others.map(({ use }) => use)] as const] : [];
  });
}

function findUses(context: RuleContext): KnownUses {
  const repeated = placesOfRepeatedQueries(context.facts);
  const uses = factsOfKind(context.facts, "rowsUse").flatMap((use) => {
    const place = placeKey(use.location);
    return use.fromCache || repeated.has(place) || raisesFieldError(context, use) ? [] : [{ use, place }];
  });
  return { uses, unlikely: placesOfUnlikelyRows(context) };
}

/** A condition names no field of the model: the query is never sent. */
function raisesFieldError({ project: { models } }: RuleContext, { queryset }: RowsUse): boolean {
  const { annotations, filters, model } = queryset;
  const options = { annotations, addsUnknownNames: annotations.has(anyName) };
  return filters.some(({ lookup }) => {
    const result = lookup === undefined ? undefined : resolveLookup(models, model, lookup, options);
    return result?.kind === "invalid" && result.index === 0 && result.problem === "unknownName";
  });
}

function placesOfRepeatedQueries(facts: RuleContext["facts"]): ReadonlySet<string> {
  const places = factsOfKind(facts, "repeatedQuery").flatMap(({ first, isSameObject, location }) =>
    isSameObject ? [first.location, location] : [],
  );
  return new Set(places.map(placeKey));
}

function mayBeLarge({ bound }: Queryset): boolean {
  return bound.kind === "none";
}

/** A caller that was not seen may have prefetched the rows; then the question costs nothing. */
const ofUnknownParent = 0.7;

/** A row or two cost as much as the answer whether there are any. */
const ofFewRows = 0.75;

/** @param sparesQuery the repair saves a query, however many rows there are */
export function confidenceOfUses(
  context: RuleContext,
  group: UsesAtPlace,
  sparesQuery: boolean = false,
): Confidence {
  const parents = group.some(mayBePrefetched) ? ofUnknownParent : 1;
  const areFew = group.every(
    (use) =>
      joinsGivenObjects(context, use.queryset) ||
      mayPickFew(context, use.queryset) ||
      isCreatedWhenMissing(context, use) ||
      isFlagOfOne(context, use) ||
      isForError(context, use),
  );
  const few = areFew && !sparesQuery ? ofFewRows : 1;
  const factor = Math.min(parents, few) * scoreOfRoots(context, group);
  const score = factor * Math.min(...group.map(({ queryset }) => scoreOfQueryset(queryset)));
  const isOfNobody = hasNoKnownCaller(group) && isInClassOfNobody(context, group[0].location);
  return isOfNobody ? atMostMedium(classOf(score)) : atMostHigh(classOf(score));
}

/** `raise ValueError(f"not {len(rows)}")`: hardly any call comes there. */
function isForError({ project: { program } }: RuleContext, { location: { path, range } }: RowsUse): boolean {
  const module = program.moduleOfFile(path);
  const around = module ? pathTo(module.file.tree, range) : [];
  return around.some((node) => "kind" in node && node.kind === "Raise");
}

/** No view, task or command is known that leads there. */
function hasNoKnownCaller(group: UsesAtPlace): boolean {
  return group.every(({ root }) => root.context === "other");
}

/**
 * Of what is asked only to learn whether there are rows: in a function that nothing calls, it may be asked once in the
 * life of a project, or never.
 */
export function confidenceOfQuestion(
  context: RuleContext,
  group: UsesAtPlace,
  sparesQuery: boolean,
): Confidence {
  const confidence = confidenceOfUses(context, group, sparesQuery);
  const isOfNobody = hasNoKnownCaller(group) && isInFunctionOfNobody(context, group[0].location);
  return isOfNobody ? atMostMedium(confidence) : confidence;
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

/** The number of the same rows is asked for elsewhere, too: one query less leaves the other. */
export function isCountedAgain(context: RuleContext, group: UsesAtPlace): boolean {
  const [{ location, queryset }] = group;
  return factsOfKind(context.facts, "rowsUse").some(
    (use) =>
      use.queryset.result === queryset.result &&
      (use.operation === "count" || use.operation === "len") &&
      placeKey(use.location) !== placeKey(location),
  );
}

/**
 * One of the rows is fetched by another query besides: `first()` alone would tell whether there is one. What a manager
 * fetches before it gives the rows is its own affair.
 */
export function fetchesOne(context: RuleContext, group: UsesAtPlace): boolean {
  return factsOfKind(context.facts, "rowsUse").some(
    ({ fromCache, operation, queryset: { result }, symbol }) =>
      (operation === "first" || operation === "last") &&
      !fromCache &&
      group.some(
        (use) => use.operation !== "first" && use.queryset.result === result && use.symbol === symbol,
      ),
  );
}
