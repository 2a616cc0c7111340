import type { Location } from "../../base/text-range.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { Confidence, Evidence, Finding } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type FilteredColumn, type FilterPlace, filteredColumns } from "./filtered-columns.ts";
import { indexFixes } from "./index-fix.ts";

/** Two places in requests, or as many others as run as often. */
const leastWeight = 6;
const fewestPlaces = 2;
/** Places that a message and its evidence name. */
const placesNamed = 2;
const placesShown = 10;

export const missingIndexFilter: FactRule = {
  kind: "facts",
  code: "QS501",
  name: "missing-index-filter",
  summary: "A column that several queries filter by has no index",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    if (usesOnly(databaseEngines(context.project.settings), "sqlite")) return [];
    return filteredColumns(context)
      .filter(({ weight, places }) => weight >= leastWeight && places.length >= fewestPlaces)
      .map((column) => findingOf(context, column));
  },
};

function findingOf(context: RuleContext, column: FilteredColumn): Finding {
  const { model, field, places } = column;
  const origin = originOf(model);
  const location = declarationOf(model, field) ?? model.location ?? origin;
  return {
    ...findingBase(missingIndexFilter),
    remedy: "index",
    confidence: confidenceOf(places),
    message: messageOf(column),
    help: "Add an index and run makemigrations; on PostgreSQL, AddIndexConcurrently builds it without blocking writes.",
    location,
    symbol: `${model.symbol?.module.name ?? model.appLabel}.${model.name}`,
    model: model.label,
    fields: [field.name],
    origin,
    accesses: places.map((place) => ({
      location: place.location,
      relationPath: field.name,
      code: missingIndexFilter.code,
    })),
    evidence: evidenceOf(location, field, places),
    fixes: indexFixes(context, model, field),
  };
}

/** What the fix edits: the list of indexes, `class Meta`, or the class. */
function originOf(model: Model): Location {
  const { indexesLocation, location } = model.meta;
  return indexesLocation ?? location ?? model.location ?? { path: "", range: { start: 0, end: 0 } };
}

/** The field's own line, where it stands in the class of the model. */
function declarationOf(model: Model, field: Field): Location | undefined {
  return field.declaredIn === model.label ? field.location : undefined;
}

/** Values that vary have few rows each, more often than those that the code names. */
function confidenceOf(places: readonly FilterPlace[]): Confidence {
  const varying = places.filter(({ constant, inRequest }) => inRequest && !constant).length;
  if (varying >= 3) return "high";
  return varying >= 2 ? "medium" : "low";
}

function messageOf({ model, field, places }: FilteredColumn): string {
  const symbols = [...new Set(places.map(({ symbol }) => symbol))];
  const named = symbols.slice(0, placesNamed).join(", ");
  const more = symbols.length > placesNamed ? ", …" : "";
  return `"${field.name}" of ${model.name} is filtered in ${places.length} places (${named}${more}) and has no index.`;
}

function evidenceOf(location: Location, field: Field, places: readonly FilterPlace[]): readonly Evidence[] {
  return [
    { message: `"${field.name}" has no index`, location },
    ...places.slice(0, placesShown).map((place) => ({
      message: `Filtered in ${place.symbol}`,
      location: place.location,
    })),
  ];
}
