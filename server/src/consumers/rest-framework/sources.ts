/** `source="project.owner.name"`: attributes one after the other, called where they are methods. */

import { callAt, readDeclaration } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { mappingEntry } from "../../interpret/language/subscripts.ts";
import type { Instance } from "../../queryset/instance.ts";
import { joinAll, unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";

export function readSource(
  interpreter: Interpreter,
  row: Value,
  names: readonly string[],
  node: Expression,
): Value {
  const [name, ...rest] = names;
  if (name === undefined) return row;
  if (row.kind === "union") {
    return joinAll(row.alternatives.map((alternative) => readSource(interpreter, alternative, names, node)));
  }
  const [last, ...others] = rest;
  // `source="team.id"` loads the team for what `team_id` holds.
  if (row.kind === "instance" && last !== undefined && others.length === 0) {
    if (keyRelation(interpreter, row, name, last)) return interpreter.readRelation(row, name, node, "key");
  }
  return readSource(interpreter, attributeOf(interpreter, row, name, node), rest, node);
}

/** The key of the row at the end, which the row before it holds where the last name is a foreign key. */
export function readKeyOf(
  interpreter: Interpreter,
  row: Value,
  names: readonly string[],
  node: Expression,
): Value {
  const last = names.at(-1);
  const holder = readSource(interpreter, row, names.slice(0, -1), node);
  if (holder.kind === "union" && last !== undefined) {
    return joinAll(holder.alternatives.map((item) => readKeyOf(interpreter, item, [last], node)));
  }
  if (holder.kind !== "instance" || last === undefined) return unknown;
  const relation = holder.model.relations.get(last);
  if (relation?.kind === "foreignKey" || relation?.kind === "oneToOne") {
    return interpreter.attribute(holder, relation.field.attributeName, node);
  }
  attributeOf(interpreter, holder, last, node);
  return unknown;
}

function keyRelation({ models }: Interpreter, { model }: Instance, name: string, key: string): boolean {
  const relation = model.relations.get(name);
  if (relation?.kind !== "foreignKey" && relation?.kind !== "oneToOne") return false;
  const target = relation.target === undefined ? undefined : models.model(relation.target);
  return (
    relation.field.toField === undefined &&
    target !== undefined &&
    (key === "pk" || key === target.primaryKey)
  );
}

/** One attribute; methods and properties of a model are the project's code. */
function attributeOf(interpreter: Interpreter, value: Value, name: string, node: Expression): Value {
  switch (value.kind) {
    case "mapping":
      return mappingEntry(value, { kind: "literal", value: name });
    case "unknown":
    case "literal":
      return value;
    default: {
      const read = (): Value => {
        const attribute = interpreter.attribute(value, name, node);
        return isCallable(attribute)
          ? interpreter.call(attribute, noArguments, callAt(node, name))
          : attribute;
      };
      return runsCode(interpreter, value, name) ? inMethod(interpreter, name, node, read) : read();
    }
  }
}

function isCallable(value: Value): boolean {
  if (value.kind === "function") return true;
  return (
    value.kind === "method" &&
    (value.receiver.kind === "queryset" ||
      value.receiver.kind === "manager" ||
      value.receiver.kind === "instance")
  );
}

function runsCode({ program }: Interpreter, value: Value, name: string): boolean {
  if (value.kind !== "instance" || value.model.relations.has(name) || value.model.fields.has(name))
    return false;
  const { symbol } = value.model;
  return symbol !== undefined && program.lookupMember(symbol, name).kind === "found";
}

/** Counts as a method that the serializer calls, though the model declares it. */
function inMethod(interpreter: Interpreter, name: string, node: Expression, read: () => Value): Value {
  const { module, symbol, owner } = interpreter.state.frame;
  const location = interpreter.location(node);
  return readDeclaration(
    interpreter,
    "serializerMethod",
    { module, name: `${symbol}.${name}`, location, owner },
    location,
    read,
  );
}
