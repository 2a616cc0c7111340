/** Where names are bound. */
import { remembered } from "../base/remembered.ts";
import type { Expression, Import, ImportFrom, ModuleTree, Statement } from "./ast.ts";
import { type Node, walk } from "./walk.ts";

export type NameBinding =
  /** `name = value` */
  | { readonly kind: "assignment"; readonly statement: Statement; readonly value: Expression }
  | { readonly kind: "import"; readonly statement: Import | ImportFrom }
  | { readonly kind: "other" };

const knownBindings = new WeakMap<Node | ModuleTree, ReadonlyMap<string, readonly NameBinding[]>>();

/**
 * Every binding of the name inside of a node, those of functions, lambdas and comprehensions in it included: a name that
 * is bound in there as well is taken for the same. The parameters of a function count, the target of a loop does not.
 */
export function bindingsOf(scope: Node | ModuleTree, name: string): readonly NameBinding[] {
  return remembered(knownBindings, scope, () => bindingsIn(scope)).get(name) ?? [];
}

function bindingsIn(scope: Node | ModuleTree): ReadonlyMap<string, readonly NameBinding[]> {
  const bindings = new Map<string, NameBinding[]>();
  const bind = (name: string, binding: NameBinding): void => {
    const known = bindings.get(name);
    if (known) known.push(binding);
    else bindings.set(name, [binding]);
  };
  walk(scope, (node) => {
    bindNamesOf(node, bind);
    return undefined;
  });
  return bindings;
}

const other: NameBinding = { kind: "other" };

function bindNamesOf(node: Node, bind: (name: string, binding: NameBinding) => void): void {
  const bindTarget = (target: Expression): void => {
    for (const name of targetNames(target)) bind(name, other);
  };
  if (!("kind" in node)) {
    if ("form" in node) bind(node.name, other);
    else if ("bindings" in node) for (const { name } of node.bindings) bind(name, other);
    else if ("type" in node && node.name) bind(node.name.name, other);
    return;
  }
  switch (node.kind) {
    case "Assign":
      for (const target of node.targets) {
        if (target.kind !== "Name") bindTarget(target);
        else bind(target.name, { kind: "assignment", statement: node, value: node.value });
      }
      return;
    case "AnnAssign":
      if (node.target.kind === "Name" && node.value)
        bind(node.target.name, { kind: "assignment", statement: node, value: node.value });
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
      for (const { alias, name } of node.names)
        bind(alias ?? name.split(".", 1)[0] ?? name, { kind: "import", statement: node });
      return;
    case "FunctionDef":
    case "ClassDef":
      bind(node.name.name, other);
      return;
    case "Global":
    case "Nonlocal":
      for (const name of node.names) bind(name, other);
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
