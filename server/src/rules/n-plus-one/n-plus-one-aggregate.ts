import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { perRowFinding, queriesOfRows, textOfCause } from "./per-row-finding.ts";
import { type PerRowQuery, perRowQueries } from "./per-row-queries.ts";

export const nPlusOneAggregate: FactRule = {
  kind: "facts",
  code: "QS106",
  name: "n-plus-one-aggregate",
  summary: "A count, sum, existence check or single related row is queried row by row",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    return perRowQueries(context, "aggregate").map((query) => findingOf(context, query));
  },
};

function findingOf(context: RuleContext, query: PerRowQuery): Finding {
  const [execution] = query.executions;
  const { queryset } = execution;
  const rows = queriesOfRows(execution);
  const base = perRowFinding(context, nPlusOneAggregate, query, { before: rows, after: Math.max(1, rows) });
  const { before, after } = base.queries;
  return {
    ...base,
    remedy: "aggregate",
    message: `"${textOfCause(context, query)}" queries ${queryset.model.name} once per row: ${before} queries instead of ${after}.`,
    help: "Let the database compute it together with the rows, as an annotation of their queryset.",
  };
}
