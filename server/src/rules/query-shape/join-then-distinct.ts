import { groupBy } from "../../base/group-by.ts";
import { isToOne } from "../../django/model-graph.ts";
import { scoreOfQueryset } from "../confidence.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Join, joinedRows, joinsOneRow } from "./joined-rows.ts";
import { type QueryChain, type QueryStep, queryChains } from "./query-chains.ts";
import { resolvedLookup } from "./resolved-lookup.ts";

export const joinThenDistinct: FactRule = {
  kind: "facts",
  code: "QS215",
  name: "join-then-distinct",
  summary: "A condition on joined rows repeats rows that distinct() then has to take out again",
  level: "hint",
  fix: "none",
  stage: 3,
  run(context) {
    const found = queryChains(context).flatMap((chain) => repeatedRows(context, chain) ?? []);
    return [...groupBy(found, ({ distinct }) => placeKey(distinct.location)).values()].map(
      ([{ distinct, join }]) => {
        const { location, queryset, symbol } = distinct;
        return {
          ...findingBase(joinThenDistinct),
          remedy: "query-shape",
          confidence: scoreOfQueryset(queryset) < 1 ? "low" : "medium",
          message: `distinct() sorts or hashes every column to take out what the join with "${join.path}" repeats.`,
          help: `filter(Exists(…)) asks whether there is a row of "${join.path}", and repeats nothing.`,
          location,
          origin: location,
          symbol,
          model: queryset.model.label,
          relationPaths: [join.path],
          evidence: [
            ...stepToQueryset(queryset),
            { message: `Joins "${join.path}"`, location: join.step.location },
            { message: "Takes out repeated rows", location },
          ],
        };
      },
    );
  },
};

interface RepeatedRows {
  readonly distinct: QueryStep;
  readonly join: Join;
}

/** Methods with which `distinct()` means other rows than those of the model, or which look at the joined rows. */
const otherRows: ReadonlySet<string> = new Set([
  ...[
    "values",
    "values_list",
    "dates",
    "datetimes",
    "annotate",
    "alias",
    "aggregate",
    "union",
    "count",
    "exists",
  ],
]);

function repeatedRows(context: RuleContext, chain: QueryChain): RepeatedRows | undefined {
  if (chain[0].root.context === "test" || chain.some(({ method }) => otherRows.has(method))) return undefined;
  const distinct = chain.find(({ call, method }) => method === "distinct" && call.arguments.length === 0);
  const isSortedByMany = chain.some(
    ({ lookups, method }) =>
      method === "order_by" &&
      lookups.some((use) => resolvedLookup(context, use)?.relations.some((each) => !isToOne(each))),
  );
  if (!distinct || isSortedByMany) return undefined;
  const join = joinedRows(context, chain).joins.find(
    (each) => each.isFilter && !each.parent && !joinsOneRow(context, each),
  );
  return join && { distinct, join };
}
