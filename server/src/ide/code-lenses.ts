/** What entries into the project cost: views, actions of an API, admin classes, tasks, commands. */
import { groupBy } from "../base/group-by.ts";
import { containsRange, type Location, type TextRange } from "../base/text-range.ts";
import { treeOf } from "../lint/suppressions.ts";
import { type EndpointEstimate, estimateEndpoints } from "../rules/endpoint-estimate.ts";
import { isStatement, pathTo } from "../syntax/walk.ts";
import { querysetBehind } from "./queryset-hover.ts";
import type { Snapshot } from "./snapshot.ts";

export interface CodeLens {
  /** The name of the function or class. */
  readonly range: TextRange;
  /** `2 + 3N queries · 3 findings` */
  readonly title: string;
  readonly symbol: string;
  /** Where the queries are sent, the dearest first. */
  readonly steps: readonly PathStep[];
  /** The dearest queryset among them. */
  readonly queryset: Location | undefined;
}

export interface PathStep {
  readonly message: string;
  readonly location: Location;
}

/** One for each entry; a class that has several shows the dearest. None where nothing is sent and nothing found. */
export function codeLensesIn(snapshot: Snapshot, path: string): readonly CodeLens[] {
  const { analysis } = snapshot;
  const estimates = estimateEndpoints(analysis.endpoints.filter(({ location }) => location.path === path));
  const places = groupBy(estimates, ({ location }) => String(location.range.start));
  return [...places.values()]
    .flatMap(([dearest, ...others]) => {
      const findings = findingsOf(snapshot, dearest);
      if (dearest.parts.length === 0 && findings === 0) return [];
      return [lensOf(snapshot, dearest, findings, others.length > 0)];
    })
    .sort((first, second) => first.range.start - second.range.start);
}

function lensOf(
  snapshot: Snapshot,
  estimate: EndpointEstimate,
  findings: number,
  isOneOfSeveral: boolean,
): CodeLens {
  const { queries, complete, location, symbol, parts } = estimate;
  const cost = `${complete ? "" : "at least "}${queries} ${queries === "1" ? "query" : "queries"}`;
  const name = symbol.slice(symbol.lastIndexOf(".") + 1);
  const found = findings === 0 ? [] : [findings === 1 ? "1 finding" : `${findings} findings`];
  return {
    range: location.range,
    title: [isOneOfSeveral ? `up to ${cost} (${name})` : cost, ...found].join(" · "),
    symbol,
    steps: parts.map((part) => ({
      message: `${part.queries} ${part.queries === "1" ? "query" : "queries"}: ${part.text}`,
      location: part.location,
    })),
    queryset: parts.map((part) => querysetBehind(snapshot, part.location)).find(Boolean),
  };
}

/** The number of findings that stand in the endpoint's function or class. */
export function findingsOf(snapshot: Snapshot, endpoint: EndpointEstimate): number {
  const { location } = endpoint;
  const tree = treeOf(snapshot.analysis, location.path);
  if (tree === undefined) return 0;
  const definition = pathTo(tree, location.range).findLast(
    (node) => isStatement(node) && (node.kind === "FunctionDef" || node.kind === "ClassDef"),
  );
  if (definition === undefined) return 0;
  return snapshot
    .findingsIn(location.path)
    .filter((finding) => containsRange(definition, finding.location.range)).length;
}
