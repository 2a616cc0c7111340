import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import type { Confidence, Finding } from "../finding.ts";
import { placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import {
  type FilteredColumn,
  type FilterPlace,
  filteredColumns,
  isOftenFiltered,
} from "./filtered-columns.ts";
import { declarationOf, helpForIndex, indexFinding, isKnownSmall } from "./index-finding.ts";
import { indexFixes } from "./index-fix.ts";
import { compositeIndexes, missingCompositeIndexReports } from "./missing-composite-index.ts";

/** Places that a message names. */
const placesNamed = 2;

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
    const served = placesOfComposites(context);
    return filteredColumns(context)
      .filter((column) => isOftenFiltered(column) && !isKnownSmall(context, column.model))
      .filter(({ places }) => places.some(({ location }) => !served.has(placeKey(location))))
      .map((column) => findingOf(context, column));
  },
};

/** Where an index on several columns is asked for, one of these columns needs none of its own. */
function placesOfComposites(context: RuleContext): ReadonlySet<string> {
  const composites = compositeIndexes(context).filter(missingCompositeIndexReports);
  return new Set(
    composites.flatMap(({ queries }) =>
      queries.flatMap(({ query }) =>
        query.conditions.flatMap(({ use }) => (use ? [placeKey(use.location)] : [])),
      ),
    ),
  );
}

function findingOf(context: RuleContext, column: FilteredColumn): Finding {
  const { model, field, places } = column;
  return indexFinding(context, missingIndexFilter, {
    model,
    location: declarationOf(model, field),
    columns: [field.name],
    message: messageOf(column),
    help: helpForIndex,
    confidence: confidenceOf(places),
    missing: `"${field.name}" has no index`,
    places,
    verb: "Filtered",
    fixes: indexFixes(context, model, [field.name]),
  });
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
