/**
 * Copies of values that are about to be changed. All of one kind list all their properties in one order, unlike
 * `{ ...value, name }`, after which an engine takes each way in which a value has come about for a type of its own.
 */
import type { Instance } from "./instance.ts";
import type { Queryset } from "./queryset.ts";
import type { Collection, Literal, Mapping, PlainObject } from "./value.ts";

/** A value that nobody else has seen yet, with all its properties. */
export type New<Kind> = { -readonly [Name in keyof Kind]-?: Kind[Name] };

/** Shares with the original what its names share: attributes, assignments, state. */
export function copyOfRow(row: Instance): New<Instance> {
  return {
    kind: "instance",
    model: row.model,
    source: row.source,
    isNew: row.isNew,
    varies: row.varies,
    attributes: row.attributes,
    assigned: row.assigned,
    state: row.state,
    present: row.present,
    element: row.element,
  };
}

/** Shares the result cache with the original. */
export function copyOfQueryset(queryset: Queryset): New<Queryset> {
  return {
    kind: "queryset",
    model: queryset.model,
    declaration: queryset.declaration,
    origin: queryset.origin,
    select: queryset.select,
    selectsAllNonNull: queryset.selectsAllNonNull,
    prefetch: queryset.prefetch,
    load: queryset.load,
    annotations: queryset.annotations,
    rows: queryset.rows,
    columns: queryset.columns,
    bound: queryset.bound,
    order: queryset.order,
    combined: queryset.combined,
    united: queryset.united,
    fetchMode: queryset.fetchMode,
    unknownOperations: queryset.unknownOperations,
    loadsComputedPaths: queryset.loadsComputedPaths,
    related: queryset.related,
    varies: queryset.varies,
    filters: queryset.filters,
    fixedFields: queryset.fixedFields,
    locksRows: queryset.locksRows,
    distinct: queryset.distinct,
    streamed: queryset.streamed,
    result: queryset.result,
  };
}

export function copyOfCollection(collection: Collection): New<Collection> {
  return {
    kind: "collection",
    element: collection.element,
    items: collection.items,
    size: collection.size,
    varies: collection.varies,
    filled: collection.filled,
    madeAfterLoop: collection.madeAfterLoop,
    readBetween: collection.readBetween,
    present: collection.present,
  };
}

/** Shares the entries with the original. */
export function copyOfMapping(mapping: Mapping): New<Mapping> {
  return {
    kind: "mapping",
    entries: mapping.entries,
    key: mapping.key,
    element: mapping.element,
    size: mapping.size,
    varies: mapping.varies,
    lasting: mapping.lasting,
    passed: mapping.passed,
    open: mapping.open,
    cacheOf: mapping.cacheOf,
  };
}

/** Shares the attributes with the original. */
export function copyOfObject({ symbol, attributes, varies }: PlainObject): New<PlainObject> {
  return { kind: "object", symbol, attributes, varies };
}

export function copyOfLiteral({ value, changeable, lasting, written }: Literal): New<Literal> {
  return { kind: "literal", value, changeable, lasting, written };
}

/** Most rows have no entries, and iterating over none costs more than asking how many there are. */
export function copyOfEntries<Entry>(entries: ReadonlyMap<string, Entry>): Map<string, Entry> {
  return entries.size === 0 ? new Map() : new Map(entries);
}
