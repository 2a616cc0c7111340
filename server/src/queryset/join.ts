/** Values at the meeting of two ways through the code, and values seen from inside a loop. */
import { unreachable } from "../base/invariant.ts";
import {
  copyOfCollection,
  copyOfEntries,
  copyOfMapping,
  copyOfObject,
  copyOfQueryset,
  copyOfRow,
} from "./copies.ts";
import type { Instance, InstanceState } from "./instance.ts";
import { type LoopSet, noLoops, unionLoops } from "./loop-set.ts";
import { commonOrigin } from "./origin.ts";
import type { LoadedColumns, PathSet, Prefetched, Queryset, RelatedSource } from "./queryset.ts";
import type { Collection, Literal, Mapping, Unknown, Value } from "./value.ts";

const maximumAlternatives = 4;

/** A table of functions is a way to write many branches, and each is written out in the code. */
const maximumFunctions = 12;

export const unknown: Unknown = { kind: "unknown", varies: noLoops };

export function unknownVarying(varies: LoopSet): Unknown {
  return varies.length === 0 ? unknown : { kind: "unknown", varies };
}

/** Everything that either value may be. What only one of them guarantees is no longer guaranteed. */
export function join(first: Value, second: Value): Value {
  if (first === second) return first;
  if (first.kind === "union" || second.kind === "union") {
    return alternativesOf(second).reduce((joined, value) => addAlternative(joined, value), first);
  }
  return merge(first, second) ?? addAlternative(first, second);
}

export function joinAll(values: readonly Value[]): Value {
  const [first = unknown] = values;
  if (values.length < 2) return first;
  return values.reduce((joined, value) => join(joined, value));
}

export function alternativesOf(value: Value): readonly Value[] {
  return value.kind === "union" ? value.alternatives : [value];
}

function addAlternative(value: Value, addition: Value): Value {
  if (value.kind !== "union")
    return merge(value, addition) ?? { kind: "union", alternatives: [value, addition] };
  const { alternatives } = value;
  for (let index = 0; index < alternatives.length; index++) {
    const alternative = alternatives[index];
    const merged = alternative && merge(alternative, addition);
    if (merged)
      return alternatives.length === 1
        ? merged
        : { kind: "union", alternatives: alternatives.with(index, merged) };
  }
  const all = alternatives.concat(addition);
  if (all.length > maximumAlternatives) {
    const maximum = all.every(({ kind }) => kind === "function") ? maximumFunctions : maximumAlternatives;
    if (all.length > maximum) return unknownVarying(unionLoops(variesOf(value), variesOf(addition)));
  }
  return { kind: "union", alternatives: all };
}

function namesFile({ value }: Literal): boolean {
  return typeof value === "string" && /^[\w./#-]+\.\w+$/.test(value);
}

/** One value for both, where that loses little. */
function merge(first: Value, second: Value): Value | undefined {
  if (first === second) return first;
  if (first.kind === "unknown" && second.kind === "unknown") {
    return unknownVarying(unionLoops(first.varies, second.varies));
  }
  if (first.kind === "literal" && second.kind === "literal") {
    if (first.value === second.value) return first.changeable ? first : second;
    // Which template is rendered matters, and may be decided on the way.
    return namesFile(first) && namesFile(second) ? undefined : unknown;
  }
  if (first.kind === "queryset" && second.kind === "queryset") return mergeQuerysets(first, second);
  if (first.kind === "instance" && second.kind === "instance") {
    if (first.model !== second.model) return undefined;
    if (first.source?.queryset === second.source?.queryset && first.isNew === second.isNew) {
      const row = copyOfRow(first);
      row.present = first.present && second.present;
      row.varies = unionLoops(first.varies, second.varies);
      if (second.assigned.size > 0) row.assigned = new Map([...first.assigned, ...second.assigned]);
      row.state = commonState(first.state, second.state);
      return row;
    }
    return undefined;
  }
  if (first.kind === "collection" && second.kind === "collection") return mergeCollections(first, second);
  if (first.kind === "mapping" && second.kind === "mapping") {
    // What is certain of one row is not of another.
    return first.cacheOf || second.cacheOf ? undefined : mergeMappings(first, second);
  }
  if (first.kind === "external" && second.kind === "external")
    return first.name === second.name && first.made === second.made ? first : undefined;
  if (first.kind === "class" && second.kind === "class") {
    return first.symbol === second.symbol && first.model === second.model ? first : undefined;
  }
  if (first.kind === "function" && second.kind === "function") {
    return first.node === second.node && first.receiver === second.receiver ? first : undefined;
  }
  if (first.kind === "method" && second.kind === "method") {
    return first.name === second.name && first.receiver === second.receiver ? first : undefined;
  }
  if (first.kind === "manager" && second.kind === "manager") {
    return first.model === second.model && !first.related && !second.related ? first : undefined;
  }
  return undefined;
}

function commonState(first: InstanceState, second: InstanceState): InstanceState {
  const { stored, inTable, refreshed } = first;
  if (stored === second.stored && inTable === second.inTable && refreshed === second.refreshed) return first;
  return {
    stored: stored && second.stored,
    inTable: inTable === second.inTable ? inTable : undefined,
    refreshed: refreshed && second.refreshed,
  };
}

function mergeQuerysets(first: Queryset, second: Queryset): Queryset | undefined {
  if (first.model !== second.model || first.rows !== second.rows) return undefined;
  // `none()` on the way without permission adds no rows to those of the other way.
  if (first.bound.kind === "empty") return second;
  if (second.bound.kind === "empty") return first;
  const origin = commonOrigin(first.origin, second.origin);
  if (!origin) return undefined;
  return {
    ...first,
    origin,
    select: mergePaths(first.select, second.select),
    selectsAllNonNull: first.selectsAllNonNull && second.selectsAllNonNull,
    prefetch: mergePrefetches(first.prefetch, second.prefetch),
    load: mergeColumns(first.load, second.load),
    annotations: new Set([...first.annotations, ...second.annotations]),
    columns: first.columns.join() === second.columns.join() ? first.columns : [],
    bound: first.bound.kind === second.bound.kind ? first.bound : { kind: "none" },
    order: first.order === second.order ? first.order : "unknown",
    distinct: first.distinct || second.distinct,
    combined: first.combined || second.combined,
    united: first.united || second.united,
    unknownOperations: first.unknownOperations || second.unknownOperations,
    loadsComputedPaths: first.loadsComputedPaths || second.loadsComputedPaths,
    related: mergeRelated(first.related, second.related),
    varies: unionLoops(first.varies, second.varies),
    filters: mergeFilters(first.filters, second.filters),
    fixedFields: new Set([...first.fixedFields].filter((name) => second.fixedFields.has(name))),
    locksRows: first.locksRows || second.locksRows,
    streamed: first.streamed || second.streamed,
    result: { evaluated: false },
  };
}

function mergeFilters(first: Queryset["filters"], second: Queryset["filters"]): Queryset["filters"] {
  const [fewer, more] = first.length <= second.length ? [first, second] : [second, first];
  // A condition on one way only tells nothing about the rows.
  return fewer.map((filter) => (more.includes(filter) ? filter : { ...filter, rows: undefined, fixed: [] }));
}

/** Children of the same relation: of the same row, or of rows from different places of which nothing common is known. */
function mergeRelated(
  first: RelatedSource | undefined,
  second: RelatedSource | undefined,
): RelatedSource | undefined {
  if (!first || first.relation !== second?.relation) return undefined;
  const plain = first.plain && second.plain;
  const maybePlain = [first, second].some((each) => each.plain || each.maybePlain === true);
  if (first.instance === second.instance) return { ...first, plain, maybePlain };
  const varies = unionLoops(first.instance.varies, second.instance.varies);
  return { ...first, plain, maybePlain, instance: { ...first.instance, source: undefined, varies } };
}

function mergePaths(first: PathSet, second: PathSet): PathSet {
  return {
    must: new Set([...first.must].filter((path) => second.must.has(path))),
    may: new Set([...first.may, ...second.may]),
  };
}

function mergePrefetches(
  first: ReadonlyMap<string, Prefetched>,
  second: ReadonlyMap<string, Prefetched>,
): ReadonlyMap<string, Prefetched> {
  const merged = new Map<string, Prefetched>();
  for (const path of new Set([...first.keys(), ...second.keys()])) {
    const [mine, other] = [first.get(path), second.get(path)];
    const entry = mine ?? other;
    if (entry) merged.set(path, { ...entry, certain: mine?.certain === true && other?.certain === true });
  }
  return merged;
}

function mergeColumns(first: LoadedColumns, second: LoadedColumns): LoadedColumns {
  if (first.kind === "all" || second.kind === "all") return { kind: "all" };
  if (first.kind === second.kind) {
    const fields =
      first.kind === "only"
        ? [...first.fields, ...second.fields]
        : [...first.fields].filter((field) => second.fields.has(field));
    return { kind: first.kind, fields: new Set(fields) };
  }
  return { kind: "all" };
}

function mergeCollections(first: Collection, second: Collection): Collection {
  return {
    kind: "collection",
    element: joinElements(first, second),
    items: undefined,
    size: first.size.kind === second.size.kind ? first.size : { kind: "unknown" },
    varies: unionLoops(first.varies, second.varies),
  };
}

/** An empty list adds nothing to what a list may contain. */
function joinElements(first: Collection, second: Collection): Value {
  if (first.items?.length === 0) return second.element;
  if (second.items?.length === 0) return first.element;
  return join(first.element, second.element);
}

function mergeMappings(first: Mapping, second: Mapping): Mapping {
  const entries = new Map(first.entries);
  for (const [key, value] of second.entries) {
    const mine = entries.get(key);
    entries.set(key, mine ? join(mine, value) : value);
  }
  return {
    kind: "mapping",
    entries,
    key: join(first.key, second.key),
    element: isEmpty(first)
      ? second.element
      : isEmpty(second)
        ? first.element
        : join(first.element, second.element),
    size: first.size.kind === second.size.kind ? first.size : { kind: "unknown" },
    varies: unionLoops(first.varies, second.varies),
    open: first.open ?? second.open,
  };
}

/** `{}`, into which nothing was put. */
function isEmpty({ element, size }: Mapping): boolean {
  return element === unknown && size.kind === "constant" && size.count === 0;
}

/** The loops with whose iterations the value changes. */
export function variesOf(value: Value): LoopSet {
  switch (value.kind) {
    case "unknown":
    case "queryset":
    case "instance":
    case "object":
      return value.varies;
    case "collection":
      return unionLoops(value.varies, variesOf(value.element));
    case "mapping":
      return value.varies;
    case "manager":
      return value.related?.instance.varies ?? noLoops;
    case "method":
      return variesOf(value.receiver);
    case "function":
      return value.receiver ? variesOf(value.receiver) : noLoops;
    case "page":
      return variesOf(value.rows);
    case "union":
      return value.alternatives.reduce<LoopSet>((loops, item) => unionLoops(loops, variesOf(item)), noLoops);
    case "literal":
    case "class":
    case "module":
    case "external":
    case "prefetch":
    case "super":
    case "template":
      return noLoops;
    default:
      return unreachable(value);
  }
}

/** The value as a fresh object for each iteration of a loop. */
export function inIteration(value: Value, loop: number): Value {
  return refreshed(value, [loop]);
}

/** A copy that shares nothing that can change with the original. */
export function fresh(value: Value): Value {
  return refreshed(value, noLoops);
}

function refreshed(value: Value, loops: LoopSet): Value {
  switch (value.kind) {
    case "unknown":
      if (loops.length === 0) return value;
      return value.column
        ? { ...value, varies: unionLoops(value.varies, loops) }
        : unknownVarying(unionLoops(value.varies, loops));
    case "instance":
      return refreshedRow(value, loops);
    case "queryset": {
      const copy = copyOfQueryset(value);
      copy.varies = unionLoops(value.varies, loops);
      copy.result = { evaluated: value.result.evaluated };
      return copy;
    }
    case "collection": {
      const copy = copyOfCollection(value);
      copy.element = refreshed(value.element, loops);
      copy.items = value.items?.map((item) => refreshed(item, loops));
      copy.varies = unionLoops(value.varies, loops);
      copy.filled = value.filled && {
        once: value.filled.once && refreshed(value.filled.once, loops),
        inLoops: value.filled.inLoops && refreshed(value.filled.inLoops, loops),
      };
      return copy;
    }
    case "mapping": {
      const copy = copyOfMapping(value);
      copy.entries = new Map();
      for (const [key, entry] of value.entries) copy.entries.set(key, refreshed(entry, loops));
      copy.key = refreshed(value.key, loops);
      copy.element = refreshed(value.element, loops);
      copy.varies = unionLoops(value.varies, loops);
      return copy;
    }
    case "object": {
      const copy = copyOfObject(value);
      copy.attributes = new Map();
      for (const [name, held] of value.attributes) copy.attributes.set(name, heldBy(held, loops));
      copy.varies = unionLoops(value.varies, loops);
      return copy;
    }
    case "union":
      return { kind: "union", alternatives: value.alternatives.map((item) => refreshed(item, loops)) };
    case "literal":
      return loops.length > 0 ? unknownVarying(loops) : value;
    case "manager":
    case "class":
    case "module":
    case "external":
    case "function":
    case "method":
    case "prefetch":
    case "page":
    case "super":
    case "template":
      return value;
    default:
      return unreachable(value);
  }
}

function refreshedRow(row: Instance, loops: LoopSet): Instance {
  const copy = copyOfRow(row);
  copy.varies = unionLoops(row.varies, loops);
  copy.attributes = copyOfEntries(row.attributes);
  copy.assigned = copyOfEntries(row.assigned);
  const { stored, inTable, refreshed: isRefreshed } = row.state;
  copy.state = { stored, inTable, refreshed: isRefreshed };
  copy.element = row;
  return copy;
}

/** Objects that a loop made hold the rows of its rounds, each another one. */
function heldBy(value: Value, loops: LoopSet): Value {
  const differs = value.kind === "instance" && value.varies.length > 0;
  return differs && loops.length > 0 ? refreshed(value, loops) : value;
}

const deepestContainer = 3;

/** The value as an element of a container: containers in containers in containers end in something unknown. */
export function asElement(value: Value, depth = deepestContainer): Value {
  switch (value.kind) {
    case "collection":
      if (depth === 0) return unknownVarying(value.varies);
      return elementsOf(value, depth);
    case "mapping":
      if (depth === 0) return unknownVarying(value.varies);
      return entriesOf(value, depth);
    case "union":
      return { kind: "union", alternatives: value.alternatives.map((item) => asElement(item, depth)) };
    case "page":
      return depth === 0 ? unknown : { ...value, rows: asElement(value.rows, depth - 1) };
    default:
      return value;
  }
}

function elementsOf(collection: Collection, depth: number): Collection {
  const copy = copyOfCollection(collection);
  copy.element = asElement(collection.element, depth - 1);
  copy.items = collection.items?.map((item) => asElement(item, depth - 1));
  return copy;
}

function entriesOf(mapping: Mapping, depth: number): Mapping {
  const copy = copyOfMapping(mapping);
  copy.entries = new Map();
  for (const [key, entry] of mapping.entries) copy.entries.set(key, asElement(entry, depth - 1));
  copy.key = asElement(mapping.key, depth - 1);
  copy.element = asElement(mapping.element, depth - 1);
  return copy;
}
