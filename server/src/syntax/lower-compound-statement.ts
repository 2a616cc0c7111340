import { compact, none } from "../base/compact.ts";
import type { ExceptHandler, Expression, Identifier, If, Statement, WithItem } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { lowerExpression, lowerField } from "./lower-expression.ts";
import { lowerOr } from "./lower-simple-expression.ts";
import { endOfBody, lowerBody, lowerStatements, tooDeepStatement } from "./lower-statement.ts";
import {
  identifierAt,
  isAsync,
  isEmpty,
  type Lowering,
  maximumDepth,
  type StatementLowering,
} from "./lowering.ts";

/** Statements with blocks, but for definitions and `match`. */
export const compoundStatements: Readonly<Record<string, StatementLowering>> = {
  if_statement: lowerIf,
  for_statement: lowerFor,
  while_statement: lowerWhile,
  try_statement: lowerTry,
  with_statement: lowerWith,
};

/** The block of an `else` or `finally` clause, which the grammar does not always name. */
function lowerClauseBody(c: Lowering, clause: number | undefined): readonly Statement[] {
  const block = clause === undefined ? undefined : c.childOfKind(clause, Kind.block);
  return block === undefined ? none : lowerStatements(c, block);
}

/** The clauses of an `if` lie beside each other in the grammar, in each other's `orElse` here. */
function lowerIf(c: Lowering, node: number): Statement {
  const clauses: number[] = [node];
  let orElse: readonly Statement[] = none;
  for (const clause of c.partsIn(node, Field.alternative)) {
    if (c.kindOf(clause) === Kind.else_clause) orElse = lowerClauseBody(c, clause);
    else if (c.depth + clauses.length < maximumDepth) clauses.push(clause);
    else if (orElse === none) orElse = [tooDeepStatement(c, clause)];
  }
  return lowerIfClauses(c, clauses, orElse);
}

function lowerIfClauses(c: Lowering, clauses: readonly number[], lastOrElse: readonly Statement[]): If {
  const [first = 0, ...elifs] = clauses;
  let orElse = lastOrElse;
  // From the last clause to the first: nesting them does not need recursion.
  for (let index = elifs.length - 1; index >= 0; index--) {
    c.depth += index + 1;
    orElse = [lowerIfClause(c, elifs[index] ?? first, orElse)];
    c.depth -= index + 1;
  }
  return lowerIfClause(c, first, orElse);
}

function lowerIfClause(c: Lowering, node: number, orElse: readonly Statement[]): If {
  const body = lowerBody(c, node, Field.consequence);
  return {
    kind: "If",
    start: c.startOf(node),
    end: endOfBody(c, node, orElse, body),
    test: lowerField(c, node, Field.condition),
    body,
    orElse,
  };
}

function lowerFor(c: Lowering, node: number): Statement {
  const body = lowerBody(c, node, Field.body);
  const orElse = lowerClauseBody(c, c.childOfKind(node, Kind.else_clause));
  return {
    kind: "For",
    start: c.startOf(node),
    end: endOfBody(c, node, orElse, body),
    async: isAsync(c, node),
    target: lowerField(c, node, Field.left),
    iterable: lowerField(c, node, Field.right),
    body,
    orElse,
  };
}

function lowerWhile(c: Lowering, node: number): Statement {
  const body = lowerBody(c, node, Field.body);
  const orElse = lowerClauseBody(c, c.childOfKind(node, Kind.else_clause));
  return {
    kind: "While",
    start: c.startOf(node),
    end: endOfBody(c, node, orElse, body),
    test: lowerField(c, node, Field.condition),
    body,
    orElse,
  };
}

function lowerTry(c: Lowering, node: number): Statement {
  const body = lowerBody(c, node, Field.body);
  const handlers: ExceptHandler[] = [];
  for (let child = node + 1; child < c.after(node); child = c.after(child)) {
    if (c.kindOf(child) === Kind.except_clause) handlers.push(lowerHandler(c, child));
  }
  const orElse = lowerClauseBody(c, c.childOfKind(node, Kind.else_clause));
  const finalBody = lowerClauseBody(c, c.childOfKind(node, Kind.finally_clause));
  const lastHandler = handlers[handlers.length - 1];
  const bodyEnd = endOfBody(c, node, finalBody, orElse);
  return {
    kind: "Try",
    start: c.startOf(node),
    end: Math.max(bodyEnd, lastHandler?.end ?? 0, endOfBody(c, node, body)),
    body,
    handlers: compact(handlers),
    orElse,
    finalBody,
  };
}

function lowerHandler(c: Lowering, node: number): ExceptHandler {
  const body = lowerClauseBody(c, node);
  const values = c.partsIn(node, Field.value);
  const [first] = values;
  const alias = c.child(node, Field.alias);
  const { value, target } =
    first !== undefined && c.kindOf(first) === Kind.as_pattern
      ? asPatternParts(c, first)
      : { value: first, target: alias };
  return {
    start: c.startOf(node),
    end: endOfBody(c, node, body),
    type: first === undefined ? undefined : lowerHandlerType(c, values, value),
    name: identifierIn(c, target),
    body,
  };
}

/** `except A, B:` of Python 3.14 means `except (A, B):`. */
function lowerHandlerType(c: Lowering, values: readonly number[], first: number | undefined): Expression {
  const [start = 0] = values;
  const last = values[values.length - 1] ?? start;
  if (values.length === 1) return lowerOr(c, first, c.endOf(start));
  return {
    kind: "TupleLiteral",
    start: c.startOf(start),
    end: c.endOf(last),
    elements: values.map((value) => lowerExpression(c, value)),
  };
}

function asPatternParts(
  c: Lowering,
  node: number,
): { readonly value: number | undefined; readonly target: number | undefined } {
  const target = c.child(node, Field.alias);
  const value = c.firstPart(node);
  return { value: value === target ? undefined : value, target };
}

function identifierIn(c: Lowering, node: number | undefined): Identifier | undefined {
  if (node === undefined) return undefined;
  const name = c.kindOf(node) === Kind.as_pattern_target ? c.firstPart(node) : node;
  if (name === undefined || c.kindOf(name) !== Kind.identifier || isEmpty(c, name)) return undefined;
  return identifierAt(c, name);
}

function lowerWith(c: Lowering, node: number): Statement {
  const clause = c.childOfKind(node, Kind.with_clause);
  const items = clause === undefined ? [] : c.parts(clause).map((item) => lowerWithItem(c, item));
  const body = lowerBody(c, node, Field.body);
  return {
    kind: "With",
    start: c.startOf(node),
    end: endOfBody(c, node, body),
    async: isAsync(c, node),
    items,
    body,
  };
}

const mayBeAsPattern: ReadonlySet<number> = new Set([Kind.parenthesized_expression, Kind.as_pattern]);

function lowerWithItem(c: Lowering, node: number): WithItem {
  let value = c.child(node, Field.value) ?? c.firstPart(node);
  // `with (a as b):` has the whole item in parentheses.
  while (value !== undefined && c.kindOf(value) === Kind.parenthesized_expression) {
    const inner = c.firstPart(value);
    if (inner === undefined || !mayBeAsPattern.has(c.kindOf(inner))) break;
    value = inner;
  }
  if (value === undefined || c.kindOf(value) !== Kind.as_pattern) {
    return { context: lowerOr(c, value, c.endOf(node)), target: undefined };
  }
  const parts = asPatternParts(c, value);
  return {
    context: lowerOr(c, parts.value, c.startOf(value)),
    target: lowerOr(c, parts.target, c.endOf(value)),
  };
}
