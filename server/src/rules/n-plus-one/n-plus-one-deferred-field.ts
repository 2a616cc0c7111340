import { groupBy } from "../../base/group-by.ts";
import { columnsOfChain } from "../../edits/chain-columns.ts";
import type { DeferredRead } from "../../interpret/facts.ts";
import { pathKey } from "../../queryset/coverage.ts";
import { atMostHigh, classOf, scoreOfContext, scoreOfQueryset } from "../confidence.ts";
import type { Finding, Fix } from "../finding.ts";
import { findingBase, lastSite, placeKey, stepsTo } from "../finding-parts.ts";
import { exampleOf, exampleRows, formatTerms, type Multiplicity, multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

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
      (read) => !read.exceptional && (read.reason === "prefetch" || multiplicityOf(read.loops) !== undefined),
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
  const columns = [...new Set(reads.map(({ path, field }) => pathKey([...path, field.name])))];
  const terms = [
    ...new Map(reads.map((read) => [pathKey([...read.path, read.field.name]), multiplicity(read)])).values(),
  ];
  const before = formatTerms(terms, 1);
  const unique = [...new Map(reads.map((read) => [placeKey(read.location), read])).values()];
  const certain = reads.some(({ reason }) => reason === "prefetch");
  const score = Math.max(...reads.map(scoreOfContext)) * scoreOfQueryset(queryset);
  const method = queryset.load.kind === "defer" ? "defer()" : "only()";
  return {
    ...findingBase(nPlusOneDeferredField),
    remedy: "deferred-field",
    confidence: certain ? "certain" : atMostHigh(classOf(score)),
    message: certain
      ? `${method} leaves out "${columns.join('", "')}", which joins the prefetched rows to their parents: one query per row.`
      : `"${first.text}" was left out by ${method} and is loaded once per row: ${before} queries instead of 1.`,
    help: `Keep "${columns.join('", "')}" among the loaded columns.`,
    location: site.location,
    symbol: site.symbol,
    model: queryset.model.label,
    fields: columns,
    origin: site.location,
    accesses: unique.map((read) => ({
      location: read.location,
      relationPath: pathKey([...read.path, read.field.name]),
      code: nPlusOneDeferredField.code,
    })),
    evidence: [
      { message: `The queryset of ${queryset.model.name} is built here`, location: site.location },
      ...unique.flatMap((read) => [
        ...stepsTo(read),
        { message: `Reads ${read.text}`, location: read.location },
      ]),
    ],
    queries: { before, after: "1", example: { n: exampleRows, before: exampleOf(terms, 1), after: 1 } },
    fixes: fixesOf(context, queryset.load.kind, site, columns),
  };
}

function multiplicity(read: DeferredRead): Multiplicity {
  return multiplicityOf(read.loops) ?? { constant: 1, unbounded: 1 };
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
