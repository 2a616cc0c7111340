/** Fields that a serializer takes from its model, as `ModelSerializer.get_fields` builds them. */
import type { Model, Relation } from "../../django/model-graph.ts";
import { isToOne } from "../../django/model-graph.ts";
import { nameAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { ClassSymbol } from "../../python/symbols.ts";
import type { Literal, Value } from "../../queryset/value.ts";
import { type LibraryField, libraryField } from "./field-values.ts";
import { hyperlinkedSerializers, modelSerializers } from "./names.ts";

const yes: Literal = { kind: "literal", value: true };
const deepest = 10;

export function metaOption(interpreter: Interpreter, symbol: ClassSymbol, name: string): Value | undefined {
  const { program } = interpreter;
  const meta = program.lookupMember(symbol, "Meta");
  if (meta.kind !== "found" || meta.symbol.kind !== "class") return undefined;
  const option = program.lookupMember(meta.symbol, name);
  if (option.kind !== "found") return undefined;
  const holder = interpreter.valueOfClass(meta.symbol);
  return interpreter.attribute(holder, name, nameAt(meta.symbol.node.name, name));
}

export function modelOfSerializer(interpreter: Interpreter, symbol: ClassSymbol): Model | undefined {
  const value = metaOption(interpreter, symbol, "model");
  return value?.kind === "class" ? value.model : undefined;
}

/** The fields in the serializer's output, declared ones where they are named; undefined where `Meta` is not understood. */
export function modelFields(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  declared: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> | undefined {
  const model = modelOfSerializer(interpreter, symbol);
  if (!model || !interpreter.program.derivesFrom(symbol, modelSerializers)) return undefined;
  const names = fieldNames(interpreter, symbol, model, declared);
  if (!names) return undefined;
  const extra = metaOption(interpreter, symbol, "extra_kwargs");
  const depth = depthOf(metaOption(interpreter, symbol, "depth"));
  const hyperlinked = interpreter.program.derivesFrom(symbol, hyperlinkedSerializers);
  return new Map(
    names.map((name): [string, Value] => {
      const known = declared.get(name);
      if (known) return [name, known];
      const options = extra?.kind === "mapping" ? extra.entries.get(name) : undefined;
      const keywords = options?.kind === "mapping" ? options.entries : new Map<string, Value>();
      const source = keywords.get("source");
      const column = source?.kind === "literal" && typeof source.value === "string" ? source.value : name;
      const field = modelField(interpreter, model, column, depth, hyperlinked);
      return [
        name,
        { ...field, made: { ...field.made, keywords: new Map([...field.made.keywords, ...keywords]) } },
      ];
    }),
  );
}

function depthOf(value: Value | undefined): number {
  return value?.kind === "literal" && typeof value.value === "number" ? Math.min(value.value, deepest) : 0;
}

function fieldNames(
  interpreter: Interpreter,
  symbol: ClassSymbol,
  model: Model,
  declared: ReadonlyMap<string, Value>,
): readonly string[] | undefined {
  const fields = metaOption(interpreter, symbol, "fields");
  if (fields && !(fields.kind === "literal" && fields.value === "__all__")) return stringsOf(fields);
  const all = [...new Set([model.primaryKey, ...declared.keys(), ...defaultNames(model)])];
  if (fields) return all;
  const exclude = metaOption(interpreter, symbol, "exclude");
  // Before version 3.3, neither of them was needed.
  if (!exclude) return all;
  const excluded = stringsOf(exclude);
  return excluded && all.filter((name) => !excluded.includes(name));
}

/** Columns and forward relations; reverse ones have to be named. */
export function defaultNames(model: Model): readonly string[] {
  return [...model.fields.values()]
    .filter(({ kind }) => kind !== "genericForeignKey" && kind !== "genericRelation")
    .map(({ name }) => name);
}

export function stringsOf(value: Value): readonly string[] | undefined {
  if (value.kind !== "collection" || !value.items) return undefined;
  const strings: string[] = [];
  for (const item of value.items) {
    if (item.kind !== "literal" || typeof item.value !== "string") return undefined;
    strings.push(item.value);
  }
  return strings;
}

/** @param depth how many levels of related objects are written out */
export function modelField(
  interpreter: Interpreter,
  model: Model,
  name: string,
  depth: number,
  hyperlinked: boolean,
): LibraryField {
  const relation = model.relations.get(name);
  if (!relation || isGeneric(relation)) {
    const isLink = hyperlinked && name === "url" && !model.fields.has(name);
    return libraryField(
      `rest_framework.serializers.${isLink ? "HyperlinkedIdentityField" : "ReadOnlyField"}`,
    );
  }
  const many = new Map<string, Value>(isToOne(relation) ? [] : [["many", yes]]);
  if (depth > 0) {
    const target = relation.target === undefined ? undefined : interpreter.models.model(relation.target);
    if (!target) return libraryField("rest_framework.serializers.ReadOnlyField");
    many.set("model", { kind: "class", symbol: target.symbol, model: target });
    many.set("depth", { kind: "literal", value: depth - 1 });
    return libraryField("rest_framework.serializers.ModelSerializer", many);
  }
  const { toField } = relation.field;
  if (toField !== undefined && (relation.kind === "foreignKey" || relation.kind === "oneToOne")) {
    many.set("slug_field", { kind: "literal", value: toField });
    return libraryField("rest_framework.serializers.SlugRelatedField", many);
  }
  return libraryField(
    `rest_framework.serializers.${hyperlinked ? "HyperlinkedRelatedField" : "PrimaryKeyRelatedField"}`,
    many,
  );
}

function isGeneric({ kind }: Relation): boolean {
  return kind === "genericForeignKey" || kind === "genericRelation";
}
