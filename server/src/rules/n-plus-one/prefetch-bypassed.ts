import { classOf } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { perRowFinding, relationPathOf, textOfCause } from "./per-row-finding.ts";
import { type PerRowQuery, perRowQueries } from "./per-row-queries.ts";
import { prefetchBypassedFixes } from "./prefetch-bypassed-fixes.ts";

export const prefetchBypassed: FactRule = {
  kind: "facts",
  code: "QS104",
  name: "prefetch-bypassed",
  summary: "Related rows are queried again although they were prefetched",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    return perRowQueries(context, "bypassesPrefetch").map((query) => findingOf(context, query));
  },
};

function findingOf(context: RuleContext, query: PerRowQuery): Finding {
  const [execution] = query.executions;
  const { queryset, bypassed } = execution;
  const prefetches = queryset.related?.instance.source?.queryset.prefetch.size ?? 0;
  const base = perRowFinding(context, prefetchBypassed, query, {
    before: 1 + prefetches,
    after: 1 + prefetches,
  });
  const { before, after } = base.queries;
  const path = relationPathOf(execution);
  return {
    ...base,
    remedy: "prefetch-bypass",
    confidence: classOf(query.score),
    message: `"${textOfCause(context, query)}" ignores the prefetched "${path}" and queries once per row: ${before} queries instead of ${after}.`,
    help:
      bypassed?.toAttribute === undefined
        ? "all() alone uses the rows that were prefetched."
        : `The prefetched rows are in "${bypassed.toAttribute}".`,
    relationPaths: [path],
    fixes: prefetchBypassedFixes(context, query),
  };
}
