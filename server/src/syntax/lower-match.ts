import { compact } from "../base/compact.ts";
import type { Expression, Identifier, MatchCase, Statement } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { lowerExpression } from "./lower-expression.ts";
import { lowerOr } from "./lower-simple-expression.ts";
import { endOfBody, endOfHeader, lowerBody } from "./lower-statement.ts";
import { identifierAt, type Lowering, type StatementLowering } from "./lowering.ts";

export const matchStatements: Readonly<Record<string, StatementLowering>> = { match_statement: lowerMatch };

function lowerMatch(c: Lowering, node: number): Statement {
  const block = c.child(node, Field.body);
  const cases: MatchCase[] = [];
  if (block !== undefined) {
    for (const child of c.parts(block))
      if (c.kindOf(child) === Kind.case_clause) cases.push(lowerCase(c, child));
  }
  return {
    kind: "Match",
    start: c.startOf(node),
    end: cases[cases.length - 1]?.end ?? endOfHeader(c, node),
    subject: lowerSubject(c, node),
    cases: compact(cases),
  };
}

/** `match a, b:` matches a tuple. */
function lowerSubject(c: Lowering, node: number): Expression {
  const subjects = c.partsIn(node, Field.subject);
  const comma = c.childOfKind(node, Kind[","]);
  const [first] = subjects;
  const last = subjects[subjects.length - 1];
  if (comma === undefined || first === undefined || last === undefined) {
    return lowerOr(c, first, endOfHeader(c, node));
  }
  return {
    kind: "TupleLiteral",
    start: c.startOf(first),
    end: Math.max(c.endOf(last), c.endOf(comma)),
    elements: subjects.map((subject) => lowerExpression(c, subject)),
  };
}

function lowerCase(c: Lowering, node: number): MatchCase {
  const body = lowerBody(c, node, Field.consequence);
  const guard = c.child(node, Field.guard);
  const condition = guard === undefined ? undefined : c.firstPart(guard);
  return {
    start: c.startOf(node),
    end: endOfBody(c, node, body),
    bindings: bindingsIn(c, node),
    guard: condition === undefined ? undefined : lowerExpression(c, condition),
    body,
  };
}

/** The names that the patterns of a case bind, in order: captures, `*rest`, `**rest` and `as name`. */
function bindingsIn(c: Lowering, node: number): readonly Identifier[] {
  const bindings: Identifier[] = [];
  const bind = (name: number | undefined): void => {
    if (name === undefined || c.kindOf(name) !== Kind.identifier) return;
    const identifier = identifierAt(c, name);
    if (identifier.name !== "_") bindings.push(identifier);
  };
  // Rows in order of the text; only those within patterns matter, each kind of which says what it binds.
  const end = c.after(node);
  let row = node + 1;
  while (row < end) {
    switch (c.kindOf(row)) {
      case Kind.if_clause:
      case Kind.block:
      case Kind.string:
        row = c.after(row);
        continue;
      case Kind.class_pattern:
        row = afterFirstPart(c, row);
        continue;
      case Kind.keyword_pattern:
        row = afterFirstPart(c, row);
        continue;
      case Kind.dotted_name:
        if (c.fieldOf(row) !== Field.key && c.parts(row).length === 1) bind(c.firstPart(row));
        row = c.after(row);
        continue;
      case Kind.splat_pattern:
      case Kind.as_pattern:
        break;
      case Kind.identifier:
        bind(row);
        break;
    }
    row++;
  }
  return compact(bindings);
}

/** The row after the name of a class or keyword, which a pattern does not bind. */
function afterFirstPart(c: Lowering, node: number): number {
  const first = c.firstPart(node);
  return first === undefined ? node + 1 : c.after(first);
}
