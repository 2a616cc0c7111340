import type { Expression } from "../syntax/ast.ts";
import type { Node } from "../syntax/walk.ts";

/** Only the truth of the value matters to the code around it: `ancestors` are its nodes, the parent last. */
export function isTruthTested(ancestors: readonly Node[], value: Expression): boolean {
  const parent = ancestors.at(-1);
  if (!parent || !("kind" in parent)) return false;
  switch (parent.kind) {
    case "If":
    case "While":
    case "Assert":
    case "Conditional":
      return parent.test === value;
    case "UnaryOperation":
      return parent.operator === "not";
    case "BooleanOperation":
      return isTruthTested(ancestors.slice(0, -1), parent);
    case "Comprehension":
      return parent.clauses.some(({ conditions }) => conditions.includes(value));
    case "Call":
      return parent.function.kind === "Name" && parent.function.name === "bool";
    default:
      return false;
  }
}
