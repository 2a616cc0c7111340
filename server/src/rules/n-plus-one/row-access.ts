/** A query on one row of a loop, together with the queryset that supplies the loop's rows, where both can be edited. */

import { containsRange, type Location } from "../../base/text-range.ts";
import type { Relation } from "../../django/model-graph.ts";
import type { FactContext, Loop, QueryExecution, RelationRead } from "../../interpret/facts.ts";
import type { Module } from "../../python/symbols.ts";
import { querysetOperation } from "../../queryset/operations.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import { isExtensible } from "../../queryset/origin.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Comprehension, Expression, For, FunctionDef, Keyword } from "../../syntax/ast.ts";
import { bindingsOf } from "../../syntax/name-bindings.ts";
import { isExpression, isStatement, type Node } from "../../syntax/walk.ts";
import { placeKey } from "../finding-parts.ts";
import { isPython } from "../is-python.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type CodeAround, codeAround } from "./code-around.ts";
import { type PerRowQuery, rowCondition } from "./per-row-queries.ts";
import { methodName, parseQuery, type QueryExpression } from "./query-expression.ts";

export interface RowAccess {
  /** Around the query; around the queryset where a template queries. */
  readonly code: CodeAround;
  /** Where the queryset is built, and its code finds the names that it needs. */
  readonly built: { readonly module: Module; readonly scope: FunctionDef | undefined };
  /** The query stands in a method that others call as well, with rows of their own: it has to stay for these. */
  readonly shared: boolean;
  /** The file of the query. */
  readonly path: string;
  readonly query: QueryExpression;
  /** The loop's variable: `project`. */
  readonly row: string;
  /** Undefined in a template and in a method that is called for each row: neither writes what it asks for. */
  readonly loop: For | Comprehension | undefined;
  /** From the row to what is queried. */
  readonly relation: Relation;
  /** `project=project`, where the query starts from the model. */
  readonly condition: Keyword | undefined;
  /** The queryset of the loop's rows, and the expression that builds it. */
  readonly rows: Queryset;
  readonly site: OriginSite;
}

/**
 * Undefined where the query is not plainly one on a variable of a loop over a queryset that the same function builds:
 * then an edit of the queryset would not reach all rows that are read here.
 */
export function rowAccessOf(context: RuleContext, { cause, executions }: PerRowQuery): RowAccess | undefined {
  const [execution] = executions;
  if (!isPython(cause.location)) return accessInTemplate(context, cause, executions);
  if (execution.calls.at(-1)?.via === "serializerMethod") {
    return accessInSerializerMethod(context, cause, executions);
  }
  if (executions.some(({ calls, fallback }) => calls.length > 0 || fallback)) return undefined;
  const query = parseQuery(cause.node);
  const target = query && (related(execution, query) ?? conditioned(context, execution, query));
  return target && accessAt(context, cause.location, query, execution.loops, target);
}

/**
 * A query on the variable of a template's loop. The template reads what the queryset of one function brings; where
 * several functions render it, each would have to be edited.
 */
function accessInTemplate(
  context: RuleContext,
  cause: PerRowQuery["cause"],
  [execution, ...others]: PerRowQuery["executions"],
): RowAccess | undefined {
  const query = parseQuery(cause.node);
  const isReadHere = execution.calls.every(({ via }) => via === "template");
  const target = query && isReadHere && others.length === 0 ? related(execution, query) : undefined;
  const site = target?.rows.origin.sites.at(-1);
  if (!query || !target || !site || !isExtensible(site) || !isPython(site.location)) return undefined;
  if (target.rows.combined || target.rows.rows !== "instances") return undefined;
  if (!isOnlySource(context, cause.location, site)) return undefined;
  const code = codeAround(context, site.location);
  if (!code) return undefined;
  const { path } = cause.location;
  return { code, built: code, shared: false, path, query, loop: undefined, site, ...target };
}

/** A query on the row that a method field is called with: the queryset of the view can bring the answer. */
function accessInSerializerMethod(
  context: RuleContext,
  cause: PerRowQuery["cause"],
  [execution, ...others]: PerRowQuery["executions"],
): RowAccess | undefined {
  const query = parseQuery(cause.node);
  const target = query && others.length === 0 ? related(execution, query) : undefined;
  const site = target && querysetOfView(target.rows);
  const code = codeAround(context, cause.location);
  const module = site && context.project.program.moduleOfFile(site.location.path);
  if (!query || !target || !code || !module) return undefined;
  if (target.rows.combined || target.rows.rows !== "instances") return undefined;
  const [, ...parameters] = code.scope.parameters;
  const isParameter = parameters.some(({ name }) => name === target.row);
  if (!isParameter || bindingsOf(code.scope, target.row).length > 1) return undefined;
  const built = { module, scope: codeAround(context, site.location)?.scope };
  const { path } = cause.location;
  return { code, built, shared: true, path, query, loop: undefined, site, ...target };
}

/** The expression that builds the queryset, behind the attributes and methods through which the view reaches it. */
function querysetOfView({ origin }: Queryset): OriginSite | undefined {
  const site = origin.sites.findLast(({ kind }) => kind !== "attribute" && kind !== "accessor");
  return site?.kind === "chain" ? site : undefined;
}

/** Whether all rows that are asked there come from this queryset. */
function isOnlySource({ facts }: RuleContext, location: Location, site: OriginSite): boolean {
  const isHere = (fact: FactContext): boolean => placeKey(fact.location) === placeKey(location);
  return (
    !factsOfKind(facts, "prefetchedRead").some(isHere) &&
    factsOfKind(facts, "query")
      .filter(isHere)
      .every(({ queryset }) => {
        const rows = queryset.related?.instance.source?.queryset;
        return rows?.origin.sites.at(-1)?.node === site.node;
      })
  );
}

/** The same for the related rows as they are, or a slice of them: `project.tasks.all()[:3]`. */
export function rowAccessOfRead(context: RuleContext, read: RelationRead): RowAccess | undefined {
  const query = parseQuery(read.node);
  const { queryset, path, relation } = read;
  if (!query || read.calls.length > 0 || path.length > 1) return undefined;
  const { root } = query;
  if (root.value.kind !== "Name" || root.attribute.name !== relation.accessor) return undefined;
  const target: Target = { row: root.value.name, relation, condition: undefined, rows: queryset };
  return accessAt(context, read.location, query, read.loops, target);
}

function accessAt(
  context: RuleContext,
  location: Location,
  query: QueryExpression,
  loops: readonly Loop[],
  target: Target,
): RowAccess | undefined {
  const code = codeAround(context, location);
  const site = target.rows.origin.sites.at(-1);
  if (!code || site?.location.path !== location.path || !isExtensible(site)) return undefined;
  if (target.rows.combined || target.rows.rows !== "instances" || !containsRange(code.scope, site.node))
    return undefined;
  const loop = loopOf(code, target.row);
  if (!loop || !loops.some(({ statement }) => statement === loop.statement)) return undefined;
  return runsOver(code, loop.iterable, target.rows)
    ? {
        code,
        built: code,
        shared: false,
        path: location.path,
        query,
        loop: loop.statement,
        site,
        ...target,
      }
    : undefined;
}

type Target = Pick<RowAccess, "row" | "relation" | "condition" | "rows">;

/** `project.tasks…` */
function related({ queryset }: QueryExecution, { root }: QueryExpression): Target | undefined {
  const { related } = queryset;
  const source = related?.instance.source;
  if (!related || !source || source.single || source.path.length > 0) return undefined;
  if (root.value.kind !== "Name" || root.attribute.name !== related.relation.accessor) return undefined;
  return { row: root.value.name, relation: related.relation, condition: undefined, rows: source.queryset };
}

/** `Task.objects.filter(project=project)…` */
function conditioned(
  context: RuleContext,
  { queryset }: QueryExecution,
  query: QueryExpression,
): Target | undefined {
  if (queryset.related) return undefined;
  const condition = rowCondition(queryset);
  const instance = condition?.instance ?? condition?.column?.instance;
  const source = instance?.source;
  if (!condition?.lookup || !source || source.single || source.path.length > 0) return undefined;
  const relation = relationBack(context, queryset, source.queryset, condition.lookup);
  if (!relation) return undefined;
  const keyword = query.steps
    .filter((step) => methodName(step) === "filter")
    .flatMap((step) => step.keywords)
    .find(({ name }) => name?.name === condition.lookup);
  const value = keyword?.value.kind === "Attribute" ? keyword.value.value : keyword?.value;
  return value?.kind === "Name"
    ? { row: value.name, relation, condition: keyword, rows: source.queryset }
    : undefined;
}

/** The relation from the rows that leads to what `filter(project=row)` finds. */
function relationBack(
  { project }: RuleContext,
  queryset: Queryset,
  rows: Queryset,
  lookup: string,
): Relation | undefined {
  const forward =
    queryset.model.lookupRelations.get(lookup) ??
    [...queryset.model.relations.values()].find(({ field }) => field.attributeName === lookup);
  if (forward?.kind !== "foreignKey" || forward.field.toField !== undefined) return undefined;
  if (forward.target === undefined || project.models.model(forward.target) !== rows.model) return undefined;
  return [...rows.model.relations.values()].find(
    ({ kind, field, target }) =>
      kind === "reverseForeignKey" && field === forward.field && target === queryset.model.label,
  );
}

interface RowLoop {
  readonly statement: For | Comprehension;
  readonly iterable: Expression;
}

/** The loop whose variable the name is, where nothing in it binds the name again. */
function loopOf({ path }: CodeAround, name: string): RowLoop | undefined {
  for (const node of path.toReversed()) {
    if (isFunction(node)) return undefined;
    const loop = asLoopOver(node, name);
    if (loop) return bindingsOf(loop.statement, name).length === 0 ? loop : undefined;
  }
  return undefined;
}

function isFunction(node: Node): boolean {
  if (isExpression(node)) return node.kind === "Lambda";
  return isStatement(node) && (node.kind === "FunctionDef" || node.kind === "ClassDef");
}

function asLoopOver(node: Node, name: string): RowLoop | undefined {
  if (isExpression(node)) {
    if (node.kind !== "Comprehension") return undefined;
    for (const { target, iterable } of node.clauses) {
      const rows = rowsFor(target, iterable, name);
      if (rows) return { statement: node, iterable: rows };
    }
    return undefined;
  }
  if (!isStatement(node) || node.kind !== "For") return undefined;
  const rows = rowsFor(node.target, node.iterable, name);
  return rows && { statement: node, iterable: rows };
}

/** `name in rows`, `index, name in enumerate(rows)` */
function rowsFor(target: Expression, iterable: Expression, name: string): Expression | undefined {
  if (target.kind === "Name") return target.name === name ? iterable : undefined;
  if (target.kind !== "TupleLiteral" || iterable.kind !== "Call") return undefined;
  const [, element] = target.elements;
  const isEnumerated = iterable.function.kind === "Name" && iterable.function.name === "enumerate";
  return isEnumerated && element?.kind === "Name" && element.name === name
    ? iterable.arguments[0]
    : undefined;
}

const copies: ReadonlySet<string> = new Set(["list", "tuple", "reversed", "sorted", "iter"]);

/** The loop runs over the rows of this queryset and of no other. */
function runsOver({ scope }: CodeAround, iterable: Expression, rows: Queryset): boolean {
  const { sites } = rows.origin;
  const node = innermostRows(iterable, rows);
  if (node === sites.at(-1)?.node) return true;
  if (node.kind !== "Name") return false;
  const { name } = node;
  const bindings = bindingsOf(scope, name);
  return (
    bindings.length > 0 &&
    bindings.every(
      (binding) =>
        binding.kind === "assignment" &&
        (sites.some((site) => site.node === innermostRows(binding.value, rows)) ||
          isRefinementOf(name, binding.value)),
    )
  );
}

/** What the rows are taken from: the expression that builds the queryset, or a name. */
function innermostRows(expression: Expression, { origin }: Queryset): Expression {
  let node = expression;
  for (;;) {
    const next = origin.sites.some((site) => site.node === node) ? undefined : wrappedRows(node);
    if (!next) return node;
    node = next;
  }
}

/** `list(rows)`, `rows.iterator()`, `rows[:10]` → `rows` */
function wrappedRows(node: Expression): Expression | undefined {
  if (node.kind === "Subscript") return node.index.kind === "Slice" ? node.value : undefined;
  if (node.kind !== "Call") return undefined;
  if (node.function.kind === "Name") return copies.has(node.function.name) ? node.arguments[0] : undefined;
  if (node.function.kind !== "Attribute") return undefined;
  return /^(a?iterator|all)$/.test(node.function.attribute.name) ? node.function.value : undefined;
}

/** `rows = rows.filter(…)`: the same rows, fewer of them. */
function isRefinementOf(name: string, value: Expression): boolean {
  let node = value;
  while (node.kind === "Call" && node.function.kind === "Attribute") {
    if (querysetOperation(node.function.attribute.name)?.kind !== "refine") return false;
    node = node.function.value;
  }
  return node !== value && node.kind === "Name" && node.name === name;
}
