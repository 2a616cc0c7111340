/** The queries that go to the database: when a queryset sends one, and when a cache or a prefetch has the answer. */
import { compact, none } from "../../base/compact.ts";
import { coverageOf } from "../../queryset/coverage.ts";
import { servedByPrefetch } from "../../queryset/operations.ts";
import type { Prefetched, Queryset, RelatedSource } from "../../queryset/queryset.ts";
import { prefetchedToAttribute, prefetchOf } from "../../queryset/row-prefetches.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { touchQueryset } from "../effects/writes.ts";
import { combinedRead, type Evaluation, type RowsUse } from "../facts.ts";
import type { Interpreter } from "../interpreter.ts";
import { recordCoroutineQuery } from "../language/event-loop.ts";
import { isLoadedByGuard } from "../rows/loaded-relations.ts";
import { recordSingleRead } from "../rows/single-reads.ts";
import { comesWithLazyLoad } from "./manager-coverage.ts";
import { noteQuery } from "./repeated-queries.ts";

/** Operations that fill the result cache, or that a filled one answers. */
const fillsCache: ReadonlySet<string> = new Set(["iterate", "list", "len", "bool", "contains"]);
const answeredByCache: ReadonlySet<string> = new Set([...fillsCache, "count", "exists", "index"]);

/** The query of an operation goes to the database, unless a cache holds the answer. */
export function send(
  interpreter: Interpreter,
  queryset: Queryset,
  operation: string,
  node: Expression,
  call?: Call,
): void {
  if (queryset.bound.kind === "empty") return;
  interpreter.effects += 1;
  recordEvaluation(interpreter, queryset, makesNoRows.has(operation) ? "scalar" : "rows", node);
  if (queryset.result.evaluated && isAnsweredByCache(queryset, operation)) {
    // The truth of `a or b` is asked of `a` a second time, as one of two values that it may be.
    if (operation !== "bool") queryset.result.reused = true;
    recordUse(interpreter, queryset, operation, true, node);
    return;
  }
  touchQueryset(interpreter, queryset);
  const { related } = queryset;
  let bypassed: Prefetched | undefined;
  if (related) {
    if (isServedByComputedPath(related, operation)) return;
    if (isServedByGuard(interpreter, related, operation)) return;
    const prefetched = prefetchOf(related.instance, related.relation);
    if (prefetched?.certain && prefetched.toAttribute === undefined) {
      if (isServedByPrefetch(queryset, operation, prefetched)) {
        queryset.result.evaluated = true;
        recordPrefetchedRead(interpreter, related, node);
        return;
      }
      bypassed = prefetched;
    } else if (related.plain) bypassed = prefetchedToAttribute(related.instance, related.relation);
    noteQuery(interpreter, queryset, operation, node);
    if (
      related.plain &&
      fillsCache.has(operation) &&
      !bypassed &&
      recordToManyRead(interpreter, queryset, operation, node)
    ) {
      queryset.result.evaluated = true;
      return;
    }
  }
  interpreter.queryCounts?.addQueryset(interpreter, queryset, operation, node);
  if (!related) noteQuery(interpreter, queryset, operation, node);
  // Whoever waited for a lock sees what others have written meanwhile.
  if (queryset.locksRows) interpreter.writes += 1;
  if (fillsCache.has(operation)) queryset.result.evaluated = true;
  const use = recordUse(interpreter, queryset, operation, false, node);
  if (use.loops.length === 0) {
    recordCoroutineQuery(interpreter, queryset.model, node);
    return;
  }
  interpreter.record({
    kind: "query",
    queryset,
    operation,
    text: use.text,
    bypassed,
    node,
    call,
    statement: interpreter.state.frame.statement,
    memoised: isMemoised(interpreter),
    fallback:
      interpreter.state.guards.some(({ test, fallback }) => fallback || asksForAttribute(test)) ||
      (bypassed !== undefined && related?.maybePlain === true) ||
      (related !== undefined && mayAvoidQuery(interpreter, related)),
    ...interpreter.context(use.location, queryset.varies),
  });
}

function recordUse(
  interpreter: Interpreter,
  queryset: Queryset,
  operation: string,
  fromCache: boolean,
  node: Expression,
): RowsUse {
  const context = interpreter.context(interpreter.location(node), queryset.varies);
  const use: RowsUse = {
    kind: "rowsUse",
    queryset,
    operation,
    fromCache,
    text: interpreter.text(node),
    around: context.loops.length > 0 ? none : compact(interpreter.state.loops),
    ...context,
  };
  interpreter.record(use);
  return use;
}

/** The first row is that of the cache where the queryset has an order; else `first()` gives it one, and asks again. */
function isAnsweredByCache({ order }: Queryset, operation: string): boolean {
  return answeredByCache.has(operation) || (operation === "first" && order !== "unordered");
}

const makesNoRows: ReadonlySet<string> = new Set(["count", "exists", "aggregate", "contains"]);

/** Noted where something is to be loaded with the rows. */
export function recordEvaluation(
  interpreter: Interpreter,
  queryset: Queryset,
  operation: Evaluation["operation"],
  node: Expression,
): void {
  const { select, selectsAllNonNull, prefetch, load, rows } = queryset;
  const loadsSomething = select.may.size > 0 || selectsAllNonNull || prefetch.size > 0 || load.kind !== "all";
  if (loadsSomething && rows === "instances") {
    interpreter.record({ kind: "evaluation", queryset, operation, node });
  }
}

/** Nothing but `all()` came before, and the operation looks at the rows that are there. */
function isServedByPrefetch(queryset: Queryset, operation: string, prefetched: Prefetched): boolean {
  const { related } = queryset;
  if (!related?.plain || related.operations.includes("all")) return false;
  if (servedByPrefetch.has(operation)) return true;
  const { order } = prefetched.queryset ?? queryset;
  return operation === "first" && (order === "default" || order === "ordered");
}

/** Code that computes what to prefetch computes it from what will be asked for. */
function isServedByComputedPath({ instance, plain }: RelatedSource, operation: string): boolean {
  return plain && servedByPrefetch.has(operation) && instance.source?.queryset.loadsComputedPaths === true;
}

/** Rows are prefetched, on one way at least, and the code that queries has asked whether they are. */
function mayAvoidQuery(interpreter: Interpreter, { instance, relation }: RelatedSource): boolean {
  return (
    prefetchOf(instance, relation) !== undefined && interpreter.askedForPrefetches.has(instance.attributes)
  );
}

/** The code has asked whether a prefetch has the rows. */
function isServedByGuard(
  interpreter: Interpreter,
  { instance, relation, plain }: RelatedSource,
  operation: string,
): boolean {
  return (
    plain && servedByPrefetch.has(operation) && isLoadedByGuard(interpreter, instance, relation.accessor)
  );
}

function recordPrefetchedRead(
  interpreter: Interpreter,
  { instance, relation }: RelatedSource,
  node: Expression,
): void {
  const { source } = instance;
  if (!source) return;
  const read = {
    queryset: source.queryset,
    path: source.path.concat(relation.accessor),
    ...interpreter.context(interpreter.location(node), instance.varies),
  };
  interpreter.record({ kind: "prefetchedRead", ...read });
  if (interpreter.state.calls.length > 0 && interpreter.isRepeated(instance.varies)) {
    interpreter.record({ kind: "coveredRead", ...read });
  }
}

/** The lazy load of a plain to-many relation of a known row. */
function recordToManyRead(
  interpreter: Interpreter,
  queryset: Queryset,
  operation: string,
  node: Expression,
): boolean {
  const { related } = queryset;
  if (!related) return false;
  const { instance, relation } = related;
  if (instance.isNew) return true;
  const { source } = instance;
  if (!source || source.queryset.rows === "raw") return false;
  const path = source.path.concat(relation.accessor);
  const coverage = coverageOf(source.queryset, path, interpreter.models);
  if (coverage === "loaded") return true;
  const context = interpreter.context(interpreter.location(node), instance.varies);
  if (context.loops.length === 0) {
    recordSingleRead(interpreter, instance, relation, node);
    return false;
  }
  interpreter.queryCounts?.addQueryset(interpreter, queryset, operation, node);
  interpreter.record({
    kind: "relationRead",
    queryset: source.queryset,
    path,
    relation,
    keyOnly: false,
    comparedWith: undefined,
    coverage,
    comesWithLazyLoad: comesWithLazyLoad(interpreter, source.queryset, path),
    text: interpreter.text(node),
    operation: queryset.combined ? combinedRead : related.operations.includes("slice") ? "slice" : operation,
    callerMayLoad: false,
    node,
    ...context,
  });
  return true;
}

/** `if key not in cache: cache[key] = query`: each key costs one query at most. */
function isMemoised(interpreter: Interpreter): boolean {
  return interpreter.state.guards.some(
    ({ test, memoised }) =>
      memoised ||
      (test.kind === "Comparison" && test.operators.some((operator) => operator === "not in")) ||
      (test.kind === "UnaryOperation" &&
        test.operator === "not" &&
        test.operand.kind === "Comparison" &&
        test.operand.operators.includes("in")),
  );
}

function asksForAttribute(test: Expression): boolean {
  let found = false;
  walkExpressions(test, (node) => {
    if (node.kind === "Call" && node.function.kind === "Name") {
      found ||= node.function.name === "hasattr" || node.function.name === "getattr";
    } else if (node.kind === "Attribute") {
      found ||= node.attribute.name === "_prefetched_objects_cache" || node.attribute.name === "__dict__";
    }
    return !found;
  });
  return found;
}
