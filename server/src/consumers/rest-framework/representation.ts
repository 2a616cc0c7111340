/** `to_representation`: what serializers and fields read of the objects that they turn into plain data. */

import { callAt, nameAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Arguments, Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import type { ClassSymbol, FunctionSymbol } from "../../python/symbols.ts";
import { alternativesOf, unknown } from "../../queryset/join.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { placeOfField } from "./declared-fields.ts";
import { asField, type FieldValue, isSet, kindOfField, optionOf, textOption } from "./field-values.ts";
import { defaultNames, modelField } from "./model-fields.ts";
import { fieldsOf } from "./serializer-fields.ts";
import { readKeyOf, readSource } from "./sources.ts";

/** Serializers in serializers, beyond which they most likely contain themselves. */
const deepestNesting = 8;

/** The list of all rows. `node` stands in the code or declaration that asks for it. */
export function representRows(
  interpreter: Interpreter,
  serializer: FieldValue,
  rows: Value,
  node: Expression,
): Value {
  const iterable = rows.kind === "manager" ? interpreter.initialQueryset(rows, node) : rows;
  interpreter.inLoop(iterable, node, node, (row) => {
    representRow(interpreter, serializer, row, node);
  });
  return unknown;
}

export function representRow(
  interpreter: Interpreter,
  serializer: FieldValue,
  row: Value,
  node: Expression,
): Value {
  if (serializer.kind === "external") return representModel(interpreter, serializer, row, node);
  const override = methodOf(interpreter, serializer.symbol, "to_representation");
  return override
    ? callMethod(interpreter, override, serializer, [row], node)
    : representFields(interpreter, serializer, row, node);
}

/** The framework's own `to_representation` of a serializer: all of its fields. */
export function representFields(
  interpreter: Interpreter,
  serializer: PlainObject,
  row: Value,
  node: Expression,
): Value {
  const { state } = interpreter;
  if (state.calls.filter(({ via }) => via === "serializer").length >= deepestNesting) return unknown;
  const { symbol } = serializer;
  const caller = interpreter.location(node);
  for (const [name, value] of fieldsOf(interpreter, serializer, node)) {
    const field = asField(interpreter, value);
    if (!field || isSet(field, "write_only") || state.budget-- <= 0) continue;
    const { module, range, owner } = placeOfField(interpreter, symbol, name);
    const declaration = {
      module,
      name: `${symbol.module.name}.${symbol.qualifiedName}`,
      location: { path: module.file.path, range },
      owner,
    };
    readDeclaration(interpreter, "serializer", declaration, caller, () => {
      const node = nameAt(range, textOption(field, "source") ?? name);
      representField(interpreter, serializer, name, field, row, node);
      return unknown;
    });
  }
  return unknown;
}

function representField(
  interpreter: Interpreter,
  serializer: PlainObject,
  name: string,
  field: FieldValue,
  row: Value,
  node: Expression,
): void {
  const kind = kindOfField(interpreter, field);
  if (kind === "hidden") return;
  if (kind === "method") {
    const [positional] = field.kind === "external" ? field.made.positional : [];
    const named = optionOf(field, "method_name") ?? positional;
    const method = named?.kind === "literal" && typeof named.value === "string" ? named.value : `get_${name}`;
    callFieldMethod(interpreter, serializer, method, row, node);
    return;
  }
  const attribute = attributeFor(interpreter, name, field, row, node);
  for (const value of alternativesOf(attribute)) representValue(interpreter, field, value, node);
}

/** What `get_attribute` of the field gives. */
function attributeFor(
  interpreter: Interpreter,
  name: string,
  field: FieldValue,
  row: Value,
  node: Expression,
): Value {
  if (field.kind === "object") {
    const override = methodOf(interpreter, field.symbol, "get_attribute");
    if (override) return callMethod(interpreter, override, field, [row], node);
  }
  return frameworkAttribute(interpreter, name, field, row, node);
}

export function frameworkAttribute(
  interpreter: Interpreter,
  name: string,
  field: FieldValue,
  row: Value,
  node: Expression,
): Value {
  const source = textOption(field, "source") ?? name;
  if (source === "*" || kindOfField(interpreter, field) === "identity") return row;
  const names = source.split(".");
  return takesKeyOnly(interpreter, field, node)
    ? readKeyOf(interpreter, row, names, node)
    : readSource(interpreter, row, names, node);
}

/** `use_pk_only_optimization`: the related row itself is not asked for. */
function takesKeyOnly(interpreter: Interpreter, field: FieldValue, node: Expression): boolean {
  if (isSet(field, "many")) return false;
  const override = field.kind === "object" && methodOf(interpreter, field.symbol, "use_pk_only_optimization");
  if (!override || field.kind !== "object") return optimizesKeys(interpreter, field);
  const answer = callMethod(interpreter, override, field, [], node);
  return !(answer.kind === "literal" && answer.value === false);
}

/** The framework's own `use_pk_only_optimization`. */
export function optimizesKeys(interpreter: Interpreter, field: FieldValue): boolean {
  const kind = kindOfField(interpreter, field);
  return (
    kind === "primaryKey" || (kind === "hyperlink" && (textOption(field, "lookup_field") ?? "pk") === "pk")
  );
}

/** `to_representation` of a field. */
function representValue(interpreter: Interpreter, field: FieldValue, value: Value, node: Expression): void {
  if (value.kind === "literal") return;
  const kind = kindOfField(interpreter, field);
  if (kind === "serializer") {
    if (isSet(field, "many")) representMany(interpreter, field, value, node);
    else representRow(interpreter, field, value, node);
    return;
  }
  if (isSet(field, "many")) {
    const rows = value.kind === "manager" ? interpreter.initialQueryset(value, node) : value;
    interpreter.inLoop(rows, node, node, (row) => representItem(interpreter, field, row, node));
    return;
  }
  representItem(interpreter, field, value, node);
}

function representMany(interpreter: Interpreter, field: FieldValue, value: Value, node: Expression): void {
  const child = field.kind === "object" ? asField(interpreter, field.attributes.get("child")) : field;
  const override =
    field.kind === "object" && child !== field && methodOfList(interpreter, field, "to_representation");
  if (override && field.kind === "object") callMethod(interpreter, override, field, [value], node);
  else if (child) representRows(interpreter, child, value, node);
}

/** A method of the project's own list serializer, which the class of its elements does not have. */
function methodOfList(interpreter: Interpreter, list: PlainObject, name: string): FunctionSymbol | undefined {
  const child = list.attributes.get("child");
  return child?.kind === "object" && child.symbol === list.symbol
    ? undefined
    : methodOf(interpreter, list.symbol, name);
}

function representItem(interpreter: Interpreter, field: FieldValue, value: Value, node: Expression): void {
  const override = field.kind === "object" && methodOf(interpreter, field.symbol, "to_representation");
  if (override && field.kind === "object") {
    const given = takesKeyOnly(interpreter, field, node) ? unknown : value;
    callMethod(interpreter, override, field, [given], node);
    return;
  }
  frameworkRepresentation(interpreter, field, value, node);
}

/** The framework's own `to_representation` of a field that is no serializer. */
export function frameworkRepresentation(
  interpreter: Interpreter,
  field: FieldValue,
  value: Value,
  node: Expression,
): void {
  switch (kindOfField(interpreter, field)) {
    case "text":
    case "string":
      interpreter.str(value, node);
      return;
    case "slug": {
      const [positional] = field.kind === "external" ? field.made.positional : [];
      const given = optionOf(field, "slug_field") ?? positional;
      if (given?.kind !== "literal" || typeof given.value !== "string") return;
      readSource(interpreter, value, given.value.split("__"), node);
      return;
    }
    case "hyperlink":
    case "identity":
      readSource(interpreter, value, [textOption(field, "lookup_field") ?? "pk"], node);
      return;
    case "list": {
      const child = asField(interpreter, optionOf(field, "child"));
      interpreter.inLoop(value, node, node, (item) => {
        if (child) representValue(interpreter, child, item, node);
      });
      return;
    }
    case "column":
    case "hidden":
    case "method":
    case "primaryKey":
    case "related":
    case "serializer":
      return;
  }
}

/** `depth`: a serializer of all columns of a model that the framework makes by itself. */
function representModel(
  interpreter: Interpreter,
  serializer: FieldValue,
  row: Value,
  node: Expression,
): Value {
  const model = optionOf(serializer, "model");
  const depth = optionOf(serializer, "depth");
  if (model?.kind !== "class" || !model.model) return unknown;
  const levels = depth?.kind === "literal" && typeof depth.value === "number" ? depth.value : 0;
  for (const name of defaultNames(model.model)) {
    if (interpreter.state.budget-- <= 0) return unknown;
    const field = modelField(interpreter, model.model, name, levels, false);
    const attribute = frameworkAttribute(interpreter, name, field, row, node);
    for (const value of alternativesOf(attribute)) representValue(interpreter, field, value, node);
  }
  return unknown;
}

export function methodOf(
  { program }: Interpreter,
  symbol: ClassSymbol,
  name: string,
): FunctionSymbol | undefined {
  const member = program.lookupMember(symbol, name);
  return member.kind === "found" && member.symbol.kind === "function" ? member.symbol : undefined;
}

/** Calls the project's code on the framework's behalf. */
export function callMethod(
  interpreter: Interpreter,
  method: FunctionSymbol,
  receiver: PlainObject,
  positional: readonly Value[],
  node: Expression,
): Value {
  const args: Arguments = { ...noArguments, positional };
  const callee = interpreter.functionValue(method, receiver);
  return interpreter.callFunction(callee, args, callAt(node, method.name), "serializerMethod");
}

function callFieldMethod(
  interpreter: Interpreter,
  serializer: PlainObject,
  name: string,
  row: Value,
  node: Expression,
): void {
  const method = interpreter.attribute(serializer, name, node);
  if (method.kind !== "function") return;
  const args: Arguments = { ...noArguments, positional: [row] };
  interpreter.callFunction(method, args, callAt(node, name), "serializerMethod");
}
