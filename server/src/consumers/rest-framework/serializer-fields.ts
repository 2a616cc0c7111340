/** `serializer.fields`: what `get_fields` gives, the project's own included. */

import { callAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { isPropertyLike } from "../../interpret/language/symbol-values.ts";
import { alternativesOf, unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { declaredFields } from "./declared-fields.ts";
import { modelFields, stringsOf } from "./model-fields.ts";
import { modelSerializers } from "./names.ts";
import { shareContext } from "./serializer-context.ts";

/** By name; empty where they are not understood. Kept on the object: the project may change them. */
export function fieldsOf(
  interpreter: Interpreter,
  serializer: PlainObject,
  node: Expression,
): ReadonlyMap<string, Value> {
  const refined = refinesFields(interpreter, serializer)
    ? alternativesOf(interpreter.attribute(serializer, "fields", node)).find(({ kind }) => kind === "mapping")
    : undefined;
  const fields = refined ?? fieldMapping(interpreter, serializer, node);
  return fields.kind === "mapping" ? fields.entries : new Map();
}

/** `fields` as a property of the project's class, which refines the framework's. */
function refinesFields(interpreter: Interpreter, { symbol, attributes }: PlainObject): boolean {
  if (attributes.get("fields")?.kind === "collection") return false;
  const member = interpreter.program.lookupMember(symbol, "fields");
  return (
    member.kind === "found" && member.symbol.kind === "function" && isPropertyLike(interpreter, member.symbol)
  );
}

export function fieldMapping(interpreter: Interpreter, serializer: PlainObject, node: Expression): Value {
  const fields = ownFields(interpreter, serializer, node);
  if (fields.kind === "mapping") shareContext(interpreter, serializer, fields.entries.values());
  return fields;
}

function ownFields(interpreter: Interpreter, serializer: PlainObject, node: Expression): Value {
  const known = serializer.attributes.get("fields");
  if (known?.kind === "collection") return chosenFields(interpreter, serializer, known);
  if (known) return known;
  const member = interpreter.program.lookupMember(serializer.symbol, "get_fields");
  const fields =
    member.kind === "found" && member.symbol.kind === "function"
      ? interpreter.callFunction(
          interpreter.functionValue(member.symbol, serializer),
          noArguments,
          callAt(node, "get_fields"),
          "serializerMethod",
        )
      : frameworkFields(interpreter, serializer);
  serializer.attributes.set("fields", fields);
  return fields;
}

/** A convention of many projects: `TaskSerializer(tasks, many=True, fields=["id", "title"])` keeps these only. */
function chosenFields(interpreter: Interpreter, serializer: PlainObject, names: Value): Value {
  const chosen = stringsOf(names);
  const fields = frameworkFields(interpreter, serializer);
  if (!chosen || fields.kind !== "mapping") return unknown;
  return mappingOf(new Map([...fields.entries].filter(([name]) => chosen.includes(name))));
}

/** The framework's own `get_fields`. */
export function frameworkFields(interpreter: Interpreter, { symbol }: PlainObject): Value {
  const declared = declaredFields(interpreter, symbol);
  const fields = interpreter.program.derivesFrom(symbol, modelSerializers)
    ? modelFields(interpreter, symbol, declared)
    : declared;
  return mappingOf(fields ?? new Map());
}
