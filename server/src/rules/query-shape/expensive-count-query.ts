import { groupBy } from "../../base/group-by.ts";
import type { RowList } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { scoreOfQueryset } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { pagesOf } from "../pagination/page-kind.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type Aggregate, joinedRows, joinsOneRow } from "./joined-rows.ts";
import { chainOf, type QueryChain } from "./query-chains.ts";

export const expensiveCountQuery: FactRule = {
  kind: "facts",
  code: "QS226",
  name: "expensive-count-query",
  summary: "The number of pages is counted over the joins and groups of what each row shows",
  level: "hint",
  fix: "none",
  stage: 3,
  run(context) {
    const found = factsOfKind(context.facts, "rowList").flatMap((list) => expensiveIn(context, list) ?? []);
    return [...groupBy(found, ({ aggregates: [{ call }] }) => call).values()].map(([first, ...others]) =>
      findingOf(context, first, [first.list, ...others.map(({ list }) => list)]),
    );
  },
};

interface ExpensiveCount {
  readonly list: RowList;
  readonly queryset: Queryset;
  readonly aggregates: readonly [Aggregate, ...Aggregate[]];
  /** Conditions on what is computed: the count needs it, too. */
  readonly isFiltered: boolean;
}

function expensiveIn(context: RuleContext, list: RowList): ExpensiveCount | undefined {
  const { rows, root } = list;
  if (rows.kind !== "queryset" || root.context === "test" || pagesOf(context, list) !== "numbered")
    return undefined;
  if (rows.bound.kind !== "none" || rows.united || rows.rows === "raw") return undefined;
  const chain = chainOf(context, rows);
  // After `values()`, the groups are the rows.
  if (!chain || chain.some(({ method }) => method === "values" || method === "values_list")) return undefined;
  const [first, ...others] = joinedRows(context, chain).aggregates.filter(
    ({ joins, step }) =>
      step.method !== "aggregate" && [...joins].some((join) => !joinsOneRow(context, join)),
  );
  if (!first) return undefined;
  const aggregates = [first, ...others] as const;
  return {
    list,
    queryset: rows,
    aggregates,
    isFiltered: isFiltered(chain, aggregates),
  };
}

function isFiltered(chain: QueryChain, aggregates: readonly Aggregate[]): boolean {
  const names = new Set(aggregates.flatMap((aggregate) => nameOf(aggregate) ?? []));
  return chain.some(
    ({ lookups, method }) =>
      (method === "filter" || method === "exclude") &&
      lookups.some(({ lookup }) => names.has(lookup.split("__")[0] ?? "")),
  );
}

/** `task_count` of `annotate(task_count=Count("tasks"))` */
function nameOf({ call, step }: Aggregate): string | undefined {
  return step.call.keywords.find(({ value }) => value.start <= call.start && call.end <= value.end)?.name
    ?.name;
}

function findingOf(
  context: RuleContext,
  { aggregates, isFiltered, queryset }: ExpensiveCount,
  lists: readonly [RowList, ...RowList[]],
): Finding {
  const [list] = lists;
  const [{ call, step }] = aggregates;
  const { model } = queryset;
  const location = { path: step.location.path, range: { start: call.start, end: call.end } };
  const paths = [...new Set(aggregates.flatMap(({ joins }) => [...joins].map(({ path }) => path)))];
  const named = paths.map((path) => `"${path}"`).join(" and ");
  return {
    ...findingBase(expensiveCountQuery),
    remedy: "page-count",
    confidence: scoreOfQueryset(queryset) < 1 ? "medium" : "high",
    message: isFiltered
      ? `Each page of ${model.name} counts all rows first, over the join with ${named} and its groups, as the conditions need it.`
      : `Each page of ${model.name} counts all rows first, over the join with ${named} and its groups, of which the count needs nothing.`,
    help: isFiltered
      ? "Let a condition with Exists() choose the rows, or give the paginator a count of its own, kept for a while."
      : "Compute it in Subquery(), which Django leaves out of the count from 4.2, or give the paginator a count of its own.",
    location,
    origin: location,
    symbol: step.symbol,
    model: model.label,
    relationPaths: paths,
    accesses: lists.map((each) => ({
      location: each.location,
      relationPath: "",
      code: expensiveCountQuery.code,
    })),
    evidence: [
      ...stepToQueryset(queryset),
      ...aggregates.map(
        ({
          call,
          step: {
            location: { path },
          },
        }) => ({
          message: `Computes ${context.text(path).slice(call.start, call.end).replace(/\s+/g, " ")}`,
          location: { path, range: { start: call.start, end: call.end } },
        }),
      ),
      ...stepsTo(list),
      { message: "Cut into pages here", location: list.location },
    ],
    fixes: [],
  };
}
