import type { TextRange } from "../../base/text-range.ts";
import type { ModuleTree } from "../../syntax/ast.ts";
import { isExpression, isStatement, type Node, pathTo, walk } from "../../syntax/walk.ts";

/**
 * Whether what the call belongs to leaves the function: it is returned, kept in an attribute, or stands in a class body.
 * Others than those that the analysis has seen may read it then.
 */
export function leavesFunction(tree: ModuleTree, call: TextRange): boolean {
  return wayOut(tree, call) !== undefined;
}

/** `returned`: to the callers of the function; `kept`: in an attribute or a class body, for whoever asks for it. */
export function wayOut(tree: ModuleTree, call: TextRange): "returned" | "kept" | undefined {
  const path = pathTo(tree, call);
  const statement = path.findLast((node) => isStatement(node));
  if (!statement || !isStatement(statement)) return undefined;
  const scope = path.findLast(
    (node) => "kind" in node && (node.kind === "FunctionDef" || node.kind === "ClassDef"),
  );
  if (scope && "kind" in scope && scope.kind === "ClassDef") return "kept";
  switch (statement.kind) {
    case "Return":
      return statement.value && isPartOfValue(path, statement.value) ? "returned" : undefined;
    case "Assign": {
      if (!isPartOfValue(path, statement.value)) return undefined;
      if (statement.targets.some(({ kind }) => kind !== "Name")) return "kept";
      const isGivenBack = statement.targets.some(
        (target) => target.kind === "Name" && scope !== undefined && isReturned(scope, target.name),
      );
      return isGivenBack ? "returned" : undefined;
    }
    default:
      return undefined;
  }
}

/** Nothing but further methods of the chain stand between the call and the value. */
function isPartOfValue(path: readonly Node[], value: Node): boolean {
  return path
    .slice(path.indexOf(value))
    .every(
      (node) =>
        isExpression(node) && ["Call", "Attribute", "Subscript", "Await", "TupleLiteral"].includes(node.kind),
    );
}

function isReturned(scope: Node, name: string): boolean {
  let found = false;
  walk(scope, (node) => {
    if (!("kind" in node) || node.kind !== "Return" || !node.value) return !found;
    const values = node.value.kind === "TupleLiteral" ? node.value.elements : [node.value];
    found ||= values.some((value) => value.kind === "Name" && value.name === name);
    return !found;
  });
  return found;
}
