import { groupBy } from "../../base/group-by.ts";
import type { Location } from "../../base/text-range.ts";
import { isToOne } from "../../django/model-graph.ts";
import { methodCalls } from "../../edits/queryset-chain.ts";
import type { RelationRead } from "../../interpret/facts.ts";
import { pathKey } from "../../queryset/coverage.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { Finding } from "../finding.ts";
import { findingBase, lastSite, placeKey, stepsTo } from "../finding-parts.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { eagerLoadingFixes } from "./eager-loading-fixes.ts";
import { planEagerLoading } from "./eager-loading-plan.ts";

/** Says why the mode does not help; the queries themselves are the findings of the rules for relations. */
export const fetchPeersIneffective: FactRule = {
  kind: "facts",
  code: "QS123",
  name: "fetch-peers-ineffective",
  summary: "FETCH_PEERS does not help: each row still sends its own query",
  level: "info",
  fix: "safe",
  stage: 2,
  run(context) {
    const reads = factsOfKind(context.facts, "relationRead").flatMap((read) => unhelpedRead(read) ?? []);
    return [...groupBy(reads, ({ location }) => placeKey(location)).values()].map((group) =>
      findingOf(context, group),
    );
  },
};

interface UnhelpedRead {
  readonly read: RelationRead;
  readonly site: OriginSite;
  /** Of the call that sets the mode. */
  readonly location: Location;
}

function unhelpedRead(read: RelationRead): UnhelpedRead | undefined {
  const { queryset, relation, loops, keyOnly, exceptional } = read;
  if (queryset.fetchMode !== "peers" || keyOnly || exceptional || multiplicityOf(loops) === undefined)
    return undefined;
  if (isToOne(relation) && !queryset.streamed) return undefined;
  for (const site of queryset.origin.sites) {
    const call = methodCalls(site.node).find(
      ({ function: callee }) => callee.attribute.name === "fetch_mode",
    );
    if (!call) continue;
    const range = { start: call.function.attribute.start, end: call.end };
    return { read, site, location: { path: site.location.path, range } };
  }
  return undefined;
}

function findingOf(context: RuleContext, group: readonly [UnhelpedRead, ...UnhelpedRead[]]): Finding {
  const [{ read, location, site }] = group;
  const { queryset } = read;
  const reads = group.map((unhelped) => unhelped.read);
  const paths = [...new Map(reads.map(({ path }) => [pathKey(path), path])).values()];
  const plan = planEagerLoading(context.project.models, queryset, paths);
  const subject = isToOne(read.relation)
    ? "rows that iterator() streams"
    : `the manager of a to-many relation ("${read.text}")`;
  return {
    ...findingBase(fetchPeersIneffective),
    remedy: "fetch-mode",
    confidence: "high",
    message: `FETCH_PEERS does not batch ${subject}: each row sends its own query.`,
    help: "Load the relation with the queryset.",
    location,
    symbol: read.symbol,
    model: queryset.model.label,
    relationPaths: plan.paths,
    origin: location,
    evidence: [
      ...stepsTo(read),
      { message: `Reads ${pathKey(read.path)}: ${read.text}`, location: read.location },
    ],
    fixes: eagerLoadingFixes(context, lastSite(queryset) ?? site, queryset, plan, reads),
  };
}
