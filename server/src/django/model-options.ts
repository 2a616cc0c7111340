/** `Meta` options of a model in the form that the model graph has them. */

import { argumentNamed, argumentsOfCall } from "./call-arguments.ts";
import { symbolName } from "./canonical-names.ts";
import type { Evaluator } from "./evaluation.ts";
import { leavesOutOnlyEmpty } from "./index-conditions.ts";
import type { MetaDeclaration } from "./meta-declarations.ts";
import type { Index, ModelMeta } from "./model-graph.ts";
import type { InheritedModel } from "./model-inheritance.ts";
import type { RegisteredModel } from "./model-registry.ts";
import type { CallValue, StaticValue } from "./static-value.ts";
import { sequenceOf, stringOf, stringsOf } from "./static-value.ts";

/** @param inheritedMeta options of the nearest concrete base: `ordering` and `get_latest_by` come from there */
export function modelMeta(
  evaluator: Evaluator,
  inherited: InheritedModel,
  concreteBase: ModelMeta | undefined,
): ModelMeta {
  const { meta, declaration } = inherited.model;
  const uniqueTogether = together(meta?.option("unique_together"));
  const name = indexNamer(inherited.model);
  const ordering = orderingOf(evaluator, meta);
  return {
    ordering: ordering?.columns ?? concreteBase?.ordering ?? [],
    isOrdered: ordering?.isOrdered ?? concreteBase?.isOrdered ?? false,
    indexes: [
      ...indexesOf(evaluator, meta?.option("indexes"), "index", name),
      ...indexesOf(evaluator, meta?.option("constraints"), "uniqueConstraint", name),
      ...libraryIndexes(inherited.model),
      ...uniqueTogether.map((fields): Index => togetherIndex(fields, "uniqueTogether")),
      ...together(meta?.option("index_together")).map(
        (fields): Index => togetherIndex(fields, "indexTogether"),
      ),
    ],
    uniqueTogether,
    getLatestBy: namesOf(meta?.option("get_latest_by")) ?? concreteBase?.getLatestBy ?? [],
    dbTable: textOption(meta, "db_table"),
    location: declaration.meta?.location,
    indexesLocation: declaration.meta?.optionLocation("indexes"),
  };
}

export function textOption(meta: MetaDeclaration | undefined, name: string): string | undefined {
  const value = meta?.option(name);
  return value && stringOf(value);
}

function namesOf(value: StaticValue | undefined): readonly string[] | undefined {
  return value && stringsOf(value);
}

function orderingOf(
  evaluator: Evaluator,
  meta: MetaDeclaration | undefined,
): { readonly columns: readonly string[]; readonly isOrdered: boolean } | undefined {
  const respect = textOption(meta, "order_with_respect_to");
  if (respect !== undefined) return { columns: ["_order"], isOrdered: true };
  const value = meta?.option("ordering");
  if (!value) return undefined;
  const alone = stringOf(value);
  if (alone !== undefined) return { columns: [alone], isOrdered: true };
  const elements = sequenceOf(value)?.elements ?? [];
  const columns = elements.flatMap((element) => columnOrder(evaluator, element) ?? []);
  return { columns, isOrdered: elements.length > 0 };
}

/** `"-created"`, `F("created").desc()`, `OrderBy(F("created"), descending=True)`; undefined for another expression. */
function columnOrder(evaluator: Evaluator, value: StaticValue): string | undefined {
  const text = stringOf(value);
  if (text !== undefined) return text;
  if (value.kind !== "known" || typeof value.value !== "object" || value.value?.type !== "call")
    return undefined;
  return columnOrderOfCall(evaluator, value.value);
}

function columnOrderOfCall(evaluator: Evaluator, { expression, scope }: CallValue): string | undefined {
  const callee = expression.function;
  if (callee.kind === "Attribute" && (callee.attribute.name === "desc" || callee.attribute.name === "asc")) {
    const column = columnOrder(evaluator, evaluator.evaluate(callee.value, scope));
    if (column === undefined) return undefined;
    return callee.attribute.name === "desc" ? `-${column}` : column;
  }
  const name = symbolName(evaluator.symbol(callee, scope));
  const [first] = expression.arguments;
  if (!first || (name !== "django.db.models.F" && name !== "django.db.models.OrderBy")) return undefined;
  const column = columnOrder(evaluator, evaluator.evaluate(first, scope));
  const descending = expression.keywords.find((keyword) => keyword.name?.name === "descending");
  const reversed = descending?.value.kind === "ConstantLiteral" && descending.value.value === "True";
  return column !== undefined && reversed ? `-${column}` : column;
}

/** One list of names, or a list of such lists. */
function together(value: StaticValue | undefined): readonly (readonly string[])[] {
  const elements = value ? (sequenceOf(value)?.elements ?? []) : [];
  if (elements.some((element) => stringOf(element) !== undefined)) return value ? [stringsOf(value)] : [];
  return elements.map(stringsOf).filter((names) => names.length > 0);
}

function togetherIndex(fields: readonly string[], origin: "uniqueTogether" | "indexTogether"): Index {
  return { fields, unique: origin === "uniqueTogether", partial: false, name: undefined, origin };
}

type NameIndex = (template: string) => string;

function indexNamer(model: RegisteredModel): NameIndex {
  return (template) =>
    template
      .replaceAll("%(app_label)s", model.appLabel.toLowerCase())
      .replaceAll("%(class)s", model.declaration.name.toLowerCase());
}

function indexesOf(
  evaluator: Evaluator,
  value: StaticValue | undefined,
  origin: "index" | "uniqueConstraint",
  nameIndex: NameIndex,
): readonly Index[] {
  const elements = value ? (sequenceOf(value)?.elements ?? []) : [];
  return elements.flatMap((element) => {
    if (element.kind !== "known" || typeof element.value !== "object" || element.value?.type !== "call")
      return [];
    return indexOfCall(evaluator, element.value, origin, nameIndex) ?? [];
  });
}

/** Access methods by the name of the index class; anything else is a B-tree. */
const methods: ReadonlyMap<string, NonNullable<Index["method"]>> = new Map([
  ["GinIndex", "gin"],
  ["GistIndex", "gist"],
  ["SpGistIndex", "spgist"],
  ["BrinIndex", "brin"],
  ["HashIndex", "hash"],
  ["BloomIndex", "bloom"],
  ["OpClass", "btree"],
]);

function indexOfCall(
  evaluator: Evaluator,
  { expression, scope }: CallValue,
  origin: "index" | "uniqueConstraint",
  nameIndex: NameIndex,
): Index | undefined {
  const className = (symbolName(evaluator.symbol(expression.function, scope)) ?? "").split(".").at(-1) ?? "";
  if (origin === "uniqueConstraint" && className !== "UniqueConstraint") return undefined;
  const args = argumentsOfCall(evaluator, expression, scope);
  const listed = argumentNamed(args, [], "fields");
  const expressions = args.positional.map((positional) => columnOrder(evaluator, positional()));
  const columns = listed
    ? stringsOf(listed)
    : expressions.every((column) => column !== undefined)
      ? expressions.filter((column) => column !== undefined)
      : undefined;
  const condition = argumentNamed(args, [], "condition");
  const name = argumentNamed(args, [], "name");
  const text = name && stringOf(name);
  const method = methods.get(className);
  const written = expression.keywords.find((keyword) => keyword.name?.name === "condition")?.value;
  const hasEveryValue = written && leavesOutOnlyEmpty(written, columns?.[0]?.replace(/^-/, "") ?? "");
  return {
    fields: columns !== undefined && columns.length > 0 ? columns : undefined,
    unique: origin === "uniqueConstraint",
    partial: condition !== undefined && !(condition.kind === "known" && condition.value === null),
    name: text === undefined ? undefined : nameIndex(text),
    origin,
    ...(method === undefined ? {} : { method }),
    ...(hasEveryValue ? { hasEveryValue } : {}),
    location: {
      path: scope.module.file.path,
      range: { start: expression.start, end: expression.end },
    },
  };
}

function libraryIndexes(model: RegisteredModel): readonly Index[] {
  const facts = model.declaration.library?.meta;
  const index = (fields: readonly string[], origin: "index" | "uniqueConstraint"): Index => ({
    fields,
    unique: origin === "uniqueConstraint",
    partial: false,
    name: undefined,
    origin,
  });
  return [
    ...(facts?.indexes ?? []).map((fields) => index(fields, "index")),
    ...(facts?.uniqueConstraints ?? []).map((fields) => index(fields, "uniqueConstraint")),
  ];
}
