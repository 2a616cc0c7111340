/** `created = after - before`: code that compares two answers of one query expects them to differ. */
import type { Expression, FunctionDef } from "../../syntax/ast.ts";
import { isStatement, type Node, walk } from "../../syntax/walk.ts";
import { usesOf } from "../writes/syntax-queries.ts";

/**
 * Both answers are stored under names that one subtraction or comparison of the function reads.
 * @param first the nodes around the first query, innermost last
 */
export function areCompared(scope: FunctionDef, first: readonly Node[], second: readonly Node[]): boolean {
  const before = nameOfAnswer(first);
  const after = nameOfAnswer(second);
  if (before === undefined || after === undefined || before === after) return false;
  let compared = false;
  walk(scope, (node) => {
    compared ||= isComparison(node) && [before, after].every((name) => usesOf(node, name).length > 0);
    return !compared;
  });
  return compared;
}

/** `before` in `before = Task.objects.count()` */
function nameOfAnswer(path: readonly Node[]): string | undefined {
  const statement = path.findLast(isStatement);
  const [target, ...others] = statement?.kind === "Assign" ? statement.targets : [];
  return target?.kind === "Name" && others.length === 0 ? target.name : undefined;
}

function isComparison(node: Node): node is Extract<Expression, { kind: "BinaryOperation" | "Comparison" }> {
  if (!("kind" in node)) return false;
  return node.kind === "Comparison" || (node.kind === "BinaryOperation" && node.operator === "-");
}
