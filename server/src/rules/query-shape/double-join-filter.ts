import { groupBy } from "../../base/group-by.ts";
import type { Call } from "../../syntax/ast.ts";
import { scoreOfQueryset } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, placeKey, stepToQueryset } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Join, joinedRows } from "./joined-rows.ts";
import { type QueryChain, type QueryStep, queryChains } from "./query-chains.ts";

export const doubleJoinFilter: FactRule = {
  kind: "facts",
  code: "QS221",
  name: "double-join-filter",
  summary: "Two filter() calls on a to-many relation join it twice, and may be met by different rows",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const found = queryChains(context).flatMap((chain) => doubleJoin(context, chain) ?? []);
    return [...groupBy(found, ({ second }) => placeKey(second.step.location)).values()].map(([pair]) =>
      findingOf(context, pair),
    );
  },
};

interface DoubleJoin {
  readonly first: Join;
  readonly second: Join;
}

/** Two conditions on one column can only be meant for two rows: with this tag, and with that one. */
function doubleJoin(context: RuleContext, chain: QueryChain): DoubleJoin | undefined {
  if (chain[0].root.context === "test") return undefined;
  const joins = joinedRows(context, chain).joins.filter(({ isFilter, parent }) => isFilter && !parent);
  for (const [index, second] of joins.entries()) {
    const first = joins
      .slice(0, index)
      .find(({ path, step }) => path === second.path && step.method === "filter" && step !== second.step);
    if (first && second.step.method === "filter" && areApart(first, second)) return { first, second };
  }
  return undefined;
}

function areApart(first: Join, second: Join): boolean {
  const asked = columnsAsked(first);
  const others = columnsAsked(second);
  return asked.size > 0 && others.size > 0 && [...others].every((column) => !asked.has(column));
}

/** The columns behind the relation that the call compares, `""` for the relation itself. */
function columnsAsked({ path, step }: Join): ReadonlySet<string> {
  return new Set(
    step.lookups.flatMap(({ condition, lookup }) =>
      condition && (lookup === path || lookup.startsWith(`${path}__`))
        ? [lookup.slice(path.length + 2).split("__")[0] ?? ""]
        : [],
    ),
  );
}

function findingOf(context: RuleContext, { first, second }: DoubleJoin): Finding {
  const { location, queryset, symbol } = second.step;
  const { path } = second;
  return {
    ...findingBase(doubleJoinFilter),
    remedy: "query-shape",
    confidence: scoreOfQueryset(queryset) < 1 ? "low" : "medium",
    message: `Two filter() calls join "${path}" twice: one row of it may meet the first, and another row the second.`,
    help: "Put both conditions into one filter() where one row has to meet them.",
    location,
    origin: location,
    symbol,
    model: queryset.model.label,
    relationPaths: [path],
    evidence: [
      ...stepToQueryset(queryset),
      { message: `Joins "${path}"`, location: first.step.location },
      { message: `Joins "${path}" again`, location },
    ],
    fixes: mergeFix(context, first.step, second.step),
  };
}

/** `.filter(tasks__done=True).filter(tasks__late=True)` → `.filter(tasks__done=True, tasks__late=True)` */
function mergeFix(context: RuleContext, first: QueryStep, second: QueryStep): readonly Fix[] {
  const { path } = second.location;
  const { function: callee } = second.call;
  const start = lastEnd(first.call);
  const [next] = [...second.call.arguments, ...second.call.keywords].sort(
    (one, other) => one.start - other.start,
  );
  const isChained = callee.kind === "Attribute" && callee.value === first.call;
  // Positional arguments cannot follow keywords.
  if (!isChained || start === undefined || !next || second.call.arguments.length > 0) return [];
  const between = context.text(path).slice(start, next.start);
  if (!/^\s*,?\s*\)\s*\.filter\(\s*$/.test(between)) return [];
  return [
    {
      title: "Merge the two filter() calls (one row must meet both conditions)",
      safety: "unsafe",
      preferred: true,
      edits: [{ path, range: { start, end: next.start }, newText: ", " }],
    },
  ];
}

function lastEnd({ arguments: positional, keywords }: Call): number | undefined {
  const ends = [...positional, ...keywords].map(({ end }) => end);
  return ends.length === 0 ? undefined : Math.max(...ends);
}
