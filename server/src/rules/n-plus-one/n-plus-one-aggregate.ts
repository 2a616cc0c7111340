import { groupBy } from "../../base/group-by.ts";
import { classOf } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { accessOf, aggregateFix, type RowValue, rowValueOf } from "./aggregate-fixes.ts";
import { mergedFinding, perRowFinding, queriesOfRows, textOfCause } from "./per-row-finding.ts";
import { type PerRowQuery, perRowQueries } from "./per-row-queries.ts";
import { rowAccessOf } from "./row-access.ts";

export const nPlusOneAggregate: FactRule = {
  kind: "facts",
  code: "QS106",
  name: "n-plus-one-aggregate",
  summary: "A count, sum, existence check or single related row is queried row by row",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const queries = perRowQueries(context, "aggregate");
    const values = queries.flatMap((query) => {
      const access = rowAccessOf(context, query);
      return (access && rowValueOf(context, query, access)) ?? [];
    });
    const merged = [...groupBy(values, (value) => accessOf(value).site.node).values()].flatMap((group) => {
      const fixable = group.filter((value) => aggregateFix(context, [value]) !== undefined);
      const likely = fixable.filter(({ query }) => classOf(query.score) !== "low");
      const [first, ...others] = likely.length > 0 ? likely : fixable;
      const fix = first && aggregateFix(context, [first, ...others]);
      return fix ? [{ values: [first, ...others] as const, fix }] : [];
    });
    const fixed = new Set(merged.flatMap((group) => group.values.map(({ query }) => query)));
    return [
      ...merged.map((group) => fixedFinding(context, group.values, group.fix)),
      ...queries.filter((query) => !fixed.has(query)).map((query) => findingOf(context, query)),
    ];
  },
};

const help = "Let the database compute it together with the rows, as an annotation of their queryset.";

/** Stands on the queryset of the rows: all that they lack is added there with one edit. */
function fixedFinding(context: RuleContext, values: readonly [RowValue, ...RowValue[]], fix: Fix): Finding {
  const [first] = values;
  const lists = values.filter(({ kind }) => kind === "list").length;
  const queries = values.map(({ query }) => query);
  const { site, rows } = accessOf(first);
  const base = mergedFinding(context, nPlusOneAggregate, queries, site, { before: 1, after: 1 + lists });
  const others = queries.length > 1 ? ` (and ${queries.length - 1} more)` : "";
  const { before, after } = base.queries;
  const paths = new Map(
    values.map((value) => [value.query.executions[0].location, accessOf(value).relation.accessor]),
  );
  return {
    ...base,
    remedy: "aggregate",
    relationPaths: [...new Set(paths.values())],
    accesses: base.accesses.map((access) => ({
      ...access,
      relationPath: paths.get(access.location) ?? access.relationPath,
    })),
    message: `"${textOfCause(context, first.query)}"${others} queries once per row: ${before} queries instead of ${after}.`,
    help: `Let the database compute it together with the rows of ${rows.model.name}.`,
    model: rows.model.label,
    fixes: [fix],
  };
}

/** Stands on the query itself. */
function findingOf(context: RuleContext, query: PerRowQuery): Finding {
  const [execution] = query.executions;
  const rows = queriesOfRows(execution);
  const base = perRowFinding(context, nPlusOneAggregate, query, { before: rows, after: Math.max(1, rows) });
  const { before, after } = base.queries;
  return {
    ...base,
    remedy: "aggregate",
    message: `"${textOfCause(context, query)}" queries ${execution.queryset.model.name} once per row: ${before} queries instead of ${after}.`,
    help,
  };
}
