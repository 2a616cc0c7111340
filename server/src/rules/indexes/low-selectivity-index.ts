import type { Field, Model } from "../../django/model-graph.ts";
import { importName } from "../../edits/imports.ts";
import { addKeywordArgument } from "../../edits/keyword-argument.ts";
import { removeKeyword } from "../../edits/listed-items.ts";
import type { FileEdit, Finding, Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import {
  type DeclaredField,
  type DeclaredIndex,
  declaredField,
  declaredIndex,
  isFalse,
  isTrue,
  keywordOf,
} from "./declared-index.ts";
import { indexFinding, isKnownSmall } from "./index-finding.ts";
import { indexFixes } from "./index-fix.ts";
import { canBeIndexed } from "./indexable-columns.ts";

/** With so few values, each has too many rows for an index to find them faster than reading the table. */
const fewValues = 4;

export const lowSelectivityIndex: FactRule = {
  kind: "facts",
  code: "QS508",
  name: "low-selectivity-index",
  summary: "An index holds a column with two or few values alone",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run(context) {
    return [...context.project.models.models.values()].flatMap((model) =>
      canBeIndexed(model) && !isKnownSmall(context, model) ? findingsOf(context, model) : [],
    );
  },
};

function findingsOf(context: RuleContext, model: Model): readonly Finding[] {
  const listed = model.meta.indexes.flatMap((index): readonly Finding[] => {
    const [only, ...others] = index.fields ?? [];
    const field = model.fields.get(only?.replace(/^-/, "") ?? "");
    const isPlain = index.origin === "index" && !index.partial && index.method === undefined;
    if (!field || others.length > 0 || !isPlain || !hasFewValues(field)) return [];
    const declared = declaredIndex(context, model, index);
    return declared ? [findingOf(context, model, field, replacement(context, model, field, declared))] : [];
  });
  const ownIndexes = [...model.fields.values()].flatMap((field): readonly Finding[] => {
    const declared = hasFewValues(field) ? declaredField(context, model, field) : undefined;
    if (!declared || !isTrue(keywordOf(declared.call, "db_index"))) return [];
    return [findingOf(context, model, field, replacement(context, model, field, declared))];
  });
  return [...listed, ...ownIndexes];
}

function hasFewValues({ baseClassName, choices, kind, unique }: Field): boolean {
  if (kind !== "column" || unique) return false;
  return (
    /^(?:Null)?BooleanField$/.test(baseClassName) || (typeof choices === "number" && choices <= fewValues)
  );
}

function findingOf(context: RuleContext, model: Model, field: Field, fixes: readonly Fix[]): Finding {
  return indexFinding(context, lowSelectivityIndex, {
    model,
    location: field.location,
    columns: [field.name],
    message: `"${field.name}" of ${model.name} has ${typeof field.choices === "number" ? field.choices : "two"} values: an index on it alone is used for a rare one at best.`,
    help: "An index with a condition holds the rows of the rare value alone; one that begins with another column serves both.",
    confidence: "medium",
    missing: "Its index",
    places: [],
    verb: "Used",
    fixes,
  });
}

/** A partial index instead, where the default tells which value is the rare one. */
function replacement(
  context: RuleContext,
  model: Model,
  field: Field,
  declared: DeclaredIndex | DeclaredField,
): readonly Fix[] {
  const column = declaredField(context, model, field);
  const usual = column && keywordOf(column.call, "default");
  const rare = isFalse(usual) ? "True" : isTrue(usual) ? "False" : undefined;
  const key = model.fields.get(model.primaryKey);
  if (rare === undefined || !key || field.choices !== undefined) return [];
  const condition = `${field.name}=${rare}`;
  const edits =
    "list" in declared
      ? editsOfIndex(declared, key, condition)
      : editsOfField(context, model, declared, { key, field, condition });
  return edits === undefined
    ? []
    : [
        {
          title: `Replace the index on "${field.name}" by a partial one for ${condition} (needs a migration)`,
          safety: "unsafe",
          preferred: true,
          edits,
        },
      ];
}

/** `Index(fields=["id"], name="…", condition=Q(is_spam=True))` */
function editsOfIndex(
  { call, module }: DeclaredIndex,
  key: Field,
  condition: string,
): readonly FileEdit[] | undefined {
  const { path, text } = module.file;
  const fields = keywordOf(call, "fields");
  const q = importName(module.file, "django.db.models", "Q");
  if (!fields || !q) return undefined;
  const quote = text.slice(fields.start, fields.end).includes("'") ? "'" : '"';
  return [
    ...q.edits,
    { range: { start: fields.start, end: fields.end }, newText: `[${quote}${key.name}${quote}]` },
    addKeywordArgument(text, call, `condition=${q.expression}(${condition})`),
  ].map((edit) => ({ path, ...edit }));
}

/** Without `db_index=True`, and with an index in `Meta`. */
function editsOfField(
  context: RuleContext,
  model: Model,
  { call, module }: DeclaredField,
  { key, field, condition }: { readonly key: Field; readonly field: Field; readonly condition: string },
): readonly FileEdit[] | undefined {
  const keyword = call.keywords.find(({ name }) => name?.name === "db_index");
  const [fix] = indexFixes(context, model, [key.name], condition, [field.name]);
  if (!keyword || !fix) return undefined;
  return [...fix.edits, { path: module.file.path, ...removeKeyword(module.file.text, call, keyword) }];
}
