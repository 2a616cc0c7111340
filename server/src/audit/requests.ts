/** What requests wait for: findings about blocking calls, by the view that leads there. */
import { groupBy } from "../base/group-by.ts";
import type { Location } from "../base/text-range.ts";
import { placeKey } from "../rules/finding-parts.ts";
import { factsOfKind } from "../rules/rule-context.ts";
import type { AuditFinding, Product } from "./product.ts";
import type { RequestReport } from "./report.ts";
import { type PlaceOf, reportFinding } from "./report-places.ts";

/** Rules about calls that somebody waits for. */
const blocking = /^QS4(0[1-8]|1[01345]|18|20)$/;

interface Waiting {
  readonly request: string;
  readonly location: Location;
  readonly finding: AuditFinding;
}

function isWaitedFor(context: AuditFinding["context"]): boolean {
  return context !== "task" && context !== "command" && context !== "migration";
}

/** Those that wait for the most first. */
export function requestMap({ findings, context }: Product, placeOf: PlaceOf): readonly RequestReport[] {
  const roots = groupBy(
    factsOfKind(context.facts, "blocking").filter(
      ({ root }) => root.context === "request" || root.context === "admin",
    ),
    ({ location }) => placeKey(location),
  );
  const waiting = findings
    .filter(({ code, context: where }) => blocking.test(code) && isWaitedFor(where))
    .flatMap((finding): readonly Waiting[] => {
      const ways = [finding.location, ...finding.accesses.map(({ location }) => location)]
        .flatMap((location) => roots.get(placeKey(location)) ?? [])
        .map(({ root }) => ({ request: root.symbol, location: root.location, finding }));
      const [first] = finding.evidence;
      if (ways.length > 0) return [...new Map(ways.map((way) => [way.request, way])).values()];
      return [{ request: finding.symbol, location: first?.location ?? finding.location, finding }];
    });
  return [...groupBy(waiting, ({ request }) => request)]
    .map(([request, [first, ...others]]) => ({
      request,
      place: placeOf(first.location),
      calls: [first, ...others].map(({ finding }) => reportFinding(finding, placeOf)),
    }))
    .toSorted((first, second) => second.calls.length - first.calls.length);
}
