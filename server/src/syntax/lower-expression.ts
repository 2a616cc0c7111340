import type { Expression } from "./ast.ts";
import { Kind } from "./grammar.ts";
import { invalidExpression, type Lowering, maximumDepth } from "./lowering.ts";

/** The expression in `field` of `node`; an empty invalid one at its end where the user has not typed it yet. */
export function lowerField(c: Lowering, node: number, field: number): Expression {
  const child = c.child(node, field);
  return child === undefined ? invalidExpression(c.endOf(node), c.endOf(node)) : lowerExpression(c, child);
}

export function lowerOptionalField(c: Lowering, node: number, field: number): Expression | undefined {
  const child = c.child(node, field);
  return child === undefined ? undefined : lowerExpression(c, child);
}

export function lowerExpression(c: Lowering, outer: number): Expression {
  const node = withoutParentheses(c, outer);
  if (node === undefined) return invalidExpression(c.startOf(outer), c.endOf(outer));
  const kind = c.kindOf(node);
  if (c.tables.operations[kind] !== undefined) return lowerChain(c, node);
  const lower = c.tables.expressions[kind];
  if (lower === undefined) return invalidExpression(c.startOf(node), c.endOf(node));
  if (c.depth >= maximumDepth) return tooDeep(c, node);
  c.depth++;
  const expression = lower(c, node);
  c.depth--;
  return expression;
}

/** An expression to put where the grammar has built another one. */
interface Replacement {
  readonly node: number;
  readonly expression: Expression;
}

/**
 * A chain is lowered from its innermost operand outwards, without recursion: it may have thousands of links.
 * With `replacement`, that stands for the innermost operand.
 */
export function lowerChain(c: Lowering, outermost: number, replacement?: Replacement): Expression {
  const { chain } = c;
  const bottom = chain.length;
  let operand: number | undefined = outermost;
  let room = maximumDepth - c.depth;
  while (operand !== undefined && room > 0 && c.tables.operations[c.kindOf(operand)] !== undefined) {
    chain.push(operand);
    const first = c.firstPart(operand);
    operand = first === undefined ? undefined : withoutParentheses(c, first, replacement?.node);
    room--;
  }
  const links = chain.length - bottom;
  const star =
    operand !== undefined && links > 0 && isMisplacedStar(c, operand, outermost) ? operand : undefined;
  if (star !== undefined) operand = c.firstPart(star);
  c.depth += links;
  let expression: Expression;
  if (operand === undefined) expression = invalidExpression(c.startOf(outermost), c.startOf(outermost));
  else if (operand === replacement?.node) expression = replacement.expression;
  else if (room > 0) expression = lowerExpression(c, operand);
  else expression = tooDeep(c, operand);
  const movedStart = star !== undefined || replacement !== undefined ? expression.start : undefined;
  while (chain.length > bottom) {
    const node = chain.pop() ?? outermost;
    if (movedStart !== undefined) c.start[node] = movedStart;
    const lower = c.tables.operations[c.kindOf(node)];
    if (lower !== undefined) expression = lower(c, node, expression);
    c.depth--;
  }
  if (star === undefined) return expression;
  return { kind: "Starred", start: c.startOf(star), end: expression.end, value: expression };
}

/** The grammar reads `*a.b()` as `(*a).b()` where an element of a list may stand. */
function isMisplacedStar(c: Lowering, operand: number, outermost: number): boolean {
  return c.kindOf(operand) === Kind.list_splat && c.startOf(operand) === c.startOf(outermost);
}

/** The innermost expression in any number of parentheses, but not inside `stop`; undefined when they hold none. */
function withoutParentheses(c: Lowering, outer: number, stop?: number): number | undefined {
  let node: number | undefined = outer;
  while (node !== undefined) {
    if (node === stop || !isTransparent(c, node)) return node;
    node = c.firstPart(node);
  }
  return undefined;
}

function isTransparent(c: Lowering, node: number): boolean {
  switch (c.kindOf(node)) {
    case Kind.parenthesized_expression:
    case Kind.type:
      return true;
    case Kind.tuple_pattern:
      // `(a) = 1` has a pattern of one element; with a comma it is a tuple.
      return c.parts(node).length === 1 && c.childOfKind(node, Kind[","]) === undefined;
    default:
      return false;
  }
}

export function tooDeep(c: Lowering, node: number): Expression {
  const invalid = invalidExpression(c.startOf(node), c.endOf(node));
  c.errors.push({ start: invalid.start, end: invalid.end });
  return invalid;
}
