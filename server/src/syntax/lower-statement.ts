import { compact, none } from "../base/compact.ts";
import type { Statement } from "./ast.ts";
import { Kind } from "./grammar.ts";
import { type Lowering, maximumDepth } from "./lowering.ts";

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
