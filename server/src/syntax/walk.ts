import { unreachable } from "../base/invariant.ts";
import { containsRange, type TextRange } from "../base/text-range.ts";
import type {
  ClassDef,
  DictEntry,
  ExceptHandler,
  Expression,
  FunctionDef,
  Keyword,
  MatchCase,
  ModuleTree,
  Parameter,
  Statement,
} from "./ast.ts";

/** A node with children of its own that is neither statement nor expression. */
export type Part = Parameter | Keyword | MatchCase | ExceptHandler;

/** Anything of the tree that has a range and children. */
export type Node = Statement | Expression | Part;

type Visit = (child: Node) => void;

/** Calls `visit` for each direct child, in the order of the text. */
export function forEachChild(node: Node | ModuleTree, visit: Visit): void {
  if ("kind" in node) forEachChildOfKind(node, visit);
  else if ("comments" in node) visitAll(node.body, visit);
  else if ("form" in node) {
    visitOptional(node.annotation, visit);
    visitOptional(node.default, visit);
  } else if ("value" in node) visit(node.value);
  else if ("bindings" in node) {
    visitOptional(node.guard, visit);
    visitAll(node.body, visit);
  } else {
    visitOptional(node.type, visit);
    visitAll(node.body, visit);
  }
}

function forEachChildOfKind(node: Statement | Expression, visit: Visit): void {
  switch (node.kind) {
    case "FunctionDef":
      visitAll(node.decorators, visit);
      visitAll(node.parameters, visit);
      visitOptional(node.returns, visit);
      visitAll(node.body, visit);
      return;
    case "ClassDef":
      visitAll(node.decorators, visit);
      visitInterleaved(node.bases, node.keywords, visit);
      visitAll(node.body, visit);
      return;
    case "Delete":
      visitAll(node.targets, visit);
      return;
    case "Assign":
      visitAll(node.targets, visit);
      visit(node.value);
      return;
    case "AugAssign":
    case "NamedExpression":
      visit(node.target);
      visit(node.value);
      return;
    case "AnnAssign":
      visit(node.target);
      visit(node.annotation);
      visitOptional(node.value, visit);
      return;
    case "For":
      visit(node.target);
      visit(node.iterable);
      visitAll(node.body, visit);
      visitAll(node.orElse, visit);
      return;
    case "While":
    case "If":
      visit(node.test);
      visitAll(node.body, visit);
      visitAll(node.orElse, visit);
      return;
    case "With":
      for (const item of node.items) {
        visit(item.context);
        visitOptional(item.target, visit);
      }
      visitAll(node.body, visit);
      return;
    case "Match":
      visit(node.subject);
      visitAll(node.cases, visit);
      return;
    case "Raise":
      visitOptional(node.exception, visit);
      visitOptional(node.cause, visit);
      return;
    case "Try":
      visitAll(node.body, visit);
      visitAll(node.handlers, visit);
      visitAll(node.orElse, visit);
      visitAll(node.finalBody, visit);
      return;
    case "Assert":
      visit(node.test);
      visitOptional(node.message, visit);
      return;
    case "Return":
    case "Yield":
      visitOptional(node.value, visit);
      return;
    case "ExpressionStatement":
    case "TypeAlias":
    case "Attribute":
    case "Await":
    case "YieldFrom":
    case "Starred":
      visit(node.value);
      return;
    case "FormattedString":
    case "BooleanOperation":
      visitAll(node.values, visit);
      return;
    case "BinaryOperation":
      visit(node.left);
      visit(node.right);
      return;
    case "Comparison":
      visit(node.left);
      visitAll(node.comparators, visit);
      return;
    case "UnaryOperation":
      visit(node.operand);
      return;
    case "Call":
      visit(node.function);
      visitInterleaved(node.arguments, node.keywords, visit);
      return;
    case "Subscript":
      visit(node.value);
      visit(node.index);
      return;
    case "Slice":
      visitOptional(node.lower, visit);
      visitOptional(node.upper, visit);
      visitOptional(node.step, visit);
      return;
    case "ListLiteral":
    case "TupleLiteral":
    case "SetLiteral":
      visitAll(node.elements, visit);
      return;
    case "DictLiteral":
      for (const entry of node.entries) visitEntry(entry, visit);
      return;
    case "Comprehension":
      visitOptional(node.key, visit);
      visit(node.element);
      for (const clause of node.clauses) {
        visit(clause.target);
        visit(clause.iterable);
        visitAll(clause.conditions, visit);
      }
      return;
    case "Lambda":
      visitAll(node.parameters, visit);
      visit(node.body);
      return;
    case "Conditional":
      visit(node.body);
      visit(node.test);
      visit(node.orElse);
      return;
    case "Import":
    case "ImportFrom":
    case "Global":
    case "Nonlocal":
    case "Pass":
    case "Break":
    case "Continue":
    case "InvalidStatement":
    case "Name":
    case "StringLiteral":
    case "NumberLiteral":
    case "ConstantLiteral":
    case "InvalidExpression":
      return;
    default:
      unreachable(node);
  }
}

function visitAll(nodes: readonly Node[], visit: Visit): void {
  for (const node of nodes) visit(node);
}

function visitOptional(node: Node | undefined, visit: Visit): void {
  if (node !== undefined) visit(node);
}

function visitEntry({ key, value }: DictEntry, visit: Visit): void {
  visitOptional(key, visit);
  visit(value);
}

/** Positional and keyword arguments may be mixed: `f(*a, x=1, *b)`. */
function visitInterleaved(
  positional: readonly Expression[],
  keywords: readonly Keyword[],
  visit: Visit,
): void {
  let next = 0;
  for (const keyword of keywords) {
    for (
      let node = positional[next];
      node !== undefined && node.start < keyword.start;
      node = positional[next]
    ) {
      visit(node);
      next++;
    }
    visit(keyword);
  }
  for (; next < positional.length; next++) visitOptional(positional[next], visit);
}

/** Calls `visit` for every node below `root`, parents before children. Returning `false` leaves out its children. */
export function walk(root: Node | ModuleTree, visit: (node: Node) => boolean | undefined): void {
  forEachChild(root, (child) => {
    if (visit(child) !== false) walk(child, visit);
  });
}

export function isExpression(node: Node): node is Expression {
  return "kind" in node && expressionKinds.has(node.kind);
}

export function isStatement(node: Node): node is Statement {
  return "kind" in node && !expressionKinds.has(node.kind);
}

const expressionKinds: ReadonlySet<(Statement | Expression)["kind"]> = new Set<Expression["kind"]>([
  "Name",
  "StringLiteral",
  "NumberLiteral",
  "ConstantLiteral",
  "FormattedString",
  "BinaryOperation",
  "BooleanOperation",
  "Comparison",
  "UnaryOperation",
  "Call",
  "Attribute",
  "Subscript",
  "Slice",
  "ListLiteral",
  "TupleLiteral",
  "SetLiteral",
  "DictLiteral",
  "Comprehension",
  "Lambda",
  "Conditional",
  "Await",
  "Yield",
  "YieldFrom",
  "Starred",
  "NamedExpression",
  "InvalidExpression",
]);

/**
 * Calls `visit` for every expression at or below `root`, outer before inner, those of nested functions, classes and
 * lambdas included. Returning `false` leaves out what lies inside.
 */
export function walkExpressions(
  root: Node | ModuleTree,
  visit: (expression: Expression) => boolean | undefined,
): void {
  const enter = (node: Node): boolean | undefined => (isExpression(node) ? visit(node) : undefined);
  if ("comments" in root || enter(root) !== false) walk(root, enter);
}

/**
 * The nodes around an offset, from the statement of the module to the innermost node. A node includes both its
 * ends; where two meet at the offset, the one that starts there wins, so that a cursor before a word is in the word.
 */
export function nodeAt(tree: ModuleTree, offset: number): readonly Node[] {
  return pathTo(tree, { start: offset, end: offset });
}

/** The nodes that contain a range, from the statement of the module to the innermost node. */
export function pathTo(tree: ModuleTree, range: TextRange): readonly Node[] {
  const path: Node[] = [];
  let node: Node | ModuleTree = tree;
  for (;;) {
    const child: Node | undefined = lastChildAround(node, range);
    if (child === undefined) return path;
    path.push(child);
    node = child;
  }
}

function lastChildAround(node: Node | ModuleTree, range: TextRange): Node | undefined {
  const statement = statementAround(node, range);
  if (statement) return statement;
  let found: Node | undefined;
  forEachChild(node, (child) => {
    if (containsRange(child, range)) found = child;
  });
  return found;
}

/** Long blocks are searched, not gone through. */
function statementAround(node: Node | ModuleTree, { start, end }: TextRange): Statement | undefined {
  const body = hasLongBlock(node) ? node.body : [];
  let [low, high] = [0, body.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((body[middle]?.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const last = body[low - 1];
  return last !== undefined && last.end >= end ? last : undefined;
}

function hasLongBlock(node: Node | ModuleTree): node is ModuleTree | ClassDef | FunctionDef {
  return "kind" in node ? node.kind === "ClassDef" || node.kind === "FunctionDef" : "comments" in node;
}
