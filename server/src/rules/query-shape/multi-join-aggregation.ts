import { groupBy } from "../../base/group-by.ts";
import { isToOne } from "../../django/model-graph.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { scoreOfQueryset } from "../confidence.ts";
import type { Evidence, FileEdit, Finding, Fix } from "../finding.ts";
import { findingBase, stepToQueryset } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { useOfNumber } from "./aggregate-thresholds.ts";
import { type Aggregate, type Join, joinedRows, joinsOneRow } from "./joined-rows.ts";
import { type QueryChain, queryChains } from "./query-chains.ts";
import { resolvedLookup } from "./resolved-lookup.ts";

export const multiJoinAggregation: FactRule = {
  kind: "facts",
  code: "QS214",
  name: "multi-join-aggregation",
  summary: "Aggregates over several to-many relations in one query multiply each other's rows",
  level: "error",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const found = queryChains(context).flatMap((chain) => {
      const multiplied = multipliedIn(context, chain);
      return multiplied ? [multiplied] : [];
    });
    return [...groupBy(found, ({ aggregates: [first] }) => first.call).values()].map((group) => {
      const [example, ...others] = group;
      const shown = others.find(({ isWrong }) => isWrong && !example.isWrong) ?? example;
      return findingOf(context, shown, group);
    });
  },
};

interface Multiplied {
  readonly queryset: Queryset;
  /** Those that see rows several times; where some are wrong for it: these. */
  readonly aggregates: readonly [Aggregate, ...Aggregate[]];
  readonly isWrong: boolean;
  /** The joins that multiply the rows of the first of them. */
  readonly by: readonly Join[];
  /** Something reads one of the numbers. */
  readonly isRead: boolean;
}

function multipliedIn(context: RuleContext, chain: QueryChain): Multiplied | undefined {
  if (chain.some(({ queryset }) => queryset.united || queryset.rows === "raw")) return undefined;
  const groups = chain.findIndex(({ method }) => method === "values" || method === "values_list");
  if (groups >= 0 && isGroupedByMany(context, chain, groups)) return undefined;
  const { aggregates, joins } = joinedRows(context, chain);
  const inAggregates = new Set(aggregates.flatMap((aggregate) => [...aggregate.joins]));
  const multiplying = (aggregate: Aggregate): readonly Join[] =>
    joins.filter(
      (join) =>
        !aggregate.joins.has(join) &&
        !joinsOneRow(context, join) &&
        // Whoever counts rows beside a condition on others may well mean the pairs.
        (aggregate.joins.size > 0 || inAggregates.has(join)),
    );
  const uses = new Map(
    aggregates.flatMap((each) => {
      const by = isDistinct(each) ? [] : multiplying(each);
      return by.length > 0 ? [[each, useOfNumber(context, chain, each, by)] as const] : [];
    }),
  );
  const multiplied = [...uses].flatMap(([each, use]) => (use === "decides" ? [] : [each]));
  const wrong = multiplied.filter((aggregate) => {
    const isGroupOfOne =
      aggregate.step.method !== "aggregate" && (groups < 0 || groups > chain.indexOf(aggregate.step));
    return isChangedBy(aggregate, multiplying(aggregate), isGroupOfOne);
  });
  const slow = multiplied.filter(
    (aggregate) => aggregate.joins.size > 0 && multiplying(aggregate).some((join) => inAggregates.has(join)),
  );
  const [first, ...rest] = wrong.length > 0 ? wrong : slow;
  if (!first) return undefined;
  const { queryset } = first.step;
  return {
    queryset,
    aggregates: [first, ...rest],
    isWrong: wrong.length > 0,
    by: multiplying(first),
    isRead: [first, ...rest].some((each) => uses.get(each) === "number"),
  };
}

/** Rows that are grouped by a column of joined rows are multiplied on purpose. */
function isGroupedByMany(context: RuleContext, chain: QueryChain, index: number): boolean {
  const names = chain[index]?.lookups ?? [];
  return names.some((use) => resolvedLookup(context, use)?.relations.some((each) => !isToOne(each)));
}

function isDistinct({ call }: Aggregate): boolean {
  return call.keywords.some(
    ({ name, value }) =>
      name?.name === "distinct" && !(value.kind === "ConstantLiteral" && value.value === "False"),
  );
}

/** The largest of several equal values is the same; a mean is where each of its values comes as often as the others. */
function isChangedBy({ name, joins }: Aggregate, by: readonly Join[], isGroupOfOne: boolean): boolean {
  switch (name) {
    case "Min":
    case "Max":
      return false;
    case "Avg":
    case "StdDev":
    case "Variance":
      return !isGroupOfOne || by.some(({ parent }) => hasAncestorIn(parent, joins));
    default:
      return true;
  }
}

function hasAncestorIn(join: Join | undefined, joins: ReadonlySet<Join>): boolean {
  return join !== undefined && (joins.has(join) || hasAncestorIn(join.parent, joins));
}

function findingOf(context: RuleContext, multiplied: Multiplied, ofCall: readonly Multiplied[]): Finding {
  const { aggregates, by, isRead, isWrong, queryset } = multiplied;
  const [{ call, step }] = aggregates;
  const { path } = step.location;
  const text = context.text(path);
  const location = { path, range: { start: call.start, end: call.end } };
  const shown = oneLine(text.slice(call.start, call.end));
  const paths = [...new Set(by.map((join) => join.path))];
  const named = paths.map((each) => `"${each}"`).join(" and ");
  return {
    ...findingBase(multiJoinAggregation),
    level: levelInRoots(
      context,
      isWrong ? "error" : "info",
      ofCall.map((each) => each.aggregates[0].step),
    ),
    remedy: "query-shape",
    confidence: scoreOfQueryset(queryset) < 1 || !isRead ? "medium" : "high",
    message: isWrong
      ? `${shown} is wrong: the join with ${named} of the same query repeats its rows.`
      : `${shown} goes through each row once for every row of ${named}, which the same query joins.`,
    help: aggregates.every(({ name }) => name === "Count")
      ? "Count each row once with distinct=True, or in a subquery of its own."
      : "Compute it in a subquery of its own.",
    location,
    origin: location,
    symbol: step.symbol,
    model: queryset.model.label,
    relationPaths: paths,
    evidence: [
      ...stepToQueryset(queryset),
      ...by.map((join): Evidence => ({ message: `Joins "${join.path}"`, location: join.step.location })),
      ...aggregates.map((each) => ({
        message: `Computes ${oneLine(context.text(each.step.location.path).slice(each.call.start, each.call.end))}`,
        location: { path: each.step.location.path, range: { start: each.call.start, end: each.call.end } },
      })),
    ],
    fixes: isWrong ? distinctFix(context, aggregates) : [],
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** `Count("tasks")` → `Count("tasks", distinct=True)`, where what is counted is the rows. */
function distinctFix(context: RuleContext, aggregates: readonly Aggregate[]): readonly Fix[] {
  const edits = aggregates.map((aggregate) => distinctEdit(context, aggregate));
  if (!edits.every((edit) => edit !== undefined)) return [];
  return [
    {
      title: "Add distinct=True (changes the numbers to the right ones)",
      safety: "unsafe",
      preferred: true,
      edits,
    },
  ];
}

function distinctEdit(context: RuleContext, { call, name, names, step }: Aggregate): FileEdit | undefined {
  const { path } = step.location;
  const [counted, ...others] = call.arguments;
  const subject = names.find(({ use }) => use.location.range.start === counted?.start);
  if (name !== "Count" || others.length > 0 || counted?.kind !== "StringLiteral" || !subject)
    return undefined;
  const countsRows = !subject.field || subject.field.primaryKey;
  if (!countsRows || call.keywords.some((keyword) => keyword.name?.name === "distinct")) return undefined;
  const end = Math.max(counted.end, ...call.keywords.map((keyword) => keyword.end));
  if (!/^\s*,?\s*\)$/.test(context.text(path).slice(end, call.end))) return undefined;
  return { path, range: { start: end, end }, newText: ", distinct=True" };
}
