/** What variables of templates mean: keys, attributes and indexes are tried in turn, and what can be called is called. */

import { maybeAbsent } from "../../interpret/conditions/presence.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import { noArguments } from "../../interpret/language/arguments.ts";
import { keyOfRelated, rowOnRequest } from "../../interpret/language/expressions.ts";
import { mappingEntry, subscriptOf } from "../../interpret/language/subscripts.ts";
import { joinAll, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { synchronousName } from "../../queryset/operations.ts";
import type { FunctionValue, Mapping, MethodValue, Value } from "../../queryset/value.ts";
import type { Attribute, Call, Expression, Subscript } from "../../syntax/ast.ts";
import type { TemplateContext } from "./template-context.ts";

/** The value of a variable or literal of a template. */
export function valueOfVariable(interpreter: Interpreter, context: TemplateContext, node: Expression): Value {
  if (interpreter.state.budget-- <= 0) return unknown;
  switch (node.kind) {
    case "Name":
      if (context.isObserved) context.noteRead(node.name, interpreter.location(node));
      return called(interpreter, context.get(node.name), node);
    case "Attribute":
      return valueOfAttribute(interpreter, context, node);
    case "Subscript": {
      const holder = valueOfVariable(interpreter, context, node.value);
      return called(interpreter, indexed(interpreter, holder, node), node);
    }
    case "StringLiteral":
    case "NumberLiteral":
      return { kind: "literal", value: node.value };
    case "ConstantLiteral":
      return { kind: "literal", value: node.value === "None" ? null : node.value === "True" };
    default:
      return unknown;
  }
}

function valueOfAttribute(interpreter: Interpreter, context: TemplateContext, node: Attribute): Value {
  const { value } = node;
  if (value.kind !== "Attribute") {
    return called(interpreter, lookup(interpreter, valueOfVariable(interpreter, context, value), node), node);
  }
  const outer = valueOfVariable(interpreter, context, value.value);
  // `task.project.id` reads only what `task.project_id` holds already.
  const key = keyOfRelated(interpreter, outer, value.attribute.name, node.attribute.name, node);
  if (key) return key;
  const holder = called(interpreter, lookup(interpreter, outer, value), value);
  return called(interpreter, lookup(interpreter, holder, node), node);
}

function lookup(interpreter: Interpreter, holder: Value, node: Attribute): Value {
  const { name } = node.attribute;
  if (name.startsWith("_")) return unknown;
  switch (holder.kind) {
    case "mapping":
      return keyOf(interpreter, holder, name, node);
    case "union":
      return joinAll(holder.alternatives.map((alternative) => lookup(interpreter, alternative, node)));
    case "unknown":
      return rowOnRequest(interpreter, node, unknownVarying(holder.varies));
    case "literal":
    case "collection":
    case "function":
    case "prefetch":
    case "super":
    case "template":
      return unknownVarying(variesOf(holder));
    case "instance": {
      // Of None a template reads nothing, and does not complain.
      const value = interpreter.attribute(holder, name, node);
      return holder.present ? value : maybeAbsent(value);
    }
    default:
      return interpreter.attribute(holder, name, node);
  }
}

const mappingMethods: ReadonlySet<string> = new Set(["copy", "items", "keys", "values"]);

function keyOf(interpreter: Interpreter, holder: Mapping, name: string, node: Attribute): Value {
  const entry = holder.entries.get(name);
  if (entry) return entry;
  if (mappingMethods.has(name)) return interpreter.attribute(holder, name, node);
  if (holder.size.kind === "constant") return unknownVarying(holder.varies);
  return mappingEntry(holder, { kind: "literal", value: name });
}

function indexed(interpreter: Interpreter, holder: Value, node: Subscript): Value {
  // A manager has no indexes: the lookup fails and gives nothing.
  if (holder.kind === "manager" || node.index.kind !== "NumberLiteral") return unknown;
  return subscriptOf(interpreter, holder, { kind: "literal", value: node.index.value }, node);
}

/** Django calls whatever can be called, without arguments, unless it changes data or asks not to be called. */
function called(interpreter: Interpreter, value: Value, node: Expression): Value {
  switch (value.kind) {
    case "function":
      if (needsArguments(value) || changesData(value.receiver, value.symbol?.name ?? "")) return unknown;
      return interpreter.callFunction(value, noArguments, node, value.receiver ? "method" : "call");
    case "method":
      if (changesData(value.receiver, value.name)) return unknown;
      return callMethod(interpreter, value, node);
    case "class":
      return value.model ? unknown : value;
    case "union":
      return joinAll(value.alternatives.map((alternative) => called(interpreter, alternative, node)));
    default:
      return value;
  }
}

function callMethod(interpreter: Interpreter, method: MethodValue, node: Expression): Value {
  const { receiver, name } = method;
  // Without arguments these fail, and give nothing.
  if ((receiver.kind === "queryset" || receiver.kind === "manager") && asksForArguments.has(name))
    return unknown;
  return interpreter.call(method, noArguments, callOf(node));
}

const asksForArguments: ReadonlySet<string> = new Set(["dates", "datetimes", "contains", "in_bulk", "raw"]);

function needsArguments({ node, receiver, boundArguments }: FunctionValue): boolean {
  const given = boundArguments.length + (receiver ? 1 : 0);
  const required = node.parameters.filter(
    (parameter) =>
      parameter.default === undefined && parameter.form !== "starred" && parameter.form !== "doubleStarred",
  );
  return required.length > given;
}

const changing: ReadonlySet<string> = new Set([
  "add",
  "bulk_create",
  "bulk_update",
  "clear",
  "create",
  "delete",
  "get_or_create",
  "remove",
  "save",
  "save_base",
  "set",
  "update",
  "update_or_create",
]);

/** `alters_data`, which Django gives to methods of models, querysets and managers that write. */
function changesData(receiver: Value | undefined, name: string): boolean {
  const kind = receiver?.kind;
  return (
    (kind === "instance" || kind === "queryset" || kind === "manager") && changing.has(synchronousName(name))
  );
}

/** The call that the template does not write out. The same node for the same variable. */
export function callOf(node: Expression): Call {
  let call = calls.get(node);
  if (!call) {
    const { start, end } = node;
    call = {
      kind: "Call",
      start,
      end,
      function: node,
      arguments: [],
      keywords: [],
      argumentsRange: { start: end, end },
    };
    calls.set(node, call);
  }
  return call;
}

const calls = new WeakMap<Expression, Call>();
