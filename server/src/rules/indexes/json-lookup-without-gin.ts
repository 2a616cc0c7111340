import { groupBy } from "../../base/group-by.ts";
import type { Field, Model } from "../../django/model-graph.ts";
import type { Finding, Fix } from "../finding.ts";
import { type ColumnCondition, columnConditions } from "../query-shape/column-conditions.ts";
import { mayHaveFunctionalIndex, usesPostgresql } from "../query-shape/column-searches.ts";
import { scopeOfSearch } from "../query-shape/search-scope.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { declarationOf, indexFinding, isKnownSmall } from "./index-finding.ts";
import { indexCodeFixes } from "./index-fix.ts";
import { canBeIndexed, ownerOf } from "./indexable-columns.ts";

/** What a GIN index of the column answers. */
const ofWhole: ReadonlySet<string> = new Set(["contains", "has_key", "has_keys", "has_any_keys"]);
const other =
  /^(?:isnull|contained_by|exact|in|gte?|lte?|i?contains|i?startswith|i?endswith|i?regex|i?exact|range)$/;

export const jsonLookupWithoutGin: FactRule = {
  kind: "facts",
  code: "QS515",
  name: "json-lookup-without-gin",
  summary: "Rows are looked for inside of a JSON column that has no index for it",
  level: "info",
  fix: "suggestion",
  stage: 3,
  run(context) {
    if (!usesPostgresql(context)) return [];
    const lookups = columnConditions(context).flatMap((condition) => lookupOf(context, condition) ?? []);
    return [...groupBy(lookups, ({ key }) => key).values()].flatMap((group) => findingOf(context, group));
  },
};

interface JsonLookup {
  readonly model: Model;
  readonly field: Field;
  /** The key whose value is compared; undefined where the column as a whole is asked. */
  readonly path: readonly string[] | undefined;
  readonly use: ColumnCondition["use"];
  readonly key: string;
}

function lookupOf(context: RuleContext, condition: ColumnCondition): JsonLookup | undefined {
  const { inRequest, operators, relations, use } = condition;
  const { models } = context.project;
  const model = ownerOf(models, condition.model, condition.field);
  const field = model?.fields.get(condition.field.name);
  if (!model || !field || !inRequest || relations.length > 0 || use.condition.optional) return undefined;
  if (field.baseClassName !== "JSONField" || !canBeIndexed(model) || isKnownSmall(context, model))
    return undefined;
  if (scopeOfSearch(context, use) !== "allRows" || hasIndex(context, model, field)) return undefined;
  const [first, ...rest] = operators;
  if (first === undefined) return undefined;
  if (ofWhole.has(first) && rest.length === 0)
    return { model, field, path: undefined, use, key: `${model.label}.${field.name}` };
  const keys = operators.filter((operator, index) => index < operators.length - 1 || !other.test(operator));
  const last = operators.at(-1) ?? "";
  // Only equality finds rows by an index of the value.
  if (keys.length === 0 || (other.test(last) && last !== "exact" && last !== "in")) return undefined;
  if (keys.some((each) => /^\d+$/.test(each))) return undefined;
  return { model, field, path: keys, use, key: `${model.label}.${field.name}.${keys.join(".")}` };
}

function hasIndex(context: RuleContext, model: Model, field: Field): boolean {
  return (
    mayHaveFunctionalIndex(context, model, field) ||
    model.meta.indexes.some(({ fields, method }) => method === "gin" && fields?.includes(field.name))
  );
}

function findingOf(context: RuleContext, group: readonly [JsonLookup, ...JsonLookup[]]): readonly Finding[] {
  const [{ model, field, path, use }] = group;
  return [
    indexFinding(context, jsonLookupWithoutGin, {
      model,
      location: declarationOf(model, field),
      columns: [field.name],
      message: `"${use.lookup}" looks inside of "${field.name}", which has no index for it: it reads every ${model.name}.`,
      help:
        path === undefined
          ? "A GIN index finds keys and parts of the column."
          : `An index on KeyTransform finds the values of one key; a GIN index serves ${field.name}__contains={…} with any key.`,
      confidence: "medium",
      missing: `"${field.name}" has no index for it`,
      places: group.map((lookup) => lookup.use),
      verb: "Looked up",
      fixes: fixesOf(context, model, field, path),
    }),
  ];
}

function fixesOf(
  context: RuleContext,
  model: Model,
  field: Field,
  path: readonly string[] | undefined,
): readonly Fix[] {
  const safety = "suggestion";
  if (path === undefined) {
    return indexCodeFixes(context, model, {
      title: `a GIN index on "${field.name}"`,
      needs: "django.contrib.postgres",
      columns: [field.name, "gin"],
      imports: [{ module: "django.contrib.postgres.indexes", names: ["GinIndex"] }],
      write: (names, quote, name) =>
        `${names.get("GinIndex")}(fields=[${quote}${field.name}${quote}], name=${quote}${name}${quote})`,
      safety,
    });
  }
  const [only, ...others] = path;
  if (only === undefined || others.length > 0) return [];
  return indexCodeFixes(context, model, {
    title: `an index on the key "${only}" of "${field.name}"`,
    columns: [field.name, only],
    imports: [{ module: "django.db.models.fields.json", names: ["KeyTransform"] }],
    write: (names, quote, name) =>
      `${names.get("Index")}(${names.get("KeyTransform")}(${quote}${only}${quote}, ${quote}${field.name}${quote}), name=${quote}${name}${quote})`,
    safety,
  });
}
