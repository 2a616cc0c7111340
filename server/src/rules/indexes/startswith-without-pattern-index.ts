import { indexesOf } from "../../django/indexes.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { Finding } from "../finding.ts";
import {
  type ColumnSearch,
  columnSearches,
  hasCollation,
  mayHaveFunctionalIndex,
  usesPostgresql,
} from "../query-shape/column-searches.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { declarationOf, helpForIndex, indexFinding, isKnownSmall } from "./index-finding.ts";
import { indexCodeFixes } from "./index-fix.ts";
import { canBeIndexed } from "./indexable-columns.ts";

const operators: ReadonlySet<string> = new Set(["startswith"]);

export const startswithWithoutPatternIndex: FactRule = {
  kind: "facts",
  code: "QS506",
  name: "startswith-without-pattern-index",
  summary: "The beginning of a text is searched for, which the plain index of its column does not serve",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    if (!usesPostgresql(context)) return [];
    return columnSearches(context, operators).flatMap((search) => findingOf(context, search) ?? []);
  },
};

function findingOf(context: RuleContext, { model, field, places }: ColumnSearch): Finding | undefined {
  const served = places.filter(({ isJoined, scope }) => !isJoined && scope === "allRows");
  if (served.length === 0 || !canBeIndexed(model) || isKnownSmall(context, model)) return undefined;
  const plain = plainIndex(model, field);
  if (!plain || hasPatternIndex(context, model, field)) return undefined;
  const operatorClass = field.baseClassName === "TextField" ? "text_pattern_ops" : "varchar_pattern_ops";
  return indexFinding(context, startswithWithoutPatternIndex, {
    model,
    location: declarationOf(model, field),
    columns: [field.name],
    message: `"${field.name}__startswith" needs a pattern index on PostgreSQL; ${plain} of ${model.name} is none, unless the database sorts by bytes (collation C).`,
    help: helpForIndex,
    confidence: "high",
    missing: `"${field.name}" has no index with ${operatorClass}`,
    places: served,
    verb: "Searched",
    fixes: indexCodeFixes(context, model, {
      title: `a pattern index on "${field.name}"`,
      columns: [field.name, "like"],
      imports: [],
      write: (names, quote, name) =>
        `${names.get("Index")}(fields=[${quote}${field.name}${quote}], opclasses=[${quote}${operatorClass}${quote}], name=${quote}${name}${quote})`,
      safety: "unsafe",
    }),
  });
}

/** Django makes an index for patterns beside that of a column with `db_index=True` or `unique=True`. */
function plainIndex(model: Model, field: Field): string | undefined {
  if (field.indexed) return undefined;
  const index = indexesOf(model).find(
    ({ columns, partial, method }) =>
      columns[0]?.replace(/^-/, "") === field.name &&
      !partial &&
      (method === undefined || method === "btree"),
  );
  return index && `the index ${index.name === undefined ? "" : `"${index.name}" `}on "${field.name}"`;
}

function hasPatternIndex(context: RuleContext, model: Model, field: Field): boolean {
  const { program } = context.project;
  return (
    hasCollation(context, field) ||
    mayHaveFunctionalIndex(context, model, field) ||
    model.meta.indexes.some(({ fields, location, method }) => {
      if (!fields?.includes(field.name)) return false;
      const text = location && program.moduleOfFile(location.path)?.file.text;
      return (
        method === "gin" ||
        method === "gist" ||
        method === "spgist" ||
        (text !== undefined && /opclass|collat/i.test(text.slice(location?.range.start, location?.range.end)))
      );
    })
  );
}
