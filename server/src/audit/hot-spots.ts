/** The entries that send the most queries, and what is left of them when the findings on the way are repaired. */
import { groupBy } from "../base/group-by.ts";
import type { Location } from "../base/text-range.ts";
import type { EndpointEstimate, EstimatePart } from "../rules/endpoint-estimate.ts";
import { placeKey } from "../rules/finding-parts.ts";
import type { AuditFinding, Product } from "./product.ts";
import type { HotSpot, HotSpots } from "./report.ts";
import { type PlaceOf, reportFinding } from "./report-places.ts";
import { listPages } from "./tasks/code.ts";

/** The worst pages usually make most of the load. */
const shown = 20;

export function hotSpots(product: Product, placeOf: PlaceOf): HotSpots {
  const { estimates, findings, configuration } = product;
  const budget = configuration.queryBudget;
  const over = estimates.filter(({ example }) => example.queries > budget);
  const reading = findingsByRead(findings);
  const { all, clean } = listPages(product);
  return {
    entries: estimates.length,
    overBudget: over.length,
    listPages: all,
    cleanListPages: clean,
    worst: over.slice(0, shown).map((estimate) => hotSpot(estimate, reading, placeOf)),
  };
}

/** Findings that save queries, by the places at which these are sent. */
type FindingsByRead = ReadonlyMap<string, readonly AuditFinding[]>;

function findingsByRead(findings: readonly AuditFinding[]): FindingsByRead {
  const reads = findings
    .filter(({ queries }) => queries !== undefined)
    .flatMap((finding) =>
      [finding.location, ...finding.accesses.map(({ location }) => location)].map((location) => ({
        key: placeKey(location),
        finding,
      })),
    );
  return new Map(
    [...groupBy(reads, ({ key }) => key)].map(([key, group]) => [key, group.map(({ finding }) => finding)]),
  );
}

function hotSpot(estimate: EndpointEstimate, reading: FindingsByRead, placeOf: PlaceOf): HotSpot {
  const { kind, symbol, location, queries, example, complete, parts } = estimate;
  const repaired = new Map<AuditFinding, number>();
  let saved = 0;
  for (const part of parts) {
    const finding = repairOf(part, location, reading);
    if (!finding) continue;
    saved += part.count;
    repaired.set(finding, (repaired.get(finding) ?? 0) + part.count);
  }
  const added = [...repaired.keys()].reduce((sum, finding) => sum + queriesOfRepair(finding), 0);
  const worst = [...repaired].toSorted(([, first], [, second]) => second - first).map(([finding]) => finding);
  return {
    kind,
    symbol,
    place: placeOf(location),
    queries,
    example,
    after: Math.min(example.queries, Math.max(1, example.queries - saved + added)),
    complete,
    findings: worst.map((finding) => reportFinding(finding, placeOf)),
  };
}

/**
 * Only what is sent again and again goes away, and only by a repair on the way from this entry: the same place may be
 * reached from elsewhere, with rows of another queryset. What is repaired where it is sent is repaired for all.
 */
function repairOf(
  { count, location, steps }: EstimatePart,
  entry: Location,
  reading: FindingsByRead,
): AuditFinding | undefined {
  if (count <= 1) return undefined;
  const here = placeKey(location);
  const way = new Set([entry, ...steps.map((step) => step.location)].map(placeKey));
  const candidates = reading.get(here) ?? [];
  return (
    candidates.find(({ evidence, origin }) =>
      [origin, ...evidence.map((step) => step.location)].some((place) => way.has(placeKey(place))),
    ) ?? candidates.find(({ origin }) => placeKey(origin) === here)
  );
}

/** What the repair itself sends, beside the query whose rows are read: `2` for two relations that are prefetched. */
function queriesOfRepair({ queries }: AuditFinding): number {
  if (!queries) return 0;
  const before = /^\d+/.exec(queries.before)?.[0];
  return Math.max(0, queries.example.after - Number(before ?? 0));
}
