/** What the admin shows of a row: a field, a method or property of the admin class or the model, a function. */
import type { Model } from "../../django/model-graph.ts";
import { mayApply } from "../../django/versions.ts";
import { callAt } from "../../interpret/declarations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import type { PlainObject, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";

/** Names of columns and read-only fields, as `django.contrib.admin.utils.lookup_field` understands them. */
export function showColumn(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  row: Value,
  column: Value,
  node: Expression,
): void {
  const value =
    column.kind === "literal" && typeof column.value === "string"
      ? namedColumn(interpreter, admin, model, row, column.value, node)
      : callIfCallable(interpreter, column, row, node);
  showValue(interpreter, value, node);
}

function namedColumn(
  interpreter: Interpreter,
  admin: PlainObject,
  model: Model,
  row: Value,
  name: string,
  node: Expression,
): Value {
  if (name === "__str__") return row;
  if (!isField(model, name)) {
    const member = interpreter.program.lookupMember(admin.symbol, name);
    if (member.kind === "found") {
      return callIfCallable(interpreter, interpreter.attribute(admin, name, node), row, node);
    }
  }
  const parts = name.split("__");
  if (parts.length > 1 && isLookup(interpreter, model, name)) {
    return parts.reduce<Value>((value, part) => interpreter.attribute(value, part, node), row);
  }
  const value = interpreter.attribute(row, name, node);
  return value.kind === "function" ? interpreter.call(value, noArguments, callAt(node, name)) : value;
}

/** What `_meta.get_field()` finds: columns, foreign keys and many-to-many fields. */
function isField(model: Model, name: string): boolean {
  const kind = model.fields.get(name)?.kind;
  return kind !== undefined && kind !== "genericForeignKey" && kind !== "genericRelation";
}

function isLookup(interpreter: Interpreter, model: Model, name: string): boolean {
  const [first = ""] = name.split("__");
  return mayApply("adminRelatedColumns", interpreter.django) && model.relations.has(first);
}

function callIfCallable(interpreter: Interpreter, callee: Value, row: Value, node: Expression): Value {
  if (callee.kind !== "function") return { kind: "unknown", varies: [] };
  const args = { positional: [row], keywords: new Map<string, Value>(), open: false };
  return interpreter.call(callee, args, callAt(node, "column"));
}

function showValue(interpreter: Interpreter, value: Value, node: Expression): void {
  if (value.kind === "manager") {
    interpreter.inLoop(interpreter.initialQueryset(value, node), node, node, (element) => {
      interpreter.str(element, node);
    });
    return;
  }
  interpreter.str(value, node);
}
