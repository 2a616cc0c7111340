/** What may stand at a place in a lookup. */
import type { TextRange } from "../../base/text-range.ts";
import { lookupsOf, relationLookups, transformsOf, valueLookups } from "../../django/field-lookups.ts";
import { joinableChoices, lookupChoices, type PathPart } from "../../django/lookups.ts";
import type { Field, Model, ModelGraph, Relation } from "../../django/model-graph.ts";
import type { PythonProgram } from "../../python/program.ts";
import { anyName } from "../../queryset/queryset.ts";
import type { Code } from "./code.ts";
import { describeField, describeRelation } from "./descriptions.ts";
import { type Lookup, lookupAt } from "./lookup-at.ts";
import { modelBehind, resolve } from "./resolve.ts";

export type CompletionKind = "relation" | "field" | "attribute" | "annotation" | "lookup";

export interface Completion {
  readonly name: string;
  readonly kind: CompletionKind;
  /** `ForeignKey → shop.Customer` */
  readonly detail: string;
}

export interface Completions {
  /** What is replaced: the name at the offset. */
  readonly range: TextRange;
  /** The most likely kinds first. */
  readonly items: readonly Completion[];
}

/**
 * Whether a name may follow these two characters. A text need not be parsed to know that none follows `=` or `)`, unless
 * the sign stands first in a string: `search_fields = ["=name"]`.
 */
export function mayBeginName(before: string): boolean {
  return /(?:^|[\w"'.\-(,\s]|["'][\^=@])$/.test(before);
}

/** The names that may stand at the offset; undefined where no lookup stands. */
export function completionsAt(code: Code, offset: number): Completions | undefined {
  const lookup = lookupAt(code, offset);
  if (lookup === undefined) return undefined;
  const typed = lookup.text.slice(0, offset - lookup.range.start);
  const separator = lookup.dialect === "attribute" && !typed.includes("__") ? "." : "__";
  const cut = typed.lastIndexOf(separator);
  const before = cut < 0 ? "" : typed.slice(0, cut);
  const start = cut < 0 ? lookup.range.start : lookup.range.start + cut + separator.length;
  const rest = lookup.text.slice(offset - lookup.range.start).indexOf(separator);
  const items = itemsAfter(code, lookup, before);
  return items && { range: { start, end: rest < 0 ? lookup.range.end : offset + rest }, items };
}

function itemsAfter(code: Code, lookup: Lookup, before: string): readonly Completion[] | undefined {
  const { models, program } = code.project;
  if (before === "") {
    const added = [...lookup.annotations].filter((name) => name !== anyName);
    const annotations = takesAnnotations(lookup)
      ? added.map((name): Completion => ({ name, kind: "annotation", detail: "annotation" }))
      : [];
    return [...annotations, ...namesOn(program, models, lookup, lookup.model, true)];
  }
  const result = resolve(models, lookup, before);
  const last = result.parts.at(-1);
  if (result.kind !== "valid" || last === undefined) return undefined;
  return itemsBehind(program, models, lookup, last);
}

function takesAnnotations({ dialect }: Lookup): boolean {
  return dialect === "condition" || dialect === "column";
}

function itemsBehind(
  program: PythonProgram,
  models: ModelGraph,
  lookup: Lookup,
  last: PathPart,
): readonly Completion[] {
  const { dialect } = lookup;
  const isCondition = dialect === "condition";
  switch (last.kind) {
    case "relation": {
      const model = modelBehind(models, last);
      const names = model === undefined ? [] : namesOn(program, models, lookup, model, false);
      return isCondition ? [...names, ...lookups(relationLookups, "lookup of the relation")] : names;
    }
    case "field": {
      if (!takesAnnotations(lookup)) return [];
      const compared = isCondition ? lookups(lookupsOf(last.field), "lookup") : [];
      return [...lookups(transformsOf(last.field), "transform"), ...compared];
    }
    case "annotation":
    case "lookup":
      return isCondition ? lookups(valueLookups, "lookup") : [];
  }
}

function lookups(names: readonly string[], detail: string): readonly Completion[] {
  return names.map((name) => ({ name, kind: "lookup", detail }));
}

/** @param isFirst on rows of the queryset itself */
function namesOn(
  program: PythonProgram,
  models: ModelGraph,
  { dialect, form }: Lookup,
  model: Model,
  isFirst: boolean,
): readonly Completion[] {
  const relationNamed = (name: string): Completion[] => {
    const relation = model.lookupRelations.get(name) ?? model.relations.get(name);
    return relation ? [relationItem(models, name, relation)] : [];
  };
  switch (dialect) {
    case "select":
      return joinableChoices(model).flatMap(relationNamed);
    case "prefetch":
      return [...model.relations].map(([name, relation]) => relationItem(models, name, relation));
    case "field": {
      const names = [...new Set([...columnsOf(model).map(({ name }) => name), ...joinableChoices(model)])];
      return names.flatMap((name) => lookupItem(models, model, name));
    }
    case "own": {
      const fields = form === "keyword" ? columnsOf(model) : [...model.fields.values()];
      return isFirst ? fields.flatMap(({ name }) => lookupItem(models, model, name)) : [];
    }
    case "condition":
    case "column": {
      const items = lookupChoices(model).flatMap((name) => lookupItem(models, model, name));
      return isFirst && !model.fields.has("pk")
        ? [...items, { name: "pk", kind: "field", detail: "primary key" }]
        : items;
    }
    case "attribute":
      return attributesOf(program, models, model);
  }
}

/** Those that have a column in a table. */
function columnsOf({ fields }: Model): readonly Field[] {
  return [...fields.values()].filter(({ kind }) => kind !== "genericForeignKey" && kind !== "manyToMany");
}

function lookupItem(models: ModelGraph, model: Model, name: string): readonly Completion[] {
  const relation = model.lookupRelations.get(name);
  if (relation) return [relationItem(models, name, relation)];
  const field = model.fields.get(name);
  return field ? [{ name, kind: "field", detail: describeField(model, field) }] : [];
}

function relationItem(models: ModelGraph, name: string, relation: Relation): Completion {
  return { name, kind: "relation", detail: describeRelation(models, relation) };
}

function attributesOf(program: PythonProgram, models: ModelGraph, model: Model): readonly Completion[] {
  const relations = [...model.relations].map(([name, relation]) => relationItem(models, name, relation));
  const fields = [...model.fields.values()]
    .filter(({ name }) => !model.relations.has(name))
    .map((field): Completion => ({ name: field.name, kind: "field", detail: describeField(model, field) }));
  const taken = new Set([...relations, ...fields].map(({ name }) => name));
  const members = model.symbol === undefined ? [] : [...program.members(model.symbol)];
  const methods = members
    .filter(([name, symbol]) => symbol.kind === "function" && !name.startsWith("_") && !taken.has(name))
    .map(([name]): Completion => ({ name, kind: "attribute", detail: `of ${model.label}` }));
  return [...fields, ...relations, ...methods];
}
