/** What a row keeps of its relations, where code asks for it: `_prefetched_objects_cache`, `_state.fields_cache`. */

import { isToOne, type Relation } from "../../django/model-graph.ts";
import { coverageOf, pathKey } from "../../queryset/coverage.ts";
import { anyField, type Instance } from "../../queryset/instance.ts";
import { unknown } from "../../queryset/join.ts";
import { mappingOf } from "../../queryset/mapping.ts";
import { prefetchCache, prefetchOf } from "../../queryset/row-prefetches.ts";
import type { Mapping, Value } from "../../queryset/value.ts";
import type { Expression, Try } from "../../syntax/ast.ts";
import { isKey } from "../conditions/truth.ts";
import type { Interpreter } from "../interpreter.ts";

const namesOfCaches: ReadonlySet<string> = new Set([prefetchCache, "fields_cache"]);

/** `row._prefetched_objects_cache`: the to-many relations that were prefetched, under their names. */
export function prefetchedRelations(interpreter: Interpreter, row: Instance, node: Expression): Mapping {
  interpreter.askedForPrefetches.add(row.attributes);
  return cacheOf(interpreter, row, (relation) =>
    isToOne(relation)
      ? undefined
      : {
          // Django keeps the far side of a many-to-many relation under its name in lookups.
          name: relation.kind === "reverseManyToMany" ? relation.queryName : relation.accessor,
          value: () => interpreter.readRelation(row, relation.accessor, node),
          isLoaded: isPrefetched(row, relation),
        },
  );
}

/** `row._state.fields_cache`: the rows at the other end of to-one relations that are loaded. */
export function loadedFields(interpreter: Interpreter, row: Instance): Mapping {
  return cacheOf(interpreter, row, (relation) =>
    isToOne(relation)
      ? { name: relation.accessor, value: () => unknown, isLoaded: isJoined(row, relation) }
      : undefined,
  );
}

interface CacheEntry {
  readonly name: string;
  readonly value: () => Value;
  readonly isLoaded: boolean;
}

function cacheOf(
  interpreter: Interpreter,
  row: Instance,
  entryOf: (relation: Relation) => CacheEntry | undefined,
): Mapping {
  const entries = new Map<string, Value>();
  const maybe = new Set<string>();
  for (const relation of row.model.relations.values()) {
    const entry = entryOf(relation);
    if (entry?.isLoaded) entries.set(entry.name, entry.value());
    else if (entry && !isUnloaded(interpreter, row, relation)) maybe.add(entry.name);
  }
  return mappingOf(entries, {
    size: { kind: "unknown" },
    varies: row.varies,
    lasting: isSeenFromTheStart(row),
    cacheOf: { row, maybe },
  });
}

/** Whether rows have something in their cache of prefetches: only then there is one. */
export function hasPrefetchCache(
  interpreter: Interpreter,
  row: Instance,
  node: Expression,
): boolean | undefined {
  const { entries, lasting, cacheOf } = prefetchedRelations(interpreter, row, node);
  if (entries.size > 0) return true;
  return lasting && cacheOf?.maybe.size === 0 && row.source?.queryset.prefetch.size === 0 ? false : undefined;
}

function isPrefetched(row: Instance, relation: Relation): boolean {
  // `prefetch_related_objects()` gave the row a manager that knows more.
  const manager = row.attributes.get(relation.accessor);
  const holder = manager?.kind === "manager" && manager.related ? manager.related.instance : row;
  if (holder.source?.queryset.streamed) return false;
  const prefetched = prefetchOf(holder, relation);
  return prefetched?.certain === true && prefetched.toAttribute === undefined;
}

function isJoined({ source }: Instance, relation: Relation): boolean {
  return source?.queryset.select.must.has(pathKey([...source.path, relation.accessor])) === true;
}

/** Nothing has loaded the relation, neither the queryset nor the code since. */
function isUnloaded(interpreter: Interpreter, row: Instance, { accessor }: Relation): boolean {
  const { source, attributes } = row;
  return (
    source !== undefined &&
    isSeenFromTheStart(row) &&
    !attributes.has(accessor) &&
    !row.assigned.has(accessor) &&
    !source.queryset.streamed &&
    coverageOf(source.queryset, [accessor], interpreter.models) === "missing"
  );
}

/** It comes from a queryset of which all is known, and no other code had it since. */
function isSeenFromTheStart({ source, isNew, assigned }: Instance): boolean {
  return (
    source !== undefined &&
    !isNew &&
    source.path.length === 0 &&
    source.queryset.origin.sites.length > 0 &&
    source.queryset.rows === "instances" &&
    !source.queryset.unknownOperations &&
    !assigned.has(anyField) &&
    !assigned.has(prefetchCache)
  );
}

/**
 * Whether `try` finds what it looks up first in what a row keeps of its relations: `row._prefetched_objects_cache["tags"]`.
 * Undefined where that is not certain, or where the handlers take something else.
 */
export function findsRelation(interpreter: Interpreter, { body, handlers }: Try): boolean | undefined {
  if (!handlers.every(({ type }) => takesMissingKeys(type))) return undefined;
  const [first] = body;
  const looked =
    first?.kind === "ExpressionStatement" || first?.kind === "Assign" || first?.kind === "Return"
      ? first.value
      : undefined;
  if (looked?.kind !== "Subscript" || looked.value.kind !== "Attribute") return undefined;
  if (!namesOfCaches.has(looked.value.attribute.name)) return undefined;
  const cache = interpreter.evaluate(looked.value);
  const key = interpreter.evaluate(looked.index);
  return cache.kind === "mapping" && cache.cacheOf && key.kind === "literal" ? isKey(key, cache) : undefined;
}

function takesMissingKeys(type: Expression | undefined): boolean {
  if (type?.kind === "TupleLiteral") return type.elements.every(takesMissingKeys);
  return type?.kind === "Name" && (type.name === "AttributeError" || type.name === "KeyError");
}
