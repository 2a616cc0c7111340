import type { Expression } from "./ast.ts";
import type { Node } from "./walk.ts";

/** Whether the statement around the expression assigns to it or deletes it, and does not read it alone. */
export function isTarget(node: Expression, parent: Node | undefined): boolean {
  if (!parent || !("kind" in parent)) return false;
  switch (parent.kind) {
    case "Assign":
    case "Delete":
      return parent.targets.includes(node);
    case "AugAssign":
    case "AnnAssign":
    case "For":
      return parent.target === node;
    default:
      return false;
  }
}
