import { groupBy } from "../../base/group-by.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import { databaseEngines, usesOnly } from "../../django/project-settings.ts";
import { atLeast } from "../../django/version.ts";
import type { Fix } from "../finding.ts";
import { indexCodeFixes } from "../indexes/index-fix.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import {
  type ColumnSearch,
  columnSearches,
  mayHaveFunctionalIndex,
  usesPostgresql,
} from "./column-searches.ts";
import { searchFinding } from "./search-finding.ts";

/** Comparisons that may match in the middle of a text; those without regard to case are made on `UPPER(column)`. */
const ofColumn: ReadonlySet<string> = new Set(["contains", "endswith", "regex", "iregex"]);
const ofUpperCase: ReadonlySet<string> = new Set(["icontains", "iendswith"]);
const operators: ReadonlySet<string> = new Set([...ofColumn, ...ofUpperCase]);

export const leadingWildcardSearch: FactRule = {
  kind: "facts",
  code: "QS223",
  name: "leading-wildcard-search",
  summary: "A search for any part of a text reads every row of the table",
  level: "info",
  fix: "suggestion",
  stage: 3,
  run(context) {
    if (usesOnly(databaseEngines(context.project.settings), "sqlite")) return [];
    const searches = columnSearches(context, operators).filter(
      ({ field, model }) => !hasTrigramIndex(context, model, field),
    );
    // A query that asks for several columns reads the table once.
    return [...groupBy(searches, ({ model }) => model).values()].map((group) =>
      searchFinding(
        context,
        leadingWildcardSearch,
        group,
        {
          isCertain: true,
          message: `reads every ${group[0].model.name}: no plain index finds what stands inside of a text.`,
          help: "On PostgreSQL a trigram index does (with TrigramExtension() in a migration), or full-text search.",
        },
        group
          .flatMap((search) => trigramFixes(context, search))
          .map((fix, index) => ({ ...fix, preferred: index === 0 })),
      ),
    );
  },
};

function hasTrigramIndex(context: RuleContext, model: Model, field: Field): boolean {
  return (
    mayHaveFunctionalIndex(context, model, field) ||
    model.meta.indexes.some(
      ({ fields, method }) => (method === "gin" || method === "gist") && fields?.includes(field.name),
    )
  );
}

/** An index for each form in which the column is compared: Django compares `UPPER(column)` for `icontains`. */
function trigramFixes(context: RuleContext, { field, model, places }: ColumnSearch): readonly Fix[] {
  if (!usesPostgresql(context) || !atLeast(context.django, 3, 2)) return [];
  const served = places.filter(({ isJoined }) => !isJoined);
  const forms = new Set(served.map(({ operator }) => ofUpperCase.has(operator)));
  return [...forms].flatMap((isUpper) => trigramFix(context, model, field, isUpper));
}

function trigramFix(context: RuleContext, model: Model, field: Field, isUpper: boolean): readonly Fix[] {
  return indexCodeFixes(context, model, {
    columns: [field.name],
    title: `a trigram index on ${isUpper ? `Upper("${field.name}")` : `"${field.name}"`}`,
    needs: "pg_trgm and django.contrib.postgres",
    imports: [
      { module: "django.contrib.postgres.indexes", names: ["GinIndex", "OpClass"] },
      ...(isUpper ? [{ module: "django.db.models.functions", names: ["Upper"] }] : []),
    ],
    write(names, quote, indexName) {
      const column = `${quote}${field.name}${quote}`;
      const indexed = isUpper ? `${names.get("Upper")}(${column})` : column;
      return `${names.get("GinIndex")}(${names.get("OpClass")}(${indexed}, name=${quote}gin_trgm_ops${quote}), name=${quote}${indexName}${quote})`;
    },
    safety: "suggestion",
  });
}
