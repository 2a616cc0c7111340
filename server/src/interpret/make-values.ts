import { none } from "../base/compact.ts";
import type { Model } from "../django/model-graph.ts";
import { copyOfQueryset, type New } from "../queryset/copies.ts";
import type { Instance, RowSource } from "../queryset/instance.ts";
import { type LoopSet, noLoops } from "../queryset/loop-set.ts";
import type { QuerysetOrigin } from "../queryset/origin.ts";
import { type Bound, noNames, noPaths, noPrefetches, type Queryset } from "../queryset/queryset.ts";
import type { Collection, CollectionSize, Page, Value } from "../queryset/value.ts";
import type { Interpreter } from "./interpreter.ts";
import { isConditional } from "./rows/assignments.ts";

export function instanceOf(
  model: Model,
  source: RowSource | undefined,
  varies: LoopSet = noLoops,
): New<Instance> {
  return {
    kind: "instance",
    model,
    source,
    isNew: false,
    varies,
    attributes: new Map(),
    assigned: new Map(),
    state: {
      stored: true,
      inTable: source && source.queryset.origin.sites.length > 0 ? true : undefined,
      refreshed: false,
    },
    present: undefined,
    element: undefined,
  };
}

export function newInstance(model: Model, attributes: Map<string, Value>, varies: LoopSet): Instance {
  return {
    kind: "instance",
    model,
    source: undefined,
    isNew: true,
    varies,
    attributes,
    assigned: new Map(),
    state: { stored: false, inTable: undefined, refreshed: false },
    present: true,
    element: undefined,
  };
}

export function plainQueryset(model: Model, origin: QuerysetOrigin): Queryset {
  return {
    kind: "queryset",
    model,
    declaration: model.managers.get(model.defaultManager),
    origin,
    select: noPaths,
    selectsAllNonNull: false,
    prefetch: noPrefetches,
    load: { kind: "all" },
    annotations: noNames,
    rows: "instances",
    columns: none,
    bound: { kind: "none" },
    order: model.meta.isOrdered ? "default" : "unordered",
    distinct: false,
    combined: false,
    united: false,
    fetchMode: "one",
    unknownOperations: false,
    loadsComputedPaths: false,
    related: undefined,
    varies: noLoops,
    filters: none,
    fixedFields: noNames,
    locksRows: false,
    streamed: false,
    result: { evaluated: false },
  };
}

/** A queryset whose making was not seen: it may load anything. It has no origin, so nothing is reported on it. */
export function unknownQueryset(model: Model): Queryset {
  return { ...plainQueryset(model, { sites: [] }), unknownOperations: true };
}

export function collectionOf(element: Value, size: CollectionSize, varies: LoopSet = noLoops): Collection {
  return {
    kind: "collection",
    element,
    items: undefined,
    size,
    varies,
    filled: undefined,
    madeAfterLoop: undefined,
    readBetween: undefined,
    present: undefined,
  };
}

/** One of the pages of a paginator. */
export function pageOf(paginator: Page): Page {
  const { rows, size } = paginator;
  if (rows.kind !== "queryset") return { ...paginator, paginator: false };
  const onPage: Queryset = { ...rows, bound: { kind: "page", size }, result: { evaluated: false } };
  return { ...paginator, rows: onPage, paginator: false };
}

/** How many rows a queryset has, as the size of a collection made of them. */
export function sizeOfBound(bound: Bound): CollectionSize {
  switch (bound.kind) {
    case "none":
      return { kind: "rows" };
    case "slice":
      return bound.limit === undefined ? { kind: "rows" } : { kind: "limited", count: bound.limit };
    case "page":
      return { kind: "rows", pageSize: bound.size };
    case "chosen":
      return { kind: "unknown" };
    case "listed":
      return { kind: "constant", count: 0 };
    case "unique":
      return { kind: "constant", count: 1 };
    case "empty":
      return { kind: "constant", count: 0 };
  }
}

/** The queryset's rows together with others: what holds for its own does not hold for all. */
export function withOtherRows(queryset: Queryset): Queryset {
  const { bound } = queryset;
  const copy = copyOfQueryset(queryset);
  copy.combined = true;
  copy.bound = bound.kind === "unique" || bound.kind === "listed" ? { kind: "none" } : bound;
  copy.fixedFields = noNames;
  copy.result = { evaluated: false };
  return copy;
}

/**
 * The `madeAfterLoop` of a list that is written here: what only some rounds of a loop make may be filled in the others,
 * unless these have gone on to the next one.
 */
export function loopsBefore(interpreter: Interpreter): { readonly madeAfterLoop?: number } {
  const isOfSomeRounds = isConditional(interpreter, ({ leaves }) => leaves === undefined);
  return isOfSomeRounds ? {} : { madeAfterLoop: interpreter.nextLoop() };
}
