import { compact } from "../base/compact.ts";
import type { BinaryOperation, Comparison, ConstantLiteral, Expression, UnaryOperation } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { lowerExpression, lowerField, tooDeep } from "./lower-expression.ts";
import { lowerParameters } from "./lower-parameters.ts";
import {
  type ExpressionLowering,
  identifierAt,
  invalidExpression,
  type Lowering,
  maximumDepth,
  nameAt,
  type OperationLowering,
} from "./lowering.ts";

/** Names, constants and numbers; operators; the keywords that make expressions. Not calls, collections and strings. */
export const simpleExpressions: Readonly<Record<string, ExpressionLowering>> = {
  identifier: lowerName,
  true: (c, node) => constant(c, node, "True"),
  false: (c, node) => constant(c, node, "False"),
  none: (c, node) => constant(c, node, "None"),
  ellipsis: (c, node) => constant(c, node, "..."),
  integer: lowerNumber,
  float: lowerNumber,
  boolean_operator: lowerBoolean,
  not_operator: lowerUnary,
  unary_operator: lowerUnary,
  conditional_expression: lowerConditional,
  lambda: lowerLambda,
  await: lowerAwait,
  yield: lowerYield,
  list_splat: lowerStarred,
  list_splat_pattern: lowerStarred,
  splat_type: lowerStarred,
  named_expression: lowerNamedExpression,
  as_pattern_target: onlyPart,
  union_type: lowerUnionType,
};

export const operatorOperations: Readonly<Record<string, OperationLowering>> = {
  binary_operator: lowerBinary,
  comparison_operator: lowerComparison,
};

/** The only expression among the children of a node. */
export function onlyPart(c: Lowering, node: number): Expression {
  return lowerOr(c, c.firstPart(node), c.endOf(node));
}

/** Lowers `node`; where there is none, an empty invalid expression at `offset` stands for it. */
export function lowerOr(c: Lowering, node: number | undefined, offset: number): Expression {
  return node === undefined ? invalidExpression(offset, offset) : lowerExpression(c, node);
}

function lowerName(c: Lowering, node: number): Expression {
  const start = c.startOf(node);
  const end = c.endOf(node);
  if (start === end) return invalidExpression(start, end);
  return { kind: "Name", start, end, name: nameAt(c, node) };
}

function constant(c: Lowering, node: number, value: ConstantLiteral["value"]): Expression {
  return { kind: "ConstantLiteral", start: c.startOf(node), end: c.endOf(node), value };
}

function lowerNumber(c: Lowering, node: number): Expression {
  return {
    kind: "NumberLiteral",
    start: c.startOf(node),
    end: c.endOf(node),
    value: numberValue(c.textOf(node)),
  };
}

/** `NaN` for what a double cannot hold: complex numbers, integers beyond 2^53, the octal `017` of Python 2. */
function numberValue(text: string): number {
  const digits = text.replaceAll("_", "");
  if (/^0[xob]/i.test(digits)) return exactly(Number(digits));
  if (/[jl]$/i.test(digits) || /^0\d+$/.test(digits)) return /^0+$/.test(digits) ? 0 : Number.NaN;
  return /^\d+$/.test(digits) ? exactly(Number(digits)) : Number(digits);
}

const exactly = (value: number): number => (Number.isSafeInteger(value) ? value : Number.NaN);

function lowerUnary(c: Lowering, node: number): Expression {
  const start = c.startOf(node);
  const first = c.text[start];
  const operator: UnaryOperation["operator"] =
    first === "-" || first === "+" || first === "~" ? first : "not";
  return {
    kind: "UnaryOperation",
    start,
    end: c.endOf(node),
    operator,
    operand: lowerField(c, node, Field.argument),
  };
}

function lowerBinary(c: Lowering, node: number, left: Expression): Expression {
  const operatorNode = c.child(node, Field.operator);
  const operator = operatorNode === undefined ? "" : operatorText(c, operatorNode);
  const right = lowerField(c, node, Field.right);
  const operation: BinaryOperation = {
    kind: "BinaryOperation",
    start: c.startOf(node),
    end: c.endOf(node),
    left,
    operator,
    right,
  };
  return operator === "&" ? withXorOutside(operation) : operation;
}

/** `a ^ b & c` is `a ^ (b & c)`, `a & b ^ c` is `(a & b) ^ c`; the grammar reads both the other way round. */
function withXorOutside(and: BinaryOperation): BinaryOperation {
  const { left, right } = and;
  // Only an operand without parentheses touches the end of the operation.
  if (right.kind === "BinaryOperation" && right.operator === "^" && right.end === and.end) {
    const inner = withXorOutside({ ...and, end: right.left.end, right: right.left });
    return { ...right, start: and.start, left: inner };
  }
  if (left.kind === "BinaryOperation" && left.operator === "^" && left.start === and.start) {
    const inner = withXorOutside({ ...and, start: left.right.start, left: left.right });
    return { ...left, end: and.end, right: inner };
  }
  return and;
}

/** `a and b and c` is nested to the left in the grammar; `(a and b) and c` stays nested. */
function lowerBoolean(c: Lowering, node: number): Expression {
  const operator = booleanOperator(c, node);
  const rightOperands: (number | undefined)[] = [];
  let operand: number | undefined = node;
  while (
    operand !== undefined &&
    c.kindOf(operand) === Kind.boolean_operator &&
    booleanOperator(c, operand) === operator
  ) {
    rightOperands.push(c.child(operand, Field.right));
    operand = c.child(operand, Field.left);
  }
  const end = c.endOf(node);
  const values = [operand, ...rightOperands.reverse()].map((value) => lowerOr(c, value, end));
  return { kind: "BooleanOperation", start: c.startOf(node), end, operator, values };
}

function booleanOperator(c: Lowering, node: number): "and" | "or" {
  const operator = c.child(node, Field.operator);
  return operator !== undefined && c.text[c.startOf(operator)] === "o" ? "or" : "and";
}

function lowerComparison(c: Lowering, node: number, left: Expression): Comparison {
  const operators: string[] = [];
  const comparators: Expression[] = [];
  for (let child = node + 1; child < c.after(node); child = c.after(child)) {
    if (c.fieldOf(child) === Field.operators) operators.push(operatorText(c, child));
    else if (operators.length > 0 && c.isPart(child)) comparators.push(lowerExpression(c, child));
  }
  return {
    kind: "Comparison",
    start: c.startOf(node),
    end: c.endOf(node),
    left,
    operators: compact(operators),
    comparators: compact(comparators),
  };
}

/** One shared string per operator; `not  in` is `not in`. */
function operatorText(c: Lowering, node: number): string {
  const text = c.textOf(node);
  if (text.length < 4) return c.names.intern(c.text, c.startOf(node), c.endOf(node));
  return text.startsWith("not") ? "not in" : "is not";
}

/** `A[x] | B | C` in an annotation: the grammar nests it to the right, Python to the left. */
function lowerUnionType(c: Lowering, node: number): Expression {
  const [first, ...others] = unionMembers(c, node);
  if (others.length > maximumDepth - c.depth) return tooDeep(c, node);
  let union = lowerOr(c, first, c.startOf(node));
  for (const member of others) {
    const right = lowerExpression(c, member);
    union = {
      kind: "BinaryOperation",
      start: union.start,
      end: right.end,
      left: union,
      operator: "|",
      right,
    };
  }
  return union;
}

function unionMembers(c: Lowering, union: number): readonly number[] {
  const members: number[] = [];
  const pending = [union];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const kind = c.kindOf(node);
    const operator = c.child(node, Field.operator);
    const isUnion =
      kind === Kind.union_type ||
      (kind === Kind.binary_operator && operator !== undefined && c.textOf(operator) === "|");
    if (isUnion) pending.push(...c.parts(node).reverse());
    else if (kind === Kind.type) pending.push(...c.parts(node));
    else members.push(node);
  }
  return members;
}

function lowerConditional(c: Lowering, node: number): Expression {
  const [body, test, orElse] = c.parts(node);
  const end = c.endOf(node);
  return {
    kind: "Conditional",
    start: c.startOf(node),
    end,
    test: lowerOr(c, test, end),
    body: lowerOr(c, body, c.startOf(node)),
    orElse: lowerOr(c, orElse, end),
  };
}

function lowerLambda(c: Lowering, node: number): Expression {
  return {
    kind: "Lambda",
    start: c.startOf(node),
    end: c.endOf(node),
    parameters: lowerParameters(c, c.child(node, Field.parameters)),
    body: lowerField(c, node, Field.body),
  };
}

/** `await x ** 2` is `(await x) ** 2`; the grammar reads it the other way round. */
function lowerAwait(c: Lowering, node: number): Expression {
  const start = c.startOf(node);
  const part = c.firstPart(node);
  const value = lowerOr(c, part, c.endOf(node));
  if (value.kind !== "BinaryOperation" || part === undefined || c.kindOf(part) !== Kind.binary_operator) {
    return { kind: "Await", start, end: c.endOf(node), value };
  }
  return { ...value, start, left: { kind: "Await", start, end: value.left.end, value: value.left } };
}

function lowerYield(c: Lowering, node: number): Expression {
  const start = c.startOf(node);
  const end = c.endOf(node);
  const part = c.firstPart(node);
  if (c.childOfKind(node, Kind.from) !== undefined) {
    return { kind: "YieldFrom", start, end, value: lowerOr(c, part, end) };
  }
  return { kind: "Yield", start, end, value: part === undefined ? undefined : lowerExpression(c, part) };
}

function lowerStarred(c: Lowering, node: number): Expression {
  return { kind: "Starred", start: c.startOf(node), end: c.endOf(node), value: onlyPart(c, node) };
}

function lowerNamedExpression(c: Lowering, node: number): Expression {
  const start = c.startOf(node);
  const end = c.endOf(node);
  const target = c.child(node, Field.name);
  if (target === undefined) return invalidExpression(start, end);
  return {
    kind: "NamedExpression",
    start,
    end,
    target: { kind: "Name", ...identifierAt(c, target) },
    value: lowerField(c, node, Field.value),
  };
}
