/** The calls that build a query, in order, with the columns and relations that each of them names. */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import type { LookupUse, QuerysetCall } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Call } from "../../syntax/ast.ts";
import { callsBefore } from "../calls-before.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export interface QueryStep extends QuerysetCall {
  readonly lookups: readonly LookupUse[];
}

/** `Task.objects.filter(…).annotate(…)`, also where names and helpers stand in between. */
export type QueryChain = readonly [QueryStep, ...QueryStep[]];

const chains = new AnswersOf<RuleContext["facts"], readonly QueryChain[]>();

/** One for each call that no other one is applied to: what comes before it asks for nothing by itself. */
export function queryChains({ facts }: RuleContext): readonly QueryChain[] {
  return remembered(chains, facts, () => findQueryChains(facts));
}

/** The calls that have made the queryset; undefined where there is none. */
export function chainOf({ facts }: RuleContext, queryset: Queryset): QueryChain | undefined {
  const [first, ...rest] = stepsBefore(stepsByCall(facts), queryset);
  return first && [first, ...rest];
}

type StepsByCall = ReadonlyMap<Call, readonly QueryStep[]>;

const steps = new AnswersOf<RuleContext["facts"], StepsByCall>();

function stepsByCall(facts: RuleContext["facts"]): StepsByCall {
  return remembered(steps, facts, () => {
    const lookups = groupBy(factsOfKind(facts, "lookup"), ({ call }) => call);
    const all = factsOfKind(facts, "querysetCall").map((each): QueryStep => {
      // A mixin's code serves several models.
      const own = lookups.get(each.call)?.filter(({ queryset }) => queryset.model === each.queryset.model);
      return { lookups: own ?? [], ...each };
    });
    return groupBy(all, ({ call }) => call);
  });
}

function stepsBefore(byCall: StepsByCall, queryset: Queryset): readonly QueryStep[] {
  return callsBefore(queryset).flatMap((call) => {
    const known = byCall.get(call);
    return known?.find((each) => each.queryset.model === queryset.model) ?? known?.[0] ?? [];
  });
}

function findQueryChains(facts: RuleContext["facts"]): readonly QueryChain[] {
  const byCall = stepsByCall(facts);
  const all = [...byCall.values()].flat();
  const refined = new Set(all.flatMap(({ queryset }) => callsBefore(queryset)));
  return all
    .filter(({ call }) => !refined.has(call))
    .map((last): QueryChain => {
      const [first, ...rest] = [...stepsBefore(byCall, last.queryset), last];
      return [first ?? last, ...rest];
    });
}
