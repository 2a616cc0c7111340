/** Questions for the number of rows that are asked once, and what their findings share. */
import { groupBy } from "../../base/group-by.ts";
import type { SizeQuestion } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { atMostHigh, classOf, scoreOfQueryset } from "../confidence.ts";
import type { Confidence, Evidence, Level } from "../finding.ts";
import { placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { lowered } from "../levels.ts";
import { multiplicityOf } from "../loop-weight.ts";
import { placesOfUnlikelyRows } from "../n-plus-one/per-row-queries.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

/** All ways that lead to one place. */
export type QuestionsAtPlace = readonly [SizeQuestion, ...SizeQuestion[]];

/**
 * By place. A query per row is another matter, and worse, where it is at all likely; of a page or of one row there is
 * nothing to save; and what is asked again of the same object is to be stored, which is another rule's advice.
 */
export function questionsOutsideOfLoops(
  context: RuleContext,
  operations: readonly SizeQuestion["operation"][],
): readonly QuestionsAtPlace[] {
  const { facts } = context;
  const repeated = placesOfRepeatedQueries(facts);
  const unlikely = placesOfUnlikelyRows(context);
  const questions = factsOfKind(facts, "sizeQuestion").filter(
    ({ location, operation }) => operations.includes(operation) && !repeated.has(placeKey(location)),
  );
  return [...groupBy(questions, ({ location }) => placeKey(location)).values()].filter((group) =>
    group.every(
      ({ location, loops, queryset }) =>
        (!multiplicityOf(loops) || unlikely.has(placeKey(location))) && mayBeLarge(queryset),
    ),
  );
}

function placesOfRepeatedQueries(facts: RuleContext["facts"]): ReadonlySet<string> {
  const places = factsOfKind(facts, "repeatedQuery").flatMap(({ first, location }) => [
    first.location,
    location,
  ]);
  return new Set(places.map(placeKey));
}

function mayBeLarge({ bound, rows }: Queryset): boolean {
  return bound.kind === "none" && rows !== "raw";
}

export function levelOfQuestions(group: QuestionsAtPlace, level: Level): Level {
  return group.every(({ root }) => root.context === "command") ? lowered(level) : level;
}

/** A caller that was not seen may have prefetched the rows; then the question costs nothing. */
const ofUnknownParent = 0.7;

export function confidenceOfQuestions(group: QuestionsAtPlace): Confidence {
  const factor = group.some(mayBePrefetched) ? ofUnknownParent : 1;
  return atMostHigh(classOf(factor * Math.min(...group.map(({ queryset }) => scoreOfQueryset(queryset)))));
}

function mayBePrefetched({ queryset: { related } }: SizeQuestion): boolean {
  return related?.plain === true && !related.instance.source;
}

export function stepsToQuestion([question]: QuestionsAtPlace, text: string): readonly Evidence[] {
  return [
    ...stepToQueryset(question.queryset),
    ...stepsTo(question),
    { message: `Asks: ${text}`, location: question.location },
  ];
}
