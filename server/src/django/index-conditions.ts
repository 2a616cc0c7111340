/** What the condition of a partial index leaves out. */
import type { Expression } from "../syntax/ast.ts";

/**
 * `~Q(email="")`, `Q(email__isnull=False)`: nothing is left out but rows without a value in the column, so that the index
 * has every row that equality with a value finds.
 */
export function leavesOutOnlyEmpty(condition: Expression, column: string): boolean {
  switch (condition.kind) {
    case "BinaryOperation":
      return (
        condition.operator === "&" &&
        leavesOutOnlyEmpty(condition.left, column) &&
        leavesOutOnlyEmpty(condition.right, column)
      );
    case "UnaryOperation":
      return condition.operator === "~" && tests(condition.operand, column, isEmptyTest);
    case "Call":
      return tests(condition, column, isValueTest);
    default:
      return false;
  }
}

/** `Q(…)` of the column alone, each of whose keywords is such a test. */
function tests(
  node: Expression,
  column: string,
  isMeant: (lookup: string, value: Expression) => boolean,
): boolean {
  if (node.kind !== "Call" || node.arguments.length > 0 || node.keywords.length !== 1) return false;
  const [first] = node.keywords;
  const [name, lookup = "exact", ...others] = first?.name?.name.split("__") ?? [];
  return first !== undefined && name === column && others.length === 0 && isMeant(lookup, first.value);
}

function isEmptyTest(lookup: string, value: Expression): boolean {
  if (lookup === "isnull") return isConstant(value, "True");
  return lookup === "exact" && (isConstant(value, "None") || isEmptyText(value));
}

function isValueTest(lookup: string, value: Expression): boolean {
  return lookup === "isnull" ? isConstant(value, "False") : lookup === "gt" && isEmptyText(value);
}

function isConstant(node: Expression, value: string): boolean {
  return node.kind === "ConstantLiteral" && node.value === value;
}

function isEmptyText(node: Expression): boolean {
  return node.kind === "StringLiteral" && node.value === "";
}
