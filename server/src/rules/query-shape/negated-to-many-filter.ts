import { groupBy } from "../../base/group-by.ts";
import { isToOne } from "../../django/model-graph.ts";
import { scoreOfQueryset } from "../confidence.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { isNegated } from "./joined-rows.ts";
import { type QueryChain, type QueryStep, queryChains } from "./query-chains.ts";
import { resolvedLookup } from "./resolved-lookup.ts";

export const negatedToManyFilter: FactRule = {
  kind: "facts",
  code: "QS220",
  name: "negated-to-many-filter",
  summary: "A negated condition on a to-many relation becomes a subquery",
  level: "hint",
  fix: "none",
  stage: 3,
  run(context) {
    const found = queryChains(context).flatMap((chain) => negations(context, chain));
    return [...groupBy(found, ({ step }) => placeKey(step.location)).values()].map(([{ path, step }]) => {
      const { location, queryset, symbol } = step;
      return {
        ...findingBase(negatedToManyFilter),
        remedy: "query-shape",
        confidence: scoreOfQueryset(queryset) < 1 ? "low" : "medium",
        message: `The negated condition on "${path}" becomes a subquery over its rows, for each ${queryset.model.name}.`,
        help: "Look at its plan; ~Exists(…) says the same, and leaves it to you what the subquery looks at.",
        location,
        origin: location,
        symbol,
        model: queryset.model.label,
        relationPaths: [path],
        evidence: [...stepToQueryset(queryset), { message: `Negates a condition on "${path}"`, location }],
      };
    });
  },
};

interface Negation {
  readonly step: QueryStep;
  readonly path: string;
}

function negations(context: RuleContext, chain: QueryChain): readonly Negation[] {
  if (chain[0].root.context === "test") return [];
  return chain.flatMap((step) =>
    step.lookups.flatMap((use): readonly Negation[] => {
      if (!use.condition || !(step.method === "exclude" || isNegated(step, use))) return [];
      const relations = resolvedLookup(context, use)?.relations ?? [];
      const many = relations.findIndex((relation) => !isToOne(relation));
      const names = relations.slice(0, many + 1).map(({ queryName }) => queryName);
      return many < 0 ? [] : [{ step, path: names.join("__") }];
    }),
  );
}
