import type { TextRange } from "../base/text-range.ts";
import type { Expression, Identifier, InvalidExpression, Statement } from "./ast.ts";
import { type FlatTree, NodeFlag } from "./flat-tree.ts";
import { Kind } from "./grammar.ts";
import type { NameTable } from "./name-table.ts";

/** Lowers a node of one kind. */
export type ExpressionLowering = (c: Lowering, node: number) => Expression;
/** Lowers a node whose first operand, already lowered, may be a long chain of such nodes: `a + b + c`, `a.b().c()`. */
export type OperationLowering = (c: Lowering, node: number, operand: Expression) => Expression;
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

export function isAsync(c: Lowering, node: number): boolean {
  return c.childOfKind(node, Kind.async) !== undefined;
}
