/** `created = after - before`: code that compares two answers of one query expects them to differ. */
import { containsRange, type TextRange } from "../../base/text-range.ts";
import type { Expression, FunctionDef, Statement } from "../../syntax/ast.ts";
import { type Node, walk, walkExpressions } from "../../syntax/walk.ts";

/** Both answers are stored under names that one subtraction or comparison of the function reads. */
export function areCompared(scope: FunctionDef, first: TextRange, second: TextRange): boolean {
  const before = nameOfAnswer(scope, first);
  const after = nameOfAnswer(scope, second);
  if (before === undefined || after === undefined || before === after) return false;
  let compared = false;
  walk(scope, (node) => {
    compared ||= isComparison(node) && readsName(node, before) && readsName(node, after);
    return !compared;
  });
  return compared;
}

/** `before` in `before = Task.objects.count()` */
function nameOfAnswer(scope: FunctionDef, query: TextRange): string | undefined {
  let name: string | undefined;
  walk(scope, (node) => {
    if (isAssignment(node) && containsRange(node.value, query)) {
      const [target, ...others] = node.targets;
      name = target?.kind === "Name" && others.length === 0 ? target.name : undefined;
    }
    return true;
  });
  return name;
}

function isAssignment(node: Node): node is Extract<Statement, { kind: "Assign" }> {
  return "kind" in node && node.kind === "Assign";
}

function isComparison(node: Node): node is Extract<Expression, { kind: "BinaryOperation" | "Comparison" }> {
  if (!("kind" in node)) return false;
  return node.kind === "Comparison" || (node.kind === "BinaryOperation" && node.operator === "-");
}

function readsName(expression: Expression, name: string): boolean {
  let reads = false;
  walkExpressions(expression, (node) => {
    reads ||= node.kind === "Name" && node.name === name;
    return !reads;
  });
  return reads;
}
