/** Rows that were loaded from the database, and those that are made and not yet saved: their keys, `_state.adding`. */

import type { Model, ModelGraph } from "../../django/model-graph.ts";
import { anyField, type Instance } from "../../queryset/instance.ts";
import type { Literal, MethodValue, Unknown, Value } from "../../queryset/value.ts";
import type { Attribute, Expression, If } from "../../syntax/ast.ts";
import { assignsAttribute } from "../../syntax/attribute-assignments.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import type { Interpreter } from "../interpreter.ts";
import { lookup } from "../language/environment.ts";
import { loadedFields } from "./relation-caches.ts";

/** Whether the attribute is the primary key; a multi-table child has its parent's key under the parent's name too. */
export function isKeyName(models: ModelGraph, model: Model, name: string): boolean {
  return (
    name === "pk" ||
    name === model.primaryKey ||
    model.parents.some((parent) => models.model(parent)?.primaryKey === name)
  );
}

/** Whether the table has a row for the object; undefined where that is not certain. */
function isInTable(
  interpreter: Interpreter,
  { state, assigned, varies, isNew }: Instance,
): boolean | undefined {
  // What code that is not known assigns to a row is hardly ever its key; but it may save what was made.
  if (state.inTable !== false) return isNew ? undefined : state.inTable;
  if (assigned.has(anyField)) return undefined;
  // What was made before a loop may have been saved in a round before this one.
  const { loops, whiles } = interpreter.state;
  return whiles.length === 0 && loops.every(({ id }) => varies.includes(id)) ? false : undefined;
}

/** What the primary key of the object holds; undefined where nothing is known of it. */
export function keyOf(interpreter: Interpreter, instance: Instance): Unknown | Literal | undefined {
  switch (isInTable(interpreter, instance)) {
    case true:
      return { kind: "unknown", varies: instance.varies, given: true };
    case false:
      return isGivenByDatabase(instance.model) ? lasting(null) : undefined;
    case undefined:
      return undefined;
  }
}

/** `task.project_id` of a row that the table has, where the column cannot be NULL. */
export function keyOfParent(
  interpreter: Interpreter,
  instance: Instance,
  column: string,
  name: string,
): Unknown | undefined {
  const { model, assigned, varies } = instance;
  const field = model.fields.get(column);
  const isKey = field?.kind === "foreignKey" || field?.kind === "oneToOne";
  if (!field || !isKey || field.null || name !== field.attributeName) return undefined;
  if (assigned.has(field.name) || assigned.has(name)) return undefined;
  return isInTable(interpreter, instance) === true ? { kind: "unknown", varies, given: true } : undefined;
}

const automaticFields: ReadonlySet<string> = new Set(["AutoField", "BigAutoField", "SmallAutoField"]);

function isGivenByDatabase({ fields, primaryKey }: Model): boolean {
  return automaticFields.has(fields.get(primaryKey)?.baseClassName ?? "");
}

/** `row._state.adding`, `row._state.fields_cache` */
export function stateOf(
  interpreter: Interpreter,
  { receiver, name: holder }: MethodValue,
  name: string,
): Value | undefined {
  if (holder !== "_state" || receiver.kind !== "instance") return undefined;
  if (name === "fields_cache") return loadedFields(interpreter, receiver);
  if (name !== "adding") return undefined;
  const inTable = isInTable(interpreter, receiver);
  return inTable === undefined ? undefined : lasting(!inTable);
}

/** `if not self.number: self.number = …` in `save()`: a row of the table was given its number when it was made. */
export function isFilledInBefore(interpreter: Interpreter, { test, body }: If): boolean {
  const { scope, symbol } = interpreter.state.frame;
  const column = columnAskedFor(test);
  if (column?.value.kind !== "Name" || !symbol.endsWith(".save")) return false;
  const { name } = column.attribute;
  const holder = { row: lookup(scope, column.value.name), name: column.value.name };
  return (
    holder.row?.kind === "instance" &&
    holder.row.model.fields.has(name) &&
    isInTable(interpreter, holder.row) === true &&
    someBlockStatement(body, (statement) => assignsAttribute(statement, holder.name, name))
  );
}

/** The attribute in `not self.number`, `self.number is None`. */
function columnAskedFor(test: Expression): Attribute | undefined {
  switch (test.kind) {
    case "UnaryOperation":
      return test.operator === "not" && test.operand.kind === "Attribute" ? test.operand : undefined;
    case "Comparison": {
      const [other] = test.comparators;
      const isNone = isNoneLiteral(other);
      return isNone && test.operators[0] === "is" && test.left.kind === "Attribute" ? test.left : undefined;
    }
    default:
      return undefined;
  }
}

/** The object may have been saved or deleted, or got another key, on one of the ways that lead on from here. */
export function forgetWhetherInTable(instance: Instance): void {
  for (let current: Instance | undefined = instance; current; current = current.element) {
    current.state.inTable = undefined;
  }
}

/** The result of a condition: it lasts where what decides it does. */
export function decision(truth: boolean, by: Value): Literal {
  return by.kind === "unknown" || (by.kind === "literal" && by.lasting)
    ? lasting(truth)
    : { kind: "literal", value: truth };
}

function lasting(value: Literal["value"]): Literal {
  return { kind: "literal", value, lasting: true };
}
