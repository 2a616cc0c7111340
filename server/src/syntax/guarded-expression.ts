import type { Node } from "./walk.ts";

/**
 * Whether Python evaluates the last of the nodes only under a condition of the expressions around it: the right side of
 * `and`, a branch of `… if … else …`, what a comprehension does in its rounds, the body of a lambda.
 * @param nodes from the outside inwards, each the parent of the next
 */
export function isGuarded(nodes: readonly Node[]): boolean {
  return nodes.some((node, index) => {
    const inner = nodes[index + 1];
    if (inner === undefined || !("kind" in node)) return false;
    switch (node.kind) {
      case "BooleanOperation":
        return inner !== node.values[0];
      case "Conditional":
        return inner !== node.test;
      case "Comprehension":
        return inner !== node.clauses[0]?.iterable;
      case "Lambda":
        return true;
      default:
        return false;
    }
  });
}
