/** `while` loops that go through elements like a `for`: what they take in each round. */

import type { Expression, Name, Statement, While } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import { someBlockStatement } from "../../syntax/statement-walk.ts";
import { walkExpressions } from "../../syntax/walk.ts";

export type WhileIteration =
  /** `while (task := next(tasks, None)) is not None` */
  | { readonly kind: "elements"; readonly source: Expression; readonly target: Expression | undefined }
  /** `while line := file.readline()`: what the file gives is not known. */
  | { readonly kind: "lines"; readonly target: Expression }
  /** `while names: name = names.pop()`, where nothing puts more into it. */
  | { readonly kind: "drained"; readonly list: Name }
  /** `while number < count: …; number += 1`, which nothing ends before. */
  | { readonly kind: "counted"; readonly bound: Expression };

export function whileIteration(statement: While): WhileIteration | undefined {
  return (
    taken(statement.test, undefined) ??
    drained(statement.test, statement.body) ??
    counted(statement) ??
    endless(statement)
  );
}

/** `while True: line = file.readline(); if not line: break; …`, and `while True: if not names: break; … names.pop()` */
function endless({ test, body: [first, second, ...rest] }: While): WhileIteration | undefined {
  if (test.kind !== "ConstantLiteral" || test.value !== "True" || !first || !second) return undefined;
  const tested = endsWithout(first);
  if (tested) return drained(tested, [second, ...rest]);
  if (first.kind !== "Assign") return undefined;
  const [target, ...others] = first.targets;
  if (target?.kind !== "Name" || others.length > 0 || endsWithout(second)?.name !== target.name)
    return undefined;
  return taken(first.value, target);
}

/** The name in `if not name: break`, `if name is None: break`. */
function endsWithout(statement: Statement): Name | undefined {
  if (statement.kind !== "If" || statement.orElse.length > 0) return undefined;
  const [only, ...others] = statement.body;
  if (only?.kind !== "Break" || others.length > 0) return undefined;
  const { test } = statement;
  if (test.kind === "UnaryOperation" && test.operator === "not" && test.operand.kind === "Name")
    return test.operand;
  if (test.kind !== "Comparison" || test.operators.length > 1 || test.operators[0] !== "is") return undefined;
  const [other] = test.comparators;
  const isNone = isNoneLiteral(other);
  return isNone && test.left.kind === "Name" ? test.left : undefined;
}

/** The call in a condition that gives an element, and the name that takes it. */
function taken(test: Expression, target: Expression | undefined): WhileIteration | undefined {
  switch (test.kind) {
    case "Call": {
      const { arguments: given, function: callee } = test;
      const [source] = given;
      if (callee.kind === "Name" && callee.name === "next" && source)
        return { kind: "elements", source, target };
      const isLine = callee.kind === "Attribute" && /^(?:readline|fetchone)$/.test(callee.attribute.name);
      return isLine && target && given.length === 0 ? { kind: "lines", target } : undefined;
    }
    case "NamedExpression":
      return taken(test.value, test.target);
    case "Comparison":
      return taken(test.left, target);
    default:
      return undefined;
  }
}

const taking = /^(?:pop|popleft|popitem)$/;

/** `while names:`, `while len(names) > 0:` */
function drained(test: Expression, body: readonly Statement[]): WhileIteration | undefined {
  const list = testedList(test);
  if (!list) return undefined;
  const allowed = new Set<Expression>();
  let takes = false;
  let uses = false;
  for (const statement of body) {
    walkExpressions(statement, (node) => {
      if (
        node.kind === "Call" &&
        node.function.kind === "Attribute" &&
        taking.test(node.function.attribute.name)
      ) {
        const { value } = node.function;
        if (value.kind === "Name" && value.name === list.name) {
          allowed.add(value);
          takes = true;
        }
      }
      if (node.kind === "Name" && node.name === list.name && !allowed.has(node)) uses = true;
      return undefined;
    });
  }
  return takes && !uses ? { kind: "drained", list } : undefined;
}

function testedList(test: Expression): Name | undefined {
  switch (test.kind) {
    case "Name":
      return test;
    case "Call": {
      const [list] = test.arguments;
      const isLength = test.function.kind === "Name" && test.function.name === "len";
      return isLength && list?.kind === "Name" ? list : undefined;
    }
    case "Comparison":
      return test.left.kind === "Call" ? testedList(test.left) : undefined;
    default:
      return undefined;
  }
}

function counted({ test, body }: While): WhileIteration | undefined {
  const [bound, ...others] = test.kind === "Comparison" ? test.comparators : [];
  if (test.kind !== "Comparison" || test.left.kind !== "Name" || !bound || others.length > 0)
    return undefined;
  const { name } = test.left;
  const isStep = (statement: Statement): boolean =>
    statement.kind === "AugAssign" &&
    statement.target.kind === "Name" &&
    statement.target.name === name &&
    statement.value.kind === "NumberLiteral" &&
    statement.value.value === 1;
  // Attempts end with the first that succeeds, or take what the others raise.
  const isAttempt = someBlockStatement(body, ({ kind }) =>
    ["Break", "Continue", "Return", "Try"].includes(kind),
  );
  const isRead = bound.kind === "Name" || bound.kind === "Attribute";
  return isRead && body.some(isStep) && !isAttempt ? { kind: "counted", bound } : undefined;
}
