/**
 * What becomes of what a call loads with the rows of a queryset. `values()` and `count()` drop `select_related()` before
 * Django has looked at its names: a wrong one raises nothing.
 */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import { containsRange, type Location } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import type { Evaluation, HelperReturn } from "../../interpret/facts.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Expression, ModuleTree } from "../../syntax/ast.ts";
import { isStatement, type Node, pathTo, walk } from "../../syntax/walk.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { wayOut } from "./leaving-function.ts";

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
  const evaluations = evaluationsOf(context, model, location);
  const tree = context.project.program.moduleOfFile(location.path)?.file.tree;
  return (
    tree !== undefined &&
    evaluations.length > 0 &&
    evaluations.every(({ operation }) => !looksAt(method, operation)) &&
    !mayBeUsedElsewhere(tree, location, endingsOf(context, tree, location, evaluations))
  );
}

/** Where the queryset comes to an end: what evaluates it, and the returns to callers each of which does so. */
function endingsOf(
  { facts }: RuleContext,
  tree: ModuleTree,
  location: Location,
  evaluations: readonly Evaluation[],
): ReadonlySet<Expression> {
  const endings = new Set(evaluations.map(({ node }) => node));
  const followed = new Set(
    evaluations.flatMap(({ queryset }) => queryset.origin.sites.map(({ node }) => node)),
  );
  const callers = factsOfKind(facts, "helperReturn").filter(({ queryset }) =>
    queryset.origin.sites.some((site) => isBuiltAt(site, location)),
  );
  // Columns stay columns, whatever becomes of them.
  const isHarmless = ({ call, queryset }: HelperReturn): boolean =>
    followed.has(call) || !["instances", "raw"].includes(queryset.rows);
  if (callers.length === 0 || !callers.every(isHarmless)) return endings;
  const scope = pathTo(tree, location.range).findLast(isFunction);
  if (scope) {
    walk(scope, (node) => {
      if (isStatement(node) && node.kind === "Return" && node.value) endings.add(node.value);
    });
  }
  return endings;
}

/** The rows are read attribute by attribute, in loops that can be seen, and go nowhere else. */
export function staysInLoops(context: RuleContext, model: Model, location: Location): boolean {
  const evaluations = evaluationsOf(context, model, location);
  const tree = context.project.program.moduleOfFile(location.path)?.file.tree;
  return (
    tree !== undefined &&
    evaluations.length > 0 &&
    evaluations.every(({ operation, node }) => operation !== "rows" || isReadInLoop(tree, node)) &&
    !mayBeUsedElsewhere(tree, location, new Set(evaluations.map(({ node }) => node)))
  );
}

const evaluationsByModel = new AnswersOf<RuleContext, ReadonlyMap<Model, readonly Evaluation[]>>();
/** Of a model, by the files in which their querysets are built. */
const evaluationsByFile = new AnswersOf<
  readonly Evaluation[],
  ReadonlyMap<string, readonly { readonly evaluation: Evaluation }[]>
>();

function evaluationsOf(context: RuleContext, model: Model, location: Location): readonly Evaluation[] {
  const byModel = remembered(evaluationsByModel, context, () =>
    groupBy(factsOfKind(context.facts, "evaluation"), ({ queryset }) => queryset.model),
  );
  const ofModel = byModel.get(model);
  if (!ofModel) return [];
  const byFile = remembered(evaluationsByFile, ofModel, () =>
    groupBy(ofModel.flatMap(withFiles), ({ path }) => path),
  );
  return (byFile.get(location.path) ?? []).flatMap(({ evaluation }) =>
    evaluation.queryset.origin.sites.some((site) => isBuiltAt(site, location)) ? [evaluation] : [],
  );
}

function withFiles(
  evaluation: Evaluation,
): readonly { readonly path: string; readonly evaluation: Evaluation }[] {
  const paths = new Set(evaluation.queryset.origin.sites.map((site) => site.location.path));
  return [...paths].map((path) => ({ path, evaluation }));
}

function isBuiltAt(site: OriginSite, { path, range }: Location): boolean {
  return site.location.path === path && containsRange(site.node, range);
}

/** `for row in rows`, and every use of `row` in the function reads an attribute. */
function isReadInLoop(tree: ModuleTree, rows: Expression): boolean {
  const path = pathTo(tree, rows);
  if (!path.includes(rows)) return false;
  const scope = path.findLast(isFunction);
  const loop = path[path.indexOf(rows) - 1];
  const targets: Expression[] = [];
  if (loop && "kind" in loop && loop.kind === "For" && loop.iterable === rows) targets.push(loop.target);
  if (loop && "kind" in loop && loop.kind === "Comprehension") {
    targets.push(...loop.clauses.filter(({ iterable }) => iterable === rows).map(({ target }) => target));
  }
  const [target] = targets;
  if (!scope || target?.kind !== "Name") return false;
  return !isHandedOn(scope, new Set([target.name]), (node) => node === target);
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
  const scope = path.findLast(isFunction);
  if (!call || !scope) return true;
  const way = wayOut(tree, call);
  if (way === "kept" || (way === "returned" && !hasReturn(scope, isEnding))) return true;
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
  return isHandedOn(scope, names, isEnding);
}

function isFunction(node: Node): boolean {
  return isStatement(node) && node.kind === "FunctionDef";
}

function hasReturn(scope: Node, isEnding: (value: Node) => boolean): boolean {
  let found = false;
  walk(scope, (node) => {
    found ||= isStatement(node) && node.kind === "Return" && node.value !== undefined && isEnding(node.value);
    return !found;
  });
  return found;
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

/** One of the names stands somewhere without an attribute or method behind it. */
function isHandedOn(scope: Node, names: ReadonlySet<string>, isAllowed: (node: Node) => boolean): boolean {
  const others = new Set<Node>();
  let found = false;
  walk(scope, (node) => {
    if (!("kind" in node)) return !found;
    if (node.kind === "Attribute" || node.kind === "Subscript") others.add(node.value);
    if (node.kind === "Assign") for (const target of node.targets) others.add(target);
    if (node.kind === "Name" && names.has(node.name) && !others.has(node) && !isAllowed(node)) found = true;
    return !found;
  });
  return found;
}
