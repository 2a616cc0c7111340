import { groupBy } from "../../base/group-by.ts";
import { atLeast } from "../../django/version.ts";
import type { EagerLoadingCall } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { findingBase, lastSite, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export const prefetchLostByIterator: FactRule = {
  kind: "facts",
  code: "QS119",
  name: "prefetch-lost-by-iterator",
  summary: "iterator() without a chunk size after prefetch_related()",
  level: "error",
  fix: "safe",
  stage: 2,
  run(context) {
    const calls = factsOfKind(context.facts, "eagerLoading").filter(
      ({ method, hasChunkSize, queryset }) =>
        /^a?iterator$/.test(method) &&
        !hasChunkSize &&
        [...queryset.prefetch.values()].some(({ certain }) => certain),
    );
    return [...groupBy(calls, ({ location }) => placeKey(location)).values()].map(([call]) =>
      findingOf(context, call),
    );
  },
};

function findingOf(context: RuleContext, call: EagerLoadingCall): Finding {
  const raises = atLeast(context.django, 5, 0);
  const { start, end } = call.call.argumentsRange;
  const site = lastSite(call.queryset);
  return {
    ...findingBase(prefetchLostByIterator),
    level: raises ? "error" : "warning",
    remedy: "iterator-chunk-size",
    confidence: "certain",
    message: raises
      ? `${call.method}() without chunk_size after prefetch_related() raises ValueError since Django 5.0.`
      : `${call.method}() without chunk_size ignores prefetch_related() before Django 5.0.`,
    help: "Give iterator() a chunk size: the relations are then prefetched chunk by chunk.",
    location: call.location,
    symbol: call.symbol,
    model: call.model.label,
    origin: call.location,
    evidence: site
      ? [{ message: `The queryset of ${call.model.name} is built here`, location: site.location }]
      : [],
    fixes:
      end - start === 2
        ? [
            {
              title: "Add chunk_size=2000",
              safety: "safe",
              preferred: true,
              edits: [
                {
                  path: call.location.path,
                  range: { start: start + 1, end: end - 1 },
                  newText: "chunk_size=2000",
                },
              ],
            },
          ]
        : [],
  };
}
