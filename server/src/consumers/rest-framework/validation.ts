/** `is_valid()`: what fields look up to check the data that they are given. */

import type { Model } from "../../django/model-graph.ts";
import { callAt, nameAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { type LoopSet, noLoops, unionLoops } from "../../queryset/loop-set.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression, Name } from "../../syntax/ast.ts";
import { placeOfField } from "./declared-fields.ts";
import { asField, type FieldValue, isSet, kindOfField, optionOf, textOption } from "./field-values.ts";
import { metaOption, modelOfSerializer, stringsOf } from "./model-fields.ts";
import { fieldsOf } from "./serializer-fields.ts";

/** `many=True` checks one element of the data after the other. */
export function validate(interpreter: Interpreter, serializer: PlainObject, node: Expression): void {
  const data = serializer.attributes.get("initial_data");
  if (!data) return;
  const child = serializer.attributes.get("child");
  if (child?.kind !== "object") validateItem(interpreter, serializer, data, node);
  else interpreter.inLoop(data, node, node, (item) => validateItem(interpreter, child, item, node));
}

function validateItem(
  interpreter: Interpreter,
  serializer: PlainObject,
  data: Value,
  node: Expression,
): void {
  const varies = loopsOf(data);
  if (varies.length === 0) return;
  const { symbol } = serializer;
  const readOnly = metaOption(interpreter, symbol, "read_only_fields");
  const unwritten = new Set((readOnly && stringsOf(readOnly)) ?? []);
  for (const [name, value] of fieldsOf(interpreter, serializer, node)) {
    const field = asField(interpreter, value);
    if (!field || isSet(field, "read_only") || unwritten.has(name)) continue;
    const lookup = lookupOf(interpreter, serializer, name, field);
    if (!lookup) continue;
    const { module, range, owner } = placeOfField(interpreter, symbol, name);
    const location = { path: module.file.path, range };
    const declaration = { module, name: `${symbol.module.name}.${symbol.qualifiedName}`, location, owner };
    readDeclaration(interpreter, "validation", declaration, interpreter.location(node), () => {
      const place = nameAt(range, name);
      const rows = rowsOf(interpreter, lookup.rows, place);
      if (!rows) return unknown;
      const keywords = new Map([[lookup.column, unknownVarying(varies)]]);
      const get = interpreter.attribute(rows, "get", place);
      return interpreter.call(get, { positional: [], keywords, open: false }, callAt(place, "get"));
    });
  }
}

/** A dictionary changes with the loops with which its entries do. */
function loopsOf(data: Value): LoopSet {
  return data.kind === "mapping"
    ? [...data.entries.values(), data].reduce<LoopSet>(
        (loops, value) => unionLoops(loops, variesOf(value)),
        noLoops,
      )
    : variesOf(data);
}

interface Lookup {
  readonly rows: Value;
  readonly column: string;
}

/** The row that a field looks up for what it is given. */
function lookupOf(
  interpreter: Interpreter,
  serializer: PlainObject,
  name: string,
  field: FieldValue,
): Lookup | undefined {
  if (isSet(field, "many")) return undefined;
  const rows =
    optionOf(field, "queryset") ?? relatedRows(interpreter, serializer, textOption(field, "source") ?? name);
  if (!rows) return undefined;
  switch (kindOfField(interpreter, field)) {
    case "primaryKey":
      return { rows, column: "pk" };
    case "slug": {
      const [positional] = field.kind === "external" ? field.made.positional : [];
      const column = optionOf(field, "slug_field") ?? positional;
      return column?.kind === "literal" ? { rows, column: String(column.value) } : undefined;
    }
    case "hyperlink":
      return { rows, column: textOption(field, "lookup_field") ?? "pk" };
    default:
      return undefined;
  }
}

/** Fields that are made for a foreign key of the model look into all rows. */
function relatedRows(interpreter: Interpreter, { symbol }: PlainObject, name: string): Value | undefined {
  const relation = modelOfSerializer(interpreter, symbol)?.relations.get(name);
  if (relation?.kind !== "foreignKey" && relation?.kind !== "oneToOne") return undefined;
  const model: Model | undefined =
    relation.target === undefined ? undefined : interpreter.models.model(relation.target);
  return model && { kind: "class", symbol: model.symbol, model };
}

function rowsOf(interpreter: Interpreter, value: Value, place: Name): Value | undefined {
  if (value.kind === "queryset" || value.kind === "manager") return value;
  return value.kind === "class" && value.model
    ? interpreter.attribute(value, "_default_manager", place)
    : undefined;
}
