/**
 * What is to be loaded with the rows of a queryset that never makes any. `values()` and `count()` drop
 * `select_related()` before Django has looked at its names: a wrong one raises nothing.
 */
import { containsRange, type Location } from "../../base/text-range.ts";
import type { Evaluation } from "../../interpret/facts.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression, ModuleTree } from "../../syntax/ast.ts";
import { isStatement, type Node, pathTo, walk } from "../../syntax/walk.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { leavesFunction } from "./leaving-function.ts";

interface LoadingCall {
  readonly method: string;
  readonly queryset: Queryset;
  /** Of an argument. */
  readonly location: Location;
}

/** Every use that the queryset is put to is known, and none of them looks at what the call names. */
export function isNeverLookedAt(
  context: RuleContext,
  { method, queryset: { model }, location }: LoadingCall,
): boolean {
  const evaluations = factsOfKind(context.facts, "evaluation").filter(
    ({ queryset }) =>
      queryset.model === model &&
      queryset.origin.sites.some(
        (site) => site.location.path === location.path && containsRange(site.node, location.range),
      ),
  );
  const tree = context.project.program.moduleOfFile(location.path)?.file.tree;
  return (
    tree !== undefined &&
    evaluations.length > 0 &&
    evaluations.every(({ operation }) => !looksAt(method, operation)) &&
    !mayBeUsedElsewhere(tree, location, new Set(evaluations.map(({ node }) => node)))
  );
}

function looksAt(method: string, operation: Evaluation["operation"]): boolean {
  switch (operation) {
    case "rows":
      return true;
    case "columns":
      return false;
    case "delete":
      return method !== "select_related";
    case "scalar":
    case "update":
      return method === "only" || method === "defer";
  }
}

/** Code that is not followed may get the queryset: it leaves the function, or is handed on as it is. */
function mayBeUsedElsewhere(
  tree: ModuleTree,
  { range }: Location,
  endings: ReadonlySet<Expression>,
): boolean {
  const isEnding = (node: Node): boolean => (endings as ReadonlySet<Node>).has(node);
  const path = pathTo(tree, range);
  if (path.some(isEnding)) return false;
  const call = path.findLast((node) => "kind" in node && node.kind === "Call");
  const scope = path.findLast((node) => isStatement(node) && node.kind === "FunctionDef");
  if (!call || !scope || leavesFunction(tree, call)) return true;
  const statement = path.findLast(isStatement);
  const names = new Set(statement ? namesBoundBy(statement) : []);
  for (let size = -1; size !== names.size; ) {
    size = names.size;
    walk(scope, (node) => {
      if (!isStatement(node) || node.kind !== "Assign") return true;
      const chain = chainOf(node.value);
      const start = chain.at(-1);
      if (start?.kind === "Name" && names.has(start.name) && !chain.some(isEnding)) {
        for (const name of namesBoundBy(node)) names.add(name);
      }
      return true;
    });
  }
  return isHandedOn(scope, names);
}

function namesBoundBy(statement: Node): readonly string[] {
  if (!isStatement(statement) || statement.kind !== "Assign") return [];
  return statement.targets.flatMap((target) => (target.kind === "Name" ? [target.name] : []));
}

/** `rows.filter(…).order_by(…)`, from the last call to `rows`. */
function chainOf(expression: Expression): readonly Expression[] {
  const chain = [expression];
  for (let node = expression; ; chain.push(node)) {
    if (node.kind === "Call") node = node.function;
    else if (node.kind === "Attribute" || node.kind === "Subscript") node = node.value;
    else return chain;
  }
}

/** One of the names stands somewhere without a method behind it. */
function isHandedOn(scope: Node, names: ReadonlySet<string>): boolean {
  const others = new Set<Node>();
  let found = false;
  walk(scope, (node) => {
    if (!("kind" in node)) return !found;
    if (node.kind === "Attribute" || node.kind === "Subscript") others.add(node.value);
    if (node.kind === "Assign") for (const target of node.targets) others.add(target);
    if (node.kind === "Name" && names.has(node.name) && !others.has(node)) found = true;
    return !found;
  });
  return found;
}
