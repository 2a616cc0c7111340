/** Transfer functions of expressions. */
import { unreachable } from "../../base/invariant.ts";
import { unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Attribute, Call, Expression, FormattedString, Subscript } from "../../syntax/ast.ts";
import { changeable, changeableLiteral, isShared, isTypeTest, truthOf } from "../conditions/truth.ts";
import { noteOutsideEffect } from "../effects/outside-effects.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { uploadedFiles } from "../libraries/file-values.ts";
import { instanceOf } from "../make-values.ts";
import { isCondition, negatedCondition } from "../querysets/q-objects.ts";
import { attributeOfRequest, isRequest } from "../rows/request-attributes.ts";
import { decision, isKeyName } from "../rows/stored-rows.ts";
import { noArguments, noKeywords } from "./arguments.ts";
import { evaluateComprehension, evaluateDict, evaluateDisplay } from "./displays.ts";
import { lookup } from "./environment.ts";
import { asynchronously } from "./event-loop.ts";
import { valueOfConstant, valueOfString } from "./literals.ts";
import {
  evaluateBinary,
  evaluateBoolean,
  evaluateComparison,
  evaluateConditional,
  variesOfAll,
} from "./operators.ts";
import { sliceOf, subscriptOf } from "./subscripts.ts";
import { valueOfSymbol } from "./symbol-values.ts";
import { concatenated, textOrUnknown } from "./text-formatting.ts";

export function evaluateExpression(interpreter: Interpreter, node: Expression): Value {
  const { state } = interpreter;
  switch (node.kind) {
    case "Name": {
      const local = lookup(state.frame.scope, node.name);
      if (local) return isShared(state.frame.scope, node.name) ? changeable(local) : local;
      return changeable(
        valueOfSymbol(interpreter, interpreter.program.resolveName(state.frame.module, node.name)),
      );
    }
    case "StringLiteral":
      return valueOfString(node, state.frame.module);
    case "NumberLiteral":
      return Number.isNaN(node.value) ? unknown : { kind: "literal", value: node.value };
    case "ConstantLiteral":
      return valueOfConstant(node);
    case "FormattedString":
      return evaluateFormattedString(interpreter, node);
    case "BinaryOperation":
      return evaluateBinary(interpreter, node.left, node.operator, node.right);
    case "BooleanOperation":
      return evaluateBoolean(interpreter, node);
    case "Comparison":
      return evaluateComparison(interpreter, node);
    case "UnaryOperation": {
      const value = interpreter.evaluate(node.operand);
      if (node.operator === "~" && isCondition(value)) return negatedCondition(value);
      if (node.operator !== "not") return unknownVarying(variesOf(value));
      interpreter.bool(value, node.operand);
      const truth = truthOf(interpreter, value);
      return truth === undefined ? unknownVarying(variesOf(value)) : decision(!truth, value);
    }
    case "Call":
      return evaluateCall(interpreter, node);
    case "Attribute":
      return evaluateAttribute(interpreter, node);
    case "Subscript":
      return changeable(evaluateSubscript(interpreter, node));
    case "ListLiteral":
    case "TupleLiteral":
    case "SetLiteral":
      return evaluateDisplay(interpreter, node.elements);
    case "DictLiteral":
      return evaluateDict(interpreter, node);
    case "Comprehension":
      return evaluateComprehension(interpreter, node);
    case "Lambda":
      return {
        kind: "function",
        node,
        module: state.frame.module,
        symbol: undefined,
        owner: state.frame.owner,
        receiver: undefined,
        closure: state.frame.scope,
        boundArguments: [],
      };
    case "Conditional":
      return evaluateConditional(interpreter, node);
    case "Await":
      return node.value.kind === "Call"
        ? evaluateAsynchronousCall(interpreter, node.value)
        : interpreter.evaluate(node.value);
    case "Yield":
      state.frame.yields.push(node.value ? interpreter.evaluate(node.value) : unknown);
      return unknown;
    case "YieldFrom":
      state.frame.yields.push(interpreter.iterate(interpreter.evaluate(node.value), node.value));
      return unknown;
    case "Starred":
      return interpreter.evaluate(node.value);
    case "NamedExpression": {
      const value = interpreter.evaluate(node.value);
      interpreter.assign(node.target, value);
      return value;
    }
    case "Slice":
      for (const part of [node.lower, node.upper, node.step]) if (part) interpreter.evaluate(part);
      return unknown;
    case "InvalidExpression":
      return unknown;
    default:
      return unreachable(node);
  }
}

function evaluateFormattedString(interpreter: Interpreter, node: FormattedString): Value {
  const values = node.values.map((part) => {
    const value = interpreter.evaluate(part);
    if (part.kind !== "StringLiteral") interpreter.str(value, part);
    return value;
  });
  return textOrUnknown(concatenated(values), variesOfAll(values));
}

/** `task.project.id`: a read of the related row for the key that the row holds. Undefined where it is none. */
export function keyOfRelated(
  interpreter: Interpreter,
  holder: Value,
  relationName: string,
  name: string,
  node: Attribute,
): Value | undefined {
  if (holder.kind !== "instance") return undefined;
  const relation = holder.model.relations.get(relationName);
  const target = relation?.target === undefined ? undefined : interpreter.models.model(relation.target);
  const forward = relation?.kind === "foreignKey" || relation?.kind === "oneToOne";
  const keyIsInRow = forward && relation?.field.toField === undefined;
  if (!relation || !keyIsInRow || !target || !isKeyName(interpreter.models, target, name)) return undefined;
  interpreter.readRelation(holder, relation.accessor, node, "key");
  return unknownVarying(holder.varies);
}

function evaluateAttribute(interpreter: Interpreter, node: Attribute): Value {
  const name = node.attribute.name;
  // `task.project.id` reads only what `task.project_id` holds already.
  if (node.value.kind === "Attribute") {
    const outer = interpreter.evaluate(node.value.value);
    const key = keyOfRelated(interpreter, outer, node.value.attribute.name, name, node);
    if (key) return key;
    const holder = interpreter.attribute(outer, node.value.attribute.name, node.value);
    const known = rowOnRequest(interpreter, node.value, holder);
    return rowOnRequest(interpreter, node, attributeOfHolder(interpreter, known, node));
  }
  return rowOnRequest(
    interpreter,
    node,
    attributeOfHolder(interpreter, interpreter.evaluate(node.value), node),
  );
}

/** What a model says about its relations lasts. Other attributes may be assigned anywhere. */
function attributeOfHolder(interpreter: Interpreter, holder: Value, node: Attribute): Value {
  const value = interpreter.attribute(holder, node.attribute.name, node);
  if (holder.kind === "instance") return changeableLiteral(value);
  return isOwnConstructor(interpreter, holder) ? value : changeable(value);
}

/** What a constructor has assigned to its own object is still there. */
function isOwnConstructor({ state }: Interpreter, holder: Value): boolean {
  return (
    holder.kind === "object" && holder === state.frame.receiver && state.frame.symbol.endsWith(".__init__")
  );
}

/** `request.user`, which Django's authentication sets, and what the project itself sets on requests. */
export function rowOnRequest(interpreter: Interpreter, node: Attribute, value: Value): Value {
  const isOpen = value.kind === "unknown" || (value.kind === "method" && value.receiver.kind === "unknown");
  if (!isOpen || !isRequest(node.value)) return value;
  const { name } = node.attribute;
  if (name === "FILES") return uploadedFiles;
  if (name !== "user") return attributeOfRequest(interpreter, name) ?? value;
  const model = interpreter.models.userModel;
  if (!model) return value;
  // Loaded for this request alone: nobody has prefetched anything for it.
  return instanceOf(model, { queryset: interpreter.nowhere(model), path: [], single: true });
}

function evaluateCall(interpreter: Interpreter, node: Call): Value {
  // What `sync_to_async(list)(rows)` calls runs in a thread, awaited at once or later.
  if (node.function.kind === "Call") return evaluateAsynchronousCall(interpreter, node);
  const callee = interpreter.evaluate(node.function);
  const first = node.arguments[0];
  if (first?.kind === "Comprehension" && callee.kind === "external" && searching.has(callee.name)) {
    interpreter.searches.add(first);
  }
  noteOutsideEffect(interpreter, callee, node);
  const result = interpreter.call(callee, evaluateArguments(interpreter, node), node);
  // A method may be overridden, a function patched or changed: only what Python itself tells is certain.
  return isTypeTest(callee) || readsArgument(callee) ? result : changeableLiteral(result);
}

/** `kwargs.pop("force", False)` */
function readsArgument(callee: Value): boolean {
  return (
    callee.kind === "method" &&
    callee.receiver.kind === "mapping" &&
    callee.receiver.passed === true &&
    (callee.name === "get" || callee.name === "pop")
  );
}

/** They ask their argument for no more elements than they need. */
const searching: ReadonlySet<string> = new Set(["builtins.any", "builtins.all", "builtins.next"]);

function evaluateAsynchronousCall(interpreter: Interpreter, node: Call): Value {
  const callee = interpreter.evaluate(node.function);
  const args = evaluateArguments(interpreter, node);
  noteOutsideEffect(interpreter, callee, node);
  return asynchronously(interpreter.state, () => interpreter.call(callee, args, node));
}

function evaluateArguments(interpreter: Interpreter, node: Call): Arguments {
  if (node.arguments.length === 0 && node.keywords.length === 0) return noArguments;
  const positional: Value[] = [];
  let open = false;
  for (const argument of node.arguments) {
    if (argument.kind !== "Starred") {
      positional.push(interpreter.evaluate(argument));
      continue;
    }
    const value = interpreter.evaluate(argument.value);
    if (value.kind === "collection" && value.items) positional.push(...value.items);
    else {
      open = true;
      interpreter.iterate(value, argument.value);
    }
  }
  if (node.keywords.length === 0) return { positional, keywords: noKeywords, open };
  const keywords = new Map<string, Value>();
  for (const keyword of node.keywords) {
    const value = interpreter.evaluate(keyword.value);
    if (keyword.name) keywords.set(keyword.name.name, value);
    else if (value.kind === "mapping") {
      for (const [key, entry] of value.entries) keywords.set(key, entry);
      open ||= value.key !== unknown || value.size.kind !== "constant";
    } else open = true;
  }
  return { positional, keywords, open };
}

function evaluateSubscript(interpreter: Interpreter, node: Subscript): Value {
  const value = interpreter.evaluate(node.value);
  if (node.index.kind === "Slice") return sliceOf(interpreter, value, node, node.index);
  return subscriptOf(interpreter, value, interpreter.evaluate(node.index), node);
}
