/** `a | b`, `a == b`, `a and b`, `a if b else c` */
import { alternativesOf, join, joinAll, unknown, unknownVarying, variesOf } from "../../queryset/join.ts";
import { type LoopSet, noLoops, unionLoops } from "../../queryset/loop-set.ts";
import type { Collection, Value } from "../../queryset/value.ts";
import type { BooleanOperation, Comparison, Conditional, Expression } from "../../syntax/ast.ts";
import { compareByKey } from "../conditions/identity-comparisons.ts";
import { narrow } from "../conditions/narrowing.ts";
import { compare, truthOf } from "../conditions/truth.ts";
import type { Interpreter } from "../interpreter.ts";
import { asQueueObject, isChain } from "../libraries/tasks.ts";
import { withOtherRows } from "../make-values.ts";
import { combinedCondition } from "../querysets/q-objects.ts";
import { guardBy } from "../rows/loaded-relations.ts";
import { decision } from "../rows/stored-rows.ts";
import { compareWith } from "./builtins.ts";
import { inBranch, joinBindings, noBindings } from "./environment.ts";
import { differenceOf } from "./key-sets.ts";
import { mergedMapping } from "./merged-mapping.ts";
import { concatenated, percentFormatted, textOrUnknown } from "./text-formatting.ts";

export function evaluateBinary(
  interpreter: Interpreter,
  leftNode: Expression,
  operator: string,
  rightNode: Expression,
): Value {
  const left = interpreter.evaluate(leftNode);
  const right = interpreter.evaluate(rightNode);
  if (left.kind === "queryset" && (operator === "|" || operator === "&" || operator === "^")) {
    // The left operand's eager loading survives, the right one's is lost.
    return operator === "&" ? { ...left, combined: true, result: { evaluated: false } } : withOtherRows(left);
  }
  const varies = unionLoops(variesOf(left), variesOf(right));
  const condition = combinedCondition(operator, left, right);
  if (condition) return condition;
  if (operator === "+" && left.kind === "collection" && right.kind === "collection") {
    return concatenation(left, right);
  }
  if (operator === "+" && (isText(left) || isText(right))) {
    return textOrUnknown(concatenated([left, right]), varies);
  }
  if (operator === "-" && left.kind === "collection" && right.kind === "collection") {
    return differenceOf(left, right) ?? unknownVarying(varies);
  }
  if (operator === "|" && (left.kind === "mapping" || right.kind === "mapping")) {
    return mergedMapping(left, right);
  }
  if (operator === "%" && left.kind === "literal" && typeof left.value === "string") {
    for (const part of rightNode.kind === "TupleLiteral" ? rightNode.elements : []) {
      interpreter.str(interpreter.evaluate(part), part);
    }
    if (rightNode.kind !== "TupleLiteral") interpreter.str(right, rightNode);
    return textOrUnknown(percentFormatted(left.value, right), varies);
  }
  return asQueueObject(unknownVarying(varies), isChain(operator, left, right) ? "canvas" : undefined);
}

function isText(value: Value): boolean {
  return value.kind === "literal"
    ? typeof value.value === "string"
    : value.kind === "unknown" && !!value.text;
}

function concatenation(left: Collection, right: Collection): Value {
  const joined = join(left, right);
  if (!left.items || !right.items || joined.kind !== "collection") return joined;
  const items = [...left.items, ...right.items];
  return { ...joined, items, size: { kind: "constant", count: items.length } };
}

export function evaluateComparison(interpreter: Interpreter, node: Comparison): Value {
  if (compareByKey(interpreter, node)) return unknown;
  const operands = [node.left, ...node.comparators];
  const values = operands.map((operand) => interpreter.evaluate(operand));
  for (const [index, operator] of node.operators.entries()) {
    const container = values[index + 1];
    const containerNode = operands[index + 1];
    if ((operator === "in" || operator === "not in") && container && containerNode) {
      if (container.kind === "queryset") interpreter.send(container, "contains", containerNode);
    }
  }
  const [left = unknown, right = unknown] = values;
  const [operator = ""] = node.operators;
  if (operator === "==" || operator === "!=") compareWith(interpreter, left, right, ["__eq__"], node);
  const decided = values.length === 2 ? compare(operator, left, right) : undefined;
  // What is loaded with a row is certain, whatever name it is asked for by.
  if (decided !== undefined) return decision(decided, isCacheOfRow(right) ? unknown : left);
  return unknownVarying(variesOfAll(values));
}

function isCacheOfRow(value: Value): boolean {
  return alternativesOf(value).every((item) => item.kind === "mapping" && item.cacheOf !== undefined);
}

export function evaluateBoolean(interpreter: Interpreter, node: BooleanOperation): Value {
  const { state } = interpreter;
  const { scope } = state.frame;
  const values: Value[] = [];
  const guards = state.guards.length;
  const { bindings } = inBranch(scope, () => {
    for (const [index, part] of node.values.entries()) {
      const value = interpreter.evaluate(part);
      if (index === node.values.length - 1) {
        values.push(value);
        break;
      }
      interpreter.bool(value, part);
      const decided = truthOf(interpreter, value);
      if (decided === (node.operator === "and")) continue;
      values.push(value);
      if (decided !== undefined) break;
      // What follows runs only when this part allowed it.
      state.guards.push(guardBy(interpreter, part, node.operator === "and"));
      narrow(interpreter, part, node.operator === "and");
    }
  });
  state.guards.length = guards;
  joinBindings(scope, noBindings, bindings);
  return endsInFalse(node, values) ? { kind: "literal", value: false } : joinAll(values);
}

/** `a and False`: whatever `a` is. */
function endsInFalse({ operator }: BooleanOperation, values: readonly Value[]): boolean {
  const last = values.at(-1);
  return (
    operator === "and" &&
    last?.kind === "literal" &&
    last.value === false &&
    !last.changeable &&
    values.slice(0, -1).every(({ kind }) => kind === "unknown")
  );
}

export function evaluateConditional(interpreter: Interpreter, node: Conditional): Value {
  const { state } = interpreter;
  const { scope } = state.frame;
  const test = interpreter.evaluate(node.test);
  interpreter.bool(test, node.test);
  const decided = truthOf(interpreter, test);
  if (decided !== undefined) return interpreter.evaluate(decided ? node.body : node.orElse);
  state.guards.push(guardBy(interpreter, node.test, true));
  const first = inBranch(scope, () => {
    narrow(interpreter, node.test, true);
    return interpreter.evaluate(node.body);
  });
  state.guards.pop();
  state.guards.push(guardBy(interpreter, node.test, false));
  const second = inBranch(scope, () => {
    narrow(interpreter, node.test, false);
    return interpreter.evaluate(node.orElse);
  });
  state.guards.pop();
  return join(first.result, second.result);
}

export function variesOfAll(values: readonly Value[]): LoopSet {
  return values.reduce<LoopSet>((loops, value) => unionLoops(loops, variesOf(value)), noLoops);
}
