/** What an expression's value is used for. */
import type { Expression } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isExpression, isStatement, type Node, pathTo, walkExpressions } from "../../syntax/walk.ts";
import { isTruthTested } from "../truth-tests.ts";
import type { CodeAround } from "./code-around.ts";

const iterating: ReadonlySet<string> = new Set([
  "len",
  "list",
  "tuple",
  "set",
  "frozenset",
  "sorted",
  "sum",
  "any",
  "all",
  "enumerate",
  "bool",
  "iter",
  "reversed",
  "zip",
  "max",
  "min",
]);

/**
 * Whether a list can stand in for the queryset: its rows are iterated, counted with `len` or tested. A name that holds
 * it may be used for nothing else.
 */
export function isUsedAsList(code: CodeAround, node: Expression): boolean {
  const parent = parentOf(code, node);
  if (!parent) return false;
  if (isStatement(parent) && parent.kind === "Assign") {
    const [target] = parent.targets;
    if (parent.targets.length > 1 || target?.kind !== "Name") return false;
    if (bindingsOf(code.scope, target.name).length > 1) return false;
    return usesOf(code, target.name).every((use) => use === target || isListUse(code, use));
  }
  return isListUse(code, node);
}

/** Only its truth matters. */
export function isTested({ module }: CodeAround, node: Expression): boolean {
  const path = pathTo(module.file.tree, node);
  return isTruthTested(path.slice(0, path.lastIndexOf(node)), node);
}

function isListUse(code: CodeAround, node: Expression): boolean {
  const parent = parentOf(code, node);
  if (!parent) return false;
  if (isStatement(parent)) return parent.kind === "For" ? parent.iterable === node : isTested(code, node);
  if (!isExpression(parent)) return false;
  switch (parent.kind) {
    case "Comprehension":
      return parent.clauses.some(({ iterable }) => iterable === node) || isTested(code, node);
    case "Call":
      if (parent.function === node) return false;
      if (parent.function.kind === "Name") return iterating.has(parent.function.name);
      return (
        parent.function.kind === "Attribute" &&
        (parent.function.attribute.name === "extend" || parent.function.attribute.name === "update")
      );
    case "Starred":
      return true;
    default:
      return isTested(code, node);
  }
}

export function parentOf({ module }: CodeAround, node: Expression): Node | undefined {
  const path = pathTo(module.file.tree, node);
  return path[path.lastIndexOf(node) - 1];
}

/** Every place in the function where the name is written, assignments included. */
export function usesOf({ scope }: CodeAround, name: string): readonly Expression[] {
  const uses: Expression[] = [];
  walkExpressions(scope, (node) => {
    if (node.kind === "Name" && node.name === name) uses.push(node);
    return true;
  });
  return uses;
}
