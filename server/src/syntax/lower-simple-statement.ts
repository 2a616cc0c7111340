import { compact, none } from "../base/compact.ts";
import type { Expression, Statement } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { lowerChain, lowerExpression, lowerField, lowerOptionalField } from "./lower-expression.ts";
import { lowerOr, onlyPart } from "./lower-simple-expression.ts";
import {
  identifierAt,
  invalidExpression,
  type Lowering,
  nameAt,
  type StatementLowering,
} from "./lowering.ts";

/** Statements of one line, but for imports. */
export const simpleStatements: Readonly<Record<string, StatementLowering>> = {
  expression_statement: lowerExpressionStatement,
  return_statement: (c, node) => ({
    kind: "Return",
    start: c.startOf(node),
    end: c.endOf(node),
    value: optionalPart(c, node),
  }),
  delete_statement: lowerDelete,
  raise_statement: lowerRaise,
  assert_statement: lowerAssert,
  global_statement: (c, node) => ({
    kind: "Global",
    start: c.startOf(node),
    end: c.endOf(node),
    names: namesIn(c, node),
  }),
  nonlocal_statement: (c, node) => ({
    kind: "Nonlocal",
    start: c.startOf(node),
    end: c.endOf(node),
    names: namesIn(c, node),
  }),
  pass_statement: (c, node) => ({ kind: "Pass", start: c.startOf(node), end: c.endOf(node) }),
  break_statement: (c, node) => ({ kind: "Break", start: c.startOf(node), end: c.endOf(node) }),
  continue_statement: (c, node) => ({ kind: "Continue", start: c.startOf(node), end: c.endOf(node) }),
  type_alias_statement: lowerTypeAlias,
  print_statement: lowerPython2Statement,
  exec_statement: lowerPython2Statement,
};

function rangeOf(c: Lowering, node: number): { readonly start: number; readonly end: number } {
  return { start: c.startOf(node), end: c.endOf(node) };
}

function optionalPart(c: Lowering, node: number): Expression | undefined {
  const part = c.firstPart(node);
  return part === undefined ? undefined : lowerExpression(c, part);
}

function namesIn(c: Lowering, node: number): readonly string[] {
  return compact(
    c
      .parts(node)
      .map((part) => nameAt(c, part))
      .filter((name) => name !== ""),
  );
}

/** `print "x"` and `exec "x"`: the grammar knows them, Python 3 does not. */
function lowerPython2Statement(c: Lowering, node: number): Statement {
  const range = rangeOf(c, node);
  c.errors.push(range);
  return { kind: "InvalidStatement", ...range };
}

function lowerExpressionStatement(c: Lowering, node: number): Statement {
  const part = c.firstPart(node);
  if (part === undefined) return { kind: "InvalidStatement", start: c.startOf(node), end: c.endOf(node) };
  switch (c.kindOf(part)) {
    case Kind.assignment:
      return lowerAssignment(c, part);
    case Kind.augmented_assignment:
      return lowerAugmentedAssignment(c, part);
    default:
      return {
        kind: "ExpressionStatement",
        start: c.startOf(node),
        end: c.endOf(node),
        value: lowerBareTuple(c, node, part),
      };
  }
}

/** `a, b` as a statement has no node of its own in the grammar. */
function lowerBareTuple(c: Lowering, node: number, first: number): Expression {
  if (c.childOfKind(node, Kind[","]) === undefined) return lowerExpression(c, first);
  return {
    kind: "TupleLiteral",
    start: c.startOf(node),
    end: c.endOf(node),
    elements: c.parts(node).map((element) => lowerExpression(c, element)),
  };
}

function lowerAssignment(c: Lowering, node: number): Statement {
  const annotation = lowerOptionalField(c, node, Field.type);
  if (annotation !== undefined) {
    return {
      kind: "AnnAssign",
      start: c.startOf(node),
      end: c.endOf(node),
      target: lowerField(c, node, Field.left),
      annotation,
      value: lowerOptionalField(c, node, Field.right),
    };
  }
  const targets: Expression[] = [];
  let assignment = node;
  for (;;) {
    targets.push(lowerField(c, assignment, Field.left));
    const right = c.child(assignment, Field.right);
    if (right === undefined || c.kindOf(right) !== Kind.assignment) {
      return {
        kind: "Assign",
        start: c.startOf(node),
        end: c.endOf(node),
        targets: compact(targets),
        value: lowerOr(c, right, c.endOf(assignment)),
      };
    }
    assignment = right;
  }
}

function lowerAugmentedAssignment(c: Lowering, node: number): Statement {
  const operator = c.child(node, Field.operator);
  return {
    kind: "AugAssign",
    start: c.startOf(node),
    end: c.endOf(node),
    target: lowerField(c, node, Field.left),
    operator:
      operator === undefined ? "" : c.names.intern(c.text, c.startOf(operator), c.endOf(operator) - 1),
    value: lowerField(c, node, Field.right),
  };
}

function lowerDelete(c: Lowering, node: number): Statement {
  const part = c.firstPart(node);
  const targets =
    part !== undefined && c.kindOf(part) === Kind.expression_list ? c.parts(part) : c.parts(node);
  return {
    kind: "Delete",
    start: c.startOf(node),
    end: c.endOf(node),
    targets: targets.map((target) => lowerExpression(c, target)),
  };
}

function lowerRaise(c: Lowering, node: number): Statement {
  const cause = c.child(node, Field.cause);
  const exception = c.firstPart(node);
  return {
    kind: "Raise",
    start: c.startOf(node),
    end: c.endOf(node),
    exception: exception === undefined || exception === cause ? undefined : lowerExpression(c, exception),
    cause: cause === undefined ? undefined : lowerExpression(c, cause),
  };
}

function lowerAssert(c: Lowering, node: number): Statement {
  const [test, message] = c.parts(node);
  return {
    kind: "Assert",
    start: c.startOf(node),
    end: c.endOf(node),
    test: lowerOr(c, test, c.endOf(node)),
    message: message === undefined ? undefined : lowerExpression(c, message),
  };
}

/** `type Name[T] = value`. */
function lowerTypeAlias(c: Lowering, node: number): Statement {
  const left = c.child(node, Field.left);
  const right = c.child(node, Field.right);
  if (left === undefined) return { kind: "InvalidStatement", start: c.startOf(node), end: c.endOf(node) };
  const name = aliasName(c, left);
  if (name === undefined) return lowerAssignmentToTypeOf(c, node, left, right);
  return {
    kind: "TypeAlias",
    start: c.startOf(node),
    end: c.endOf(node),
    name: identifierAt(c, name),
    value: right === undefined ? invalidExpression(c.endOf(node), c.endOf(node)) : onlyPart(c, right),
  };
}

/** `Name`, or the `Name` of `Name[T]`; undefined for anything else. */
function aliasName(c: Lowering, left: number): number | undefined {
  const part = c.firstPart(left);
  if (part === undefined) return undefined;
  const name =
    c.kindOf(part) === Kind.generic_type || c.kindOf(part) === Kind.subscript ? c.firstPart(part) : part;
  return name !== undefined && c.kindOf(name) === Kind.identifier ? name : undefined;
}

/** `type(x).attribute = value`, which the grammar takes for an alias called `(x).attribute`. */
function lowerAssignmentToTypeOf(
  c: Lowering,
  node: number,
  left: number,
  right: number | undefined,
): Statement {
  const { start } = rangeOf(c, node);
  const type: Expression = { kind: "Name", start, end: start + "type".length, name: "type" };
  let brackets: number | undefined = c.firstPart(left);
  while (brackets !== undefined && !isBracketed(c, brackets)) brackets = c.firstPart(brackets);
  const outermost = c.firstPart(left);
  if (brackets === undefined || outermost === undefined) {
    return { kind: "InvalidStatement", start: c.startOf(node), end: c.endOf(node) };
  }
  const expression = applied(c, type, brackets);
  return {
    kind: "Assign",
    start: c.startOf(node),
    end: c.endOf(node),
    targets: [outermost === brackets ? expression : lowerChain(c, outermost, { node: brackets, expression })],
    value: lowerOr(c, right, c.endOf(node)),
  };
}

function isBracketed(c: Lowering, node: number): boolean {
  const first = c.text[c.startOf(node)];
  return first === "[" || (first === "(" && bracketKinds.has(c.kindOf(node)));
}

const bracketKinds: ReadonlySet<number> = new Set([
  Kind.parenthesized_expression,
  Kind.tuple,
  Kind.generator_expression,
]);

/** `type(…)`, or `type[…]` where somebody has called a variable so. */
function applied(c: Lowering, type: Expression, brackets: number): Expression {
  const { start } = type;
  const end = c.endOf(brackets);
  const isGenerator = c.kindOf(brackets) === Kind.generator_expression;
  const elements = isGenerator ? [brackets] : c.parts(brackets);
  const values = elements.map((element) => lowerExpression(c, element));
  const argumentsRange = rangeOf(c, brackets);
  if (c.text[argumentsRange.start] === "(") {
    return { kind: "Call", start, end, function: type, arguments: values, keywords: none, argumentsRange };
  }
  const [index = invalidExpression(end, end), ...others] = values;
  if (others.length === 0) return { kind: "Subscript", start, end, value: type, index };
  return {
    kind: "Subscript",
    start,
    end,
    value: type,
    index: { kind: "TupleLiteral", start: index.start, end: others.at(-1)?.end ?? end, elements: values },
  };
}
