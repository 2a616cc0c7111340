import { compact } from "../base/compact.ts";
import type { Comprehension, ComprehensionClause, DictEntry, Expression } from "./ast.ts";
import { Field, Kind } from "./grammar.ts";
import { lowerExpression, lowerField } from "./lower-expression.ts";
import { lowerOr, onlyPart } from "./lower-simple-expression.ts";
import { type ExpressionLowering, isAsync, type Lowering } from "./lowering.ts";

/** Displays and comprehensions, and the patterns that look like them on the left of an assignment. */
export const collectionExpressions: Readonly<Record<string, ExpressionLowering>> = {
  list: (c, node) => elementsAs(c, node, "ListLiteral"),
  list_pattern: (c, node) => elementsAs(c, node, "ListLiteral"),
  tuple: (c, node) => elementsAs(c, node, "TupleLiteral"),
  tuple_pattern: (c, node) => elementsAs(c, node, "TupleLiteral"),
  expression_list: (c, node) => elementsAs(c, node, "TupleLiteral"),
  pattern_list: (c, node) => elementsAs(c, node, "TupleLiteral"),
  set: (c, node) => elementsAs(c, node, "SetLiteral"),
  dictionary: lowerDictionary,
  list_comprehension: (c, node) => lowerComprehension(c, node, "list"),
  set_comprehension: (c, node) => lowerComprehension(c, node, "set"),
  dictionary_comprehension: (c, node) => lowerComprehension(c, node, "dict"),
  generator_expression: (c, node) => lowerComprehension(c, node, "generator"),
};

function elementsAs(
  c: Lowering,
  node: number,
  kind: "ListLiteral" | "TupleLiteral" | "SetLiteral",
): Expression {
  const elements: Expression[] = [];
  const end = c.after(node);
  for (let child = node + 1; child < end; child = c.after(child)) {
    if (c.isPart(child)) elements.push(lowerExpression(c, child));
  }
  return { kind, start: c.startOf(node), end: c.endOf(node), elements: compact(elements) };
}

function lowerDictionary(c: Lowering, node: number): Expression {
  const entries: DictEntry[] = [];
  const end = c.after(node);
  for (let child = node + 1; child < end; child = c.after(child)) {
    const kind = c.kindOf(child);
    if (kind === Kind.pair) {
      entries.push({ key: lowerField(c, child, Field.key), value: lowerField(c, child, Field.value) });
    } else if (kind === Kind.dictionary_splat) entries.push({ key: undefined, value: onlyPart(c, child) });
  }
  return { kind: "DictLiteral", start: c.startOf(node), end: c.endOf(node), entries: compact(entries) };
}

function lowerComprehension(c: Lowering, node: number, form: Comprehension["form"]): Expression {
  const body = c.child(node, Field.body);
  const isPair = body !== undefined && c.kindOf(body) === Kind.pair;
  return {
    kind: "Comprehension",
    start: c.startOf(node),
    end: c.endOf(node),
    form,
    key: isPair ? lowerField(c, body, Field.key) : undefined,
    element: isPair ? lowerField(c, body, Field.value) : lowerOr(c, body, c.startOf(node)),
    clauses: lowerClauses(c, node),
  };
}

function lowerClauses(c: Lowering, node: number): readonly ComprehensionClause[] {
  const clauses: ComprehensionClause[] = [];
  const end = c.after(node);
  for (let child = node + 1; child < end; child = c.after(child)) {
    const kind = c.kindOf(child);
    if (kind === Kind.for_in_clause) {
      clauses.push({
        async: isAsync(c, child),
        target: lowerField(c, child, Field.left),
        iterable: lowerIterable(c, child),
        conditions: lowerConditions(c, c.after(child), end),
      });
    }
  }
  return compact(clauses);
}

/** The `if` clauses that follow a `for` clause. */
function lowerConditions(c: Lowering, from: number, end: number): readonly Expression[] {
  const conditions: Expression[] = [];
  for (let child = from; child < end; child = c.after(child)) {
    const kind = c.kindOf(child);
    if (kind === Kind.for_in_clause) break;
    if (kind === Kind.if_clause) conditions.push(onlyPart(c, child));
  }
  return compact(conditions);
}

/** Python 2 allowed `for x in 1, 2` here. */
function lowerIterable(c: Lowering, clause: number): Expression {
  const [first, ...others] = c.partsIn(clause, Field.right);
  if (first === undefined || others.length === 0) return lowerOr(c, first, c.endOf(clause));
  return {
    kind: "TupleLiteral",
    start: c.startOf(first),
    end: c.endOf(others[others.length - 1] ?? first),
    elements: [first, ...others].map((element) => lowerExpression(c, element)),
  };
}
