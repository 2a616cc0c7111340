/** Queries that run once per row and that no eager loading of a plain relation cures. Each belongs to one rule. */
import { AnswersOf } from "../../base/answers-of.ts";
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import { containsRange } from "../../base/text-range.ts";
import type { Model } from "../../django/model-graph.ts";
import type { QueryExecution } from "../../interpret/facts.ts";
import { servedByPrefetch } from "../../queryset/operations.ts";
import type { OriginSite } from "../../queryset/origin.ts";
import type { FilterCondition, Queryset } from "../../queryset/queryset.ts";
import { isStatement, type Node, pathTo, walkExpressions } from "../../syntax/walk.ts";
import { classOf, scoreOfExecution } from "../confidence.ts";
import { placeKey } from "../finding-parts.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { RuleContext } from "../rule-context.ts";
import { factsOfKind } from "../rule-context.ts";
import { asksModelOfRound } from "./model-of-round.ts";
import { querysetExpression } from "./query-expression.ts";
import {
  isBesideWrites,
  isChangedInRounds,
  isInUnitOfWork,
  unitsOfWork,
  writtenModels,
} from "./unit-of-work.ts";

/** What cures it: the rows that are prefetched already, a value computed with the rows, or a query before the loop. */
export type PerRowKind = "bypassesPrefetch" | "aggregate" | "lookup";

const unitOfWorkFactor = 0.4;
/** Rounds that write are work on one object after the other, of which a lookup is a part. */
const besideWritesFactor = 0.75;
/** What a procedure streams for one object is too much to be held for all of them. */
const streamedInCallFactor = 0.75;
/** What is queried before the loop would not show what its rounds have changed. */
const changedInRoundsFactor = 0.6;

export interface PerRowQuery {
  readonly kind: PerRowKind;
  /** The expression that builds what is queried. */
  readonly cause: Pick<OriginSite, "node" | "location" | "symbol">;
  /** One for each expression that sends the query, each on the way on which it is most certain. */
  readonly executions: readonly [QueryExecution, ...QueryExecution[]];
  readonly score: number;
}

const queriesOfAllKinds = new AnswersOf<RuleContext, readonly PerRowQuery[]>();

/** The queries of one kind that run once per row, those of one queryset together. */
export function perRowQueries(context: RuleContext, kind: PerRowKind): readonly PerRowQuery[] {
  return allPerRowQueries(context).filter((query) => query.kind === kind);
}

/** Where a loop may be around that hardly ever is: the same query in no loop is what counts there. By `placeKey`. */
export function placesOfUnlikelyRows(context: RuleContext): ReadonlySet<string> {
  return new Set(
    allPerRowQueries(context)
      .filter(({ score }) => classOf(score) === "low")
      .flatMap(({ executions }) => executions.map(({ location }) => placeKey(location))),
  );
}

function allPerRowQueries(context: RuleContext): readonly PerRowQuery[] {
  return remembered(queriesOfAllKinds, context, () => findPerRowQueries(context));
}

function findPerRowQueries(context: RuleContext): readonly PerRowQuery[] {
  const served = new Set(
    factsOfKind(context.facts, "prefetchedRead").map(({ location }) => placeKey(location)),
  );
  const executions = factsOfKind(context.facts, "query").filter(
    (execution) =>
      isRepeated(execution) &&
      !asksModelOfRound(execution) &&
      !isForCallerToLoad(execution) &&
      !(isOfUnknownParent(execution) && served.has(placeKey(execution.location))),
  );
  const units = unitsOfWork(context.facts);
  const written = writtenModels(context.facts);
  const scoreOf = (execution: QueryExecution): number => {
    const score = scoreOfExecution(execution, isInWhile(context, execution));
    if (execution.bypassed) return score;
    if (isChangedInRounds(execution, written)) return score * changedInRoundsFactor;
    if (isInUnitOfWork(execution, units)) return score * unitOfWorkFactor;
    if (isStreamedInCall(execution)) return score * streamedInCallFactor;
    return !isOfRow(execution.queryset) && isBesideWrites(execution, units)
      ? score * besideWritesFactor
      : score;
  };
  const byNode = [...groupBy(executions, ({ node }) => node).values()].map((same) => {
    const likeliest = same
      .map((execution) => ({ execution, score: scoreOf(execution) }))
      .reduce((first, second) => (isLikelier(second, first) ? second : first));
    return { ...likeliest, cause: causeOf(likeliest.execution) };
  });
  return [...groupBy(byNode, ({ cause }) => cause.node).values()].map((group) => {
    const [first, ...others] = group;
    const kind = kindOf(group.map(({ execution }) => execution));
    const score = Math.max(...group.map((query) => query.score));
    const rest = others.map(({ execution }) => execution);
    return { kind, cause: first.cause, executions: [first.execution, ...rest], score };
  });
}

interface Scored {
  readonly execution: QueryExecution;
  readonly score: number;
}

/** A prefetch that one caller made in vain tells more than the query of another that made none. */
function isLikelier(first: Scored, second: Scored): boolean {
  const [bypasses, alsoBypasses] = [first, second].map(({ execution }) => execution.bypassed !== undefined);
  if (bypasses !== alsoBypasses) return bypasses === true;
  if (first.score !== second.score) return first.score > second.score;
  return first.execution.calls.length < second.execution.calls.length;
}

/** `tasks.count()` is sent by what `tasks = project.tasks.filter(…)` built. */
function causeOf(execution: QueryExecution): PerRowQuery["cause"] {
  const { location, symbol, queryset } = execution;
  const node = querysetExpression(execution.node);
  const { path } = location;
  const { sites } = queryset.origin;
  const loop = execution.loops.at(-1);
  const here = sites.filter((site) => site.symbol === symbol && site.location.path === path);
  // What stands in front of the loop is the same for all rounds; a loop of a caller stands in front of everything here.
  const inLoop =
    loop && loop.depth === execution.calls.length
      ? here.filter((site) => containsRange(loop.statement, site.node))
      : here;
  const built = inLoop[0] ?? (here.length === 0 ? sites[0] : undefined);
  return built && !(built.location.path === path && containsRange(node, built.node))
    ? built
    : { node, symbol, location: { path, range: { start: node.start, end: node.end } } };
}

/** A walk along a tree, attempts until a name is free: how often is not known, and each round needs the one before. */
function isInWhile({ project }: RuleContext, { location, loops }: QueryExecution): boolean {
  const module = project.program.moduleOfFile(location.path);
  if (!module) return false;
  const around = pathTo(module.file.tree, location.range);
  const statements = new Set<Node>(loops.map(({ statement }) => statement));
  const loop = around.findLastIndex((node) => statements.has(node));
  const scope = around.findLastIndex((node) => isStatement(node) && node.kind === "FunctionDef");
  return around.slice(Math.max(loop, scope, 0)).some((node) => isStatement(node) && node.kind === "While");
}

function isStreamedInCall({ queryset, calls, loops }: QueryExecution): boolean {
  return queryset.streamed && calls.length > (loops.at(-1)?.depth ?? 0);
}

function isRepeated(execution: QueryExecution): boolean {
  return (
    !execution.exceptional &&
    !isBatch(execution) &&
    !isDefaultOfAttribute(execution) &&
    execution.operation !== "explain" &&
    multiplicityOf(execution.loops) !== undefined &&
    !execution.loops.some(({ statement }) => iteratesOverUploads(statement))
  );
}

/** `for ids in chunks: Task.objects.filter(pk__in=ids)`: a query per part is what batching means. */
function isBatch({ loops, queryset }: QueryExecution): boolean {
  return (
    loops.some(({ weight }) => weight.kind === "unknown") &&
    queryset.filters.some(({ lookup, varies }) => lookup?.endsWith("__in") === true && varies.length > 0)
  );
}

/** `getattr(project, "open_tasks", project.tasks.filter(…))`: only for rows on which nobody has put it. */
function isDefaultOfAttribute({ node }: QueryExecution): boolean {
  return node.kind === "Call" && node.function.kind === "Name" && node.function.name === "getattr";
}

/** `for file in request.FILES.getlist(…)`: as many as somebody chose by hand. */
function iteratesOverUploads(statement: QueryExecution["loops"][number]["statement"]): boolean {
  let found = false;
  const header =
    statement.kind === "For"
      ? [statement.iterable]
      : statement.kind === "Comprehension"
        ? statement.clauses.map(({ iterable }) => iterable)
        : [];
  for (const iterable of header) {
    walkExpressions(iterable, (node) => {
      if (node.kind === "Attribute" && node.attribute.name === "FILES") found = true;
      return !found;
    });
  }
  return found;
}

/** `all()` on rows that somebody else fetched: whether they were prefetched is decided there. */
function isForCallerToLoad({ queryset, operation }: QueryExecution): boolean {
  const { related } = queryset;
  return (
    related !== undefined && !related.instance.source && related.plain && servedByPrefetch.has(operation)
  );
}

/** The rows are children of an object of which nothing is known: a caller may have prefetched what is asked here. */
function isOfUnknownParent({ queryset }: QueryExecution): boolean {
  const rows = queryset.related?.instance.source?.queryset;
  return rows?.related !== undefined && !rows.related.instance.source;
}

function kindOf(executions: readonly QueryExecution[]): PerRowKind {
  if (executions.some(({ bypassed }) => bypassed !== undefined)) return "bypassesPrefetch";
  return executions.every(isAggregateOfRow) ? "aggregate" : "lookup";
}

const aggregates: ReadonlySet<string> = new Set([
  "count",
  "exists",
  "aggregate",
  "first",
  "last",
  "earliest",
  "latest",
  "index",
]);

/** One value for each row: a count, a truth value, a sum, the newest child. */
function isAggregateOfRow({ operation, queryset, node }: QueryExecution): boolean {
  if (!isOfRow(queryset)) return false;
  if (aggregates.has(operation)) return true;
  // `len(project.tasks.filter(…))`, `if project.tasks.filter(…)`: the rows themselves are not used.
  return (operation === "len" || operation === "bool") && querysetExpression(node).kind === "Call";
}

/** The related rows of one row: `project.tasks…`, `Task.objects.filter(project=project)…`. */
function isOfRow(queryset: Queryset): boolean {
  const { related } = queryset;
  return related ? related.instance.varies.length > 0 : rowCondition(queryset) !== undefined;
}

/** The condition that ties the query to the row of a loop. */
export function rowCondition({ filters, model }: Queryset): FilterCondition | undefined {
  return filters.find(({ method, lookup, instance, column, varies }) => {
    if (method !== "filter" || varies.length === 0 || lookup === undefined) return false;
    if (instance) return true;
    return column?.instance !== undefined && column.field.primaryKey && namesRelation(model, lookup);
  });
}

function namesRelation(model: Model, lookup: string): boolean {
  return (
    model.lookupRelations.has(lookup) ||
    [...model.relations.values()].some(({ field }) => field.attributeName === lookup)
  );
}
