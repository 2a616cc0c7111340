/** Where names are bound. */
import type { Expression, ModuleTree, Statement } from "./ast.ts";
import { type Node, walk } from "./walk.ts";

export type NameBinding =
  /** `name = value` */
  | { readonly kind: "assignment"; readonly statement: Statement; readonly value: Expression }
  | { readonly kind: "other" };

/**
 * Every binding of the name inside of a node, those of functions, lambdas and comprehensions in it included: a name that
 * is bound in there as well is taken for the same. The parameters of a function count, the target of a loop does not.
 */
export function bindingsOf(scope: Node | ModuleTree, name: string): readonly NameBinding[] {
  const bindings: NameBinding[] = [];
  const bindTarget = (target: Expression): void => {
    for (const bound of targetNames(target)) if (bound === name) bindings.push({ kind: "other" });
  };
  const bindName = (bound: string | undefined): void => {
    if (bound === name) bindings.push({ kind: "other" });
  };
  walk(scope, (node) => {
    bindingsOfNode(node, name, bindings, bindTarget, bindName);
    return undefined;
  });
  return bindings;
}

function bindingsOfNode(
  node: Node,
  name: string,
  bindings: NameBinding[],
  bindTarget: (target: Expression) => void,
  bindName: (bound: string | undefined) => void,
): void {
  if (!("kind" in node)) {
    if ("form" in node) bindName(node.name);
    else if ("bindings" in node) for (const binding of node.bindings) bindName(binding.name);
    else if ("type" in node) bindName(node.name?.name);
    return;
  }
  switch (node.kind) {
    case "Assign":
      for (const target of node.targets) {
        if (target.kind !== "Name") bindTarget(target);
        else if (target.name === name)
          bindings.push({ kind: "assignment", statement: node, value: node.value });
      }
      return;
    case "AnnAssign":
      if (node.target.kind === "Name" && node.target.name === name && node.value) {
        bindings.push({ kind: "assignment", statement: node, value: node.value });
      }
      return;
    case "AugAssign":
    case "NamedExpression":
    case "For":
      bindTarget(node.target);
      return;
    case "Comprehension":
      for (const clause of node.clauses) bindTarget(clause.target);
      return;
    case "With":
      for (const item of node.items) if (item.target) bindTarget(item.target);
      return;
    case "Delete":
      for (const target of node.targets) bindTarget(target);
      return;
    case "Import":
    case "ImportFrom":
      for (const alias of node.names) bindName(alias.alias ?? alias.name.split(".")[0]);
      return;
    case "FunctionDef":
    case "ClassDef":
      bindName(node.name.name);
      return;
    case "Global":
    case "Nonlocal":
      for (const bound of node.names) bindName(bound);
      return;
    default:
      return;
  }
}

/** The names that an assignment to the target binds: `a`, `b` and `rest` of `a, (b, *rest)`. */
export function targetNames(target: Expression): readonly string[] {
  switch (target.kind) {
    case "Name":
      return [target.name];
    case "Starred":
      return targetNames(target.value);
    case "TupleLiteral":
    case "ListLiteral":
      return target.elements.flatMap(targetNames);
    default:
      return [];
  }
}
