import type { TextRange } from "../base/text-range.ts";
import type { Expression, Identifier, InvalidExpression, Statement } from "./ast.ts";
import { compact, none } from "./compact.ts";
import { type FlatTree, NodeFlag } from "./flat-tree.ts";
import { Field, Kind } from "./grammar.ts";
import type { NameTable } from "./name-table.ts";

/** Lowers a node of one kind. */
export type ExpressionLowering = (c: Lowering, node: number) => Expression;
/** Lowers a node whose first operand, already lowered, may be a long chain of such nodes: `a + b + c`, `a.b().c()`. */
export type OperationLowering = (c: Lowering, node: number, operand: Expression) => Expression;
/** Lowers a statement; `start` differs from the node's own start for a decorated definition. */
export type StatementLowering = (c: Lowering, node: number) => Statement;

/** What to do for each `Kind`; undefined for kinds that do not stand for such a thing. */
export interface LoweringTables {
  readonly expressions: readonly (ExpressionLowering | undefined)[];
  readonly operations: readonly (OperationLowering | undefined)[];
  readonly statements: readonly (StatementLowering | undefined)[];
}

/**
 * How deep the nodes of a lowered tree may lie in each other, so that those who walk it may recurse.
 * What lies deeper becomes an invalid node, recorded among the errors of the tree. CPython itself
 * stops at 100 levels of indentation and 200 of parentheses.
 */
export const maximumDepth = 500;

/** One run over the columns of one file. */
export class Lowering {
  readonly text: string;
  readonly kind: Uint8Array;
  readonly field: Uint8Array;
  readonly flags: Uint8Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly next: Uint32Array;
  readonly tables: LoweringTables;
  readonly names: NameTable;
  readonly errors: TextRange[] = [];
  /** Nodes that lie around the one being lowered. */
  depth = 0;
  /** The operations of the chains being lowered, outermost first. */
  readonly chain: number[] = [];

  constructor(text: string, tree: FlatTree, tables: LoweringTables, names: NameTable) {
    this.text = text;
    this.kind = tree.kind;
    this.field = tree.field;
    this.flags = tree.flags;
    this.start = tree.start;
    this.end = tree.end;
    this.next = tree.next;
    this.tables = tables;
    this.names = names;
  }

  // The readers of the columns below return 0 for a row that does not exist, which no caller asks for.

  kindOf(node: number): number {
    return this.kind[node] ?? 0;
  }

  fieldOf(node: number): number {
    return this.field[node] ?? 0;
  }

  startOf(node: number): number {
    return this.start[node] ?? 0;
  }

  endOf(node: number): number {
    return this.end[node] ?? 0;
  }

  /** The row after `node` and its descendants: its next sibling while that is before the parent's `after`. */
  after(node: number): number {
    return this.next[node] ?? 0;
  }

  isNamed(node: number): boolean {
    return ((this.flags[node] ?? 0) & NodeFlag.named) !== 0;
  }

  isMissing(node: number): boolean {
    return ((this.flags[node] ?? 0) & NodeFlag.missing) !== 0;
  }

  textOf(node: number): string {
    return this.text.slice(this.startOf(node), this.endOf(node));
  }

  /** A node of the grammar proper: no token, comment, line continuation or error. */
  isPart(node: number): boolean {
    if (!this.isNamed(node)) return false;
    const kind = this.kindOf(node);
    return kind !== Kind.comment && kind !== Kind.line_continuation && kind !== Kind.ERROR;
  }

  /** The first child in `field`, or undefined. */
  child(node: number, field: number): number | undefined {
    const end = this.after(node);
    for (let child = node + 1; child < end; child = this.after(child)) {
      if (this.fieldOf(child) === field) return child;
    }
    return undefined;
  }

  /** The first child that is a part, at or after the row `from`. */
  firstPart(node: number, from = node + 1): number | undefined {
    const end = this.after(node);
    for (let child = from; child < end; child = this.after(child)) if (this.isPart(child)) return child;
    return undefined;
  }

  parts(node: number): number[] {
    const parts: number[] = [];
    const end = this.after(node);
    for (let child = node + 1; child < end; child = this.after(child)) {
      if (this.isPart(child)) parts.push(child);
    }
    return parts;
  }

  partsIn(node: number, field: number): number[] {
    const parts: number[] = [];
    const end = this.after(node);
    for (let child = node + 1; child < end; child = this.after(child)) {
      if (this.fieldOf(child) === field && this.isPart(child)) parts.push(child);
    }
    return parts;
  }

  /** The first child of a kind, or undefined. */
  childOfKind(node: number, kind: number): number | undefined {
    const end = this.after(node);
    for (let child = node + 1; child < end; child = this.after(child)) {
      if (this.kindOf(child) === kind) return child;
    }
    return undefined;
  }
}

export function identifierAt(c: Lowering, node: number): Identifier {
  return { start: c.startOf(node), end: c.endOf(node), name: nameAt(c, node) };
}

export function nameAt(c: Lowering, node: number): string {
  return c.names.intern(c.text, c.startOf(node), c.endOf(node));
}

/** A node that stands for something the user has not typed yet. */
export function isEmpty(c: Lowering, node: number): boolean {
  return c.startOf(node) === c.endOf(node);
}

export function invalidExpression(start: number, end: number): InvalidExpression {
  return { kind: "InvalidExpression", start, end };
}

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

/** The statements of a block or module. */
export function lowerStatements(c: Lowering, block: number): readonly Statement[] {
  const statements: Statement[] = [];
  const end = c.after(block);
  for (let child = block + 1; child < end; child = c.after(child)) lowerStatement(c, child, statements);
  return compact(statements);
}

function lowerStatement(c: Lowering, node: number, into: Statement[]): void {
  const kind = c.kindOf(node);
  const lower = c.tables.statements[kind];
  if (lower !== undefined) {
    if (c.depth >= maximumDepth) {
      into.push(tooDeepStatement(c, node));
      return;
    }
    c.depth++;
    into.push(lower(c, node));
    c.depth--;
  } else if (kind === Kind.ERROR) for (const statement of lowerError(c, node)) into.push(statement);
}

export function tooDeepStatement(c: Lowering, node: number): Statement {
  const range = { start: c.startOf(node), end: c.endOf(node) };
  c.errors.push(range);
  return { kind: "InvalidStatement", ...range };
}

/** Whole statements inside an error are kept; what lies between them is invalid. */
export function lowerError(c: Lowering, error: number): readonly Statement[] {
  const into: Statement[] = [];
  let invalidFrom = c.startOf(error);
  let invalidTo = invalidFrom;
  const flush = (): void => {
    if (invalidTo > invalidFrom) into.push({ kind: "InvalidStatement", start: invalidFrom, end: invalidTo });
  };
  const end = c.after(error);
  for (let child = error + 1; child < end; child = c.after(child)) {
    const kind = c.kindOf(child);
    if (c.tables.statements[kind] !== undefined) {
      flush();
      lowerStatement(c, child, into);
      invalidFrom = into[into.length - 1]?.end ?? c.endOf(child);
      invalidTo = invalidFrom;
    } else if (kind !== Kind.comment) {
      if (invalidTo === invalidFrom) invalidFrom = c.startOf(child);
      invalidTo = c.endOf(child);
    }
  }
  if (end === error + 1) invalidTo = c.endOf(error);
  flush();
  return compact(into);
}

/** The body in `field`; where it is missing, an empty one at the end of what stands before it. */
export function lowerBody(c: Lowering, node: number, field: number): readonly Statement[] {
  const block = c.child(node, field);
  return block === undefined ? none : lowerStatements(c, block);
}

/** Where a compound statement ends: with its last statement, not with the comments and lines that follow it. */
export function endOfBody(c: Lowering, node: number, ...bodies: readonly (readonly Statement[])[]): number {
  for (const body of bodies) {
    const last = body[body.length - 1];
    if (last !== undefined) return last.end;
  }
  return endOfHeader(c, node);
}

/** The end of the last token before the statement's block: its colon, or what the user has typed of it. */
export function endOfHeader(c: Lowering, node: number): number {
  let end = c.startOf(node);
  for (let child = node + 1; child < c.after(node); child = c.after(child)) {
    const kind = c.kindOf(child);
    if (kind === Kind.block) break;
    if (kind !== Kind.comment && kind !== Kind.line_continuation) end = c.endOf(child);
  }
  return end;
}

export const isAsync = (c: Lowering, node: number): boolean => c.childOfKind(node, Kind.async) !== undefined;

export { Field, Kind };
