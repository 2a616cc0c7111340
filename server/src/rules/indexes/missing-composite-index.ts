import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import type { Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { Finding } from "../finding.ts";
import { placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type CompositeQuery, columnsFor, compositeQueries } from "./composite-queries.ts";
import { helpForIndex, indexFinding } from "./index-finding.ts";
import { indexFixes } from "./index-fix.ts";
import { serves } from "./served-columns.ts";

/** Two places in requests, or as many others as run as often. */
const leastWeight = 6;
const fewestPlaces = 2;
const weights = { request: 3, other: 1 };

export const missingCompositeIndex: FactRule = {
  kind: "facts",
  code: "QS503",
  name: "missing-composite-index",
  summary: "Several queries need one index on several columns",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    return compositeIndexes(context)
      .filter(missingCompositeIndexReports)
      .map((index) => findingOf(context, index));
  },
};

export function missingCompositeIndexReports({ queries, weight }: CompositeIndex): boolean {
  return weight >= leastWeight && queries.length >= fewestPlaces;
}

export interface CompositeIndex {
  readonly model: Model;
  readonly columns: readonly string[];
  /** That it serves, one for each place, those in requests first. */
  readonly queries: readonly CompositeQuery[];
  readonly weight: number;
}

const known = new AnswersOf<RuleContext["facts"], readonly CompositeIndex[]>();

/** As few indexes as serve all queries, those first that serve most. */
export function compositeIndexes(context: RuleContext): readonly CompositeIndex[] {
  return remembered(known, context.facts, () => {
    if (usesOnly(databaseEngines(context.project.settings), "sqlite")) return [];
    const byModel = groupBy(compositeQueries(context), ({ model }) => model);
    return [...byModel].flatMap(([model, queries]) => chosenFor(model, queries));
  });
}

function chosenFor(model: Model, queries: readonly CompositeQuery[]): readonly CompositeIndex[] {
  const chosen: CompositeIndex[] = [];
  let open = queries;
  while (open.length > 0) {
    const candidates = new Map(
      open
        .filter(({ needsIndex }) => needsIndex)
        .map((query) => {
          const columns = columnsFor(query, query.tenantKeys);
          return [columns.join(" "), columns];
        }),
    );
    const [best] = [...candidates.values()]
      .map((columns) => indexOf(model, columns, open))
      .sort((a, b) => b.weight - a.weight || a.columns.length - b.columns.length);
    if (!best) break;
    chosen.push(best);
    open = open.filter((query) => !serves(best.columns, query));
  }
  return chosen;
}

function indexOf(
  model: Model,
  columns: readonly string[],
  queries: readonly CompositeQuery[],
): CompositeIndex {
  const served = queries.filter((query) => serves(columns, query));
  const places = new Map(served.map((each) => [placeKey(each.query.location), each]));
  const unique = [...places.values()].sort((a, b) => Number(b.query.inRequest) - Number(a.query.inRequest));
  const weight = unique.reduce(
    (sum, { query }) => sum + (query.inRequest ? weights.request : weights.other),
    0,
  );
  return { model, columns, queries: unique, weight };
}

function findingOf(context: RuleContext, { model, columns, queries }: CompositeIndex): Finding {
  const names = (wanted: readonly string[]): string =>
    wanted.map((name) => `"${name.replace(/^-/, "")}"`).join(", ");
  const example = queries.find((query) => columnsFor(query).length === columns.length) ?? queries[0];
  const order = example && example.order.length > 0 ? ` and sort by ${names(example.order)}` : "";
  const filtered = example
    ? [
        ...example.equal,
        ...(example.range !== undefined && columns.includes(example.range) ? [example.range] : []),
      ]
    : [];
  const listed = columns.map((column) => `"${column}"`).join(", ");
  const inRequests = queries.filter(({ query }) => query.inRequest).length;
  return indexFinding(context, missingCompositeIndex, {
    model,
    location: undefined,
    columns,
    message: `Queries filter ${model.name} by ${names(filtered)}${order}: one index on ${listed} serves ${queries.length} places.`,
    help: helpForIndex,
    confidence: inRequests >= 2 ? "medium" : "low",
    missing: `No index begins with ${listed}`,
    places: queries.map(({ query }) => query),
    verb: "Asked for",
    fixes: indexFixes(context, model, columns),
  });
}
