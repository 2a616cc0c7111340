/** The calls that build a query, in order, with the columns and relations that each of them names. */
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import type { LookupUse, QuerysetCall } from "../../interpret/facts.ts";
import { callsBefore } from "../calls-before.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export interface QueryStep extends QuerysetCall {
  readonly lookups: readonly LookupUse[];
}

/** `Task.objects.filter(…).annotate(…)`, also where names and helpers stand in between. */
export type QueryChain = readonly [QueryStep, ...QueryStep[]];

const chains = new WeakMap<RuleContext["facts"], readonly QueryChain[]>();

/** One for each call that no other one is applied to: what comes before it asks for nothing by itself. */
export function queryChains({ facts }: RuleContext): readonly QueryChain[] {
  return remembered(chains, facts, () => findQueryChains(facts));
}

function findQueryChains(facts: RuleContext["facts"]): readonly QueryChain[] {
  const lookups = groupBy(factsOfKind(facts, "lookup"), ({ call }) => call);
  const steps = factsOfKind(facts, "querysetCall").map((each): QueryStep => {
    // A mixin's code serves several models.
    const own = lookups.get(each.call)?.filter(({ queryset }) => queryset.model === each.queryset.model);
    return { ...each, lookups: own ?? [] };
  });
  const byCall = groupBy(steps, ({ call }) => call);
  const refined = new Set(steps.flatMap(({ queryset }) => callsBefore(queryset)));
  return steps
    .filter(({ call }) => !refined.has(call))
    .map((last): QueryChain => {
      const { model } = last.queryset;
      const before = callsBefore(last.queryset).flatMap((call) => {
        const known = byCall.get(call);
        return known?.find(({ queryset }) => queryset.model === model) ?? known?.[0] ?? [];
      });
      const [first, ...rest] = [...before, last];
      return [first ?? last, ...rest];
    });
}
