import type { Finding } from "../finding.ts";
import { oncePerRound } from "../finding-parts.ts";
import { grows } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { perRowFinding, queriesOfRows, textOfCause } from "./per-row-finding.ts";
import { type PerRowQuery, perRowQueries } from "./per-row-queries.ts";
import { queryInLoopFixes } from "./query-in-loop-fixes.ts";

export const nPlusOneQueryInLoop: FactRule = {
  kind: "facts",
  code: "QS105",
  name: "n-plus-one-query-in-loop",
  summary: "A query whose conditions change with the loop runs once per iteration",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    return perRowQueries(context, "lookup").map((query) => findingOf(context, query));
  },
};

function findingOf(context: RuleContext, query: PerRowQuery): Finding {
  const [execution] = query.executions;
  const { queryset, loops } = execution;
  const rows = queriesOfRows(execution);
  const base = perRowFinding(context, nPlusOneQueryInLoop, query, { before: rows, after: rows + 1 });
  const { before, after } = base.queries;
  const loop = loops.findLast(grows) ?? loops.at(-1);
  return {
    ...base,
    level: queryset.locksRows && base.level === "warning" ? "info" : base.level,
    remedy: "per-row-query",
    message: `"${textOfCause(context, query)}" queries ${queryset.model.name} ${oncePerRound(loop)}: ${before} queries instead of ${after}.`,
    help: `Fetch the rows of ${queryset.model.name} for all iterations before the loop.`,
    fixes: queryInLoopFixes(context, query),
  };
}
