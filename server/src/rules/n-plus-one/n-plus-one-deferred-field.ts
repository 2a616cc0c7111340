import { groupBy } from "../../base/group-by.ts";
import { columnsOfChain } from "../../edits/chain-columns.ts";
import type { DeferredRead } from "../../interpret/facts.ts";
import { pathKey } from "../../queryset/coverage.ts";
import { atMostHigh, classOf, scoreOfContext, scoreOfQueryset } from "../confidence.ts";
import type { Finding, Fix, QueryEstimate } from "../finding.ts";
import { findingBase, lastSite, placeKey, stepsTo, stepToQueryset } from "../finding-parts.ts";
import { levelInLoops } from "../levels.ts";
import { mostRounds, multiplicityOf, queryEstimate, type Rounds } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { raisesInCoroutine, raisesInCoroutineText } from "./coroutine-reads.ts";

export const nPlusOneDeferredField: FactRule = {
  kind: "facts",
  code: "QS115",
  name: "n-plus-one-deferred-field",
  summary: "A column that only() or defer() left out is loaded row by row",
  level: "warning",
  fix: "safe",
  stage: 2,
  run(context) {
    const reads = factsOfKind(context.facts, "deferredRead").filter(
      (read) => !read.exceptional && multiplicityOf(roundsOf(read)) !== undefined,
    );
    return [...groupBy(reads, ({ queryset }) => lastSite(queryset)?.node).values()].flatMap((group) => {
      const finding = findingOf(context, group);
      return finding ? [finding] : [];
    });
  },
};

function findingOf(
  context: RuleContext,
  reads: readonly [DeferredRead, ...DeferredRead[]],
): Finding | undefined {
  const [first] = reads;
  const { queryset } = first;
  const site = lastSite(queryset);
  if (!site) return undefined;
  const columns = [...new Set(reads.map(columnOf))];
  const raising = reads.find(raisesInCoroutine);
  const estimate = estimateOf(reads.filter((read) => !raisesInCoroutine(read)));
  const unique = [...new Map(reads.map((read) => [placeKey(read.location), read])).values()];
  const certain = reads.some(({ reason }) => reason === "prefetch");
  const score = Math.max(...reads.map(scoreOfContext)) * scoreOfQueryset(queryset);
  const method = queryset.load.kind === "defer" ? "defer()" : "only()";
  return {
    ...findingBase(nPlusOneDeferredField),
    remedy: "deferred-field",
    level: raising
      ? "error"
      : levelInLoops(
          context,
          nPlusOneDeferredField.level,
          reads.map((read) => ({ root: read.root, cached: read.cached, loops: roundsOf(read) })),
        ),
    confidence: certain ? "certain" : atMostHigh(classOf(score)),
    message: raising
      ? `"${raising.text}" was left out by ${method}, and ${raisesInCoroutineText}`
      : certain
        ? `${method} leaves out "${columns.join('", "')}", which joins the prefetched rows to their parents: ${estimate.before} queries instead of ${estimate.after}.`
        : `"${first.text}" was left out by ${method} and is loaded once per row: ${estimate.before} queries instead of ${estimate.after}.`,
    help: `Keep "${columns.join('", "')}" among the loaded columns.`,
    location: site.location,
    symbol: site.symbol,
    model: queryset.model.label,
    fields: columns,
    origin: site.location,
    accesses: unique.map((read) => ({
      location: read.location,
      relationPath: columnOf(read),
      code: nPlusOneDeferredField.code,
    })),
    evidence: [
      ...stepToQueryset(queryset),
      ...unique.flatMap((read) => [
        ...stepsTo(read),
        { message: `Reads ${read.text}`, location: read.location },
      ]),
    ],
    queries: reads.every(raisesInCoroutine) ? undefined : estimate,
    fixes: fixesOf(context, queryset.load.kind, site, columns),
  };
}

function roundsOf({ loops, rounds }: DeferredRead): readonly Rounds[] {
  return [...loops, ...rounds.map((weight) => ({ weight }))];
}

/** A row keeps the column that it has loaded. A prefetch is a query beside the one of the parents. */
function estimateOf(reads: readonly DeferredRead[]): QueryEstimate {
  const terms = mostRounds(reads, columnOf, roundsOf);
  const base = reads.some(({ reason }) => reason === "prefetch") ? 2 : 1;
  return queryEstimate({ base, terms }, { base });
}

function columnOf({ path, field }: DeferredRead): string {
  return pathKey([...path, field.name]);
}

function fixesOf(
  context: RuleContext,
  mode: "all" | "only" | "defer",
  site: NonNullable<ReturnType<typeof lastSite>>,
  columns: readonly string[],
): readonly Fix[] {
  if (mode === "all") return [];
  const edits = columnsOfChain(context.text(site.location.path), site.node, mode, columns);
  if (!edits) return [];
  const list = columns.map((column) => `"${column}"`).join(", ");
  return [
    {
      title: mode === "only" ? `Add ${list} to only()` : `Remove ${list} from defer()`,
      safety: "safe",
      preferred: true,
      edits: edits.map((edit) => ({ path: site.location.path, ...edit })),
    },
  ];
}
