import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import { atLeast } from "../../django/version.ts";
import type { Fix } from "../finding.ts";
import { indexCodeFixes } from "../indexes/index-fix.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import {
  type ColumnSearch,
  columnSearches,
  hasCollation,
  mayHaveFunctionalIndex,
  usesPostgresql,
} from "./column-searches.ts";
import { searchFinding } from "./search-finding.ts";

const operators: ReadonlySet<string> = new Set(["iexact", "istartswith"]);

export const caseInsensitiveLookup: FactRule = {
  kind: "facts",
  code: "QS224",
  name: "case-insensitive-lookup",
  summary: "A comparison without regard to case cannot use the plain index on the column",
  level: "info",
  fix: "suggestion",
  stage: 2,
  run(context) {
    const engines = databaseEngines(context.project.settings);
    // Their collations disregard case, and so do their indexes.
    if (usesOnly(engines, "sqlite") || usesOnly(engines, "mysql")) return [];
    return columnSearches(context, operators)
      .filter(
        ({ field, model }) =>
          !mayHaveFunctionalIndex(context, model, field) &&
          !field.className.startsWith("CI") &&
          !hasCollation(context, field),
      )
      .map((search) =>
        searchFinding(
          context,
          caseInsensitiveLookup,
          [search],
          {
            // Other databases compare otherwise: SQLite by LIKE.
            isCertain: usesPostgresql(context),
            message: `compares UPPER("${search.field.name}"), for which no index on "${search.field.name}" itself can be used.`,
            help: search.places.some(({ operator }) => operator === "istartswith")
              ? 'An index on Upper("…") serves it, on PostgreSQL with the operator class text_pattern_ops.'
              : 'An index on Upper("…") serves it; one on Lower("…") does not.',
          },
          upperFixes(context, search),
        ),
      );
  },
};

/**
 * An index that serves all comparisons. PostgreSQL uses the order of a language for equality alone: the beginning of a
 * text (`LIKE`) needs an index in the order of characters, which serves equality as well.
 */
function upperFixes(context: RuleContext, { field, model, places }: ColumnSearch): readonly Fix[] {
  const served = places.filter(({ isJoined }) => !isJoined);
  const isPrefix = served.some(({ operator }) => operator === "istartswith");
  if (served.length === 0 || !atLeast(context.django, 3, 2)) return [];
  if (isPrefix && !usesPostgresql(context)) return [];
  return indexCodeFixes(context, model, {
    columns: [field.name],
    title: `an index on Upper("${field.name}")`,
    ...(isPrefix ? { needs: "django.contrib.postgres" } : {}),
    imports: [
      ...(isPrefix ? [{ module: "django.contrib.postgres.indexes", names: ["OpClass"] }] : []),
      { module: "django.db.models.functions", names: ["Upper"] },
    ],
    write(names, quote, indexName) {
      const column = `${names.get("Upper")}(${quote}${field.name}${quote})`;
      const indexed = isPrefix
        ? `${names.get("OpClass")}(${column}, name=${quote}text_pattern_ops${quote})`
        : column;
      return `${names.get("Index")}(${indexed}, name=${quote}${indexName}${quote})`;
    },
    safety: "suggestion",
  });
}
