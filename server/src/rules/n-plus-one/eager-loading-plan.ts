/** From missing relation paths to the lookups that load them (catalogue B.12). */
import type { Model, ModelGraph, Relation } from "../../django/model-graph.ts";
import { pathKey } from "../../queryset/coverage.ts";
import type { LoadedColumns, Queryset } from "../../queryset/queryset.ts";

export interface EagerLoadingPlan {
  /** For `select_related`, in query names. */
  readonly select: readonly string[];
  /** For `prefetch_related`, in accessor names. */
  readonly prefetch: readonly string[];
  /** The missing paths, those left out that lead to others. */
  readonly paths: readonly string[];
  /** Queries that the prefetches add to the one of the queryset. */
  readonly addedQueries: number;
  /** Fields that `only()` must keep so that `select_related` does not raise. */
  readonly columnsForOnly: readonly string[];
  /** Every path was found in the model graph and can be loaded. */
  readonly complete: boolean;
}

export function planEagerLoading(
  graph: ModelGraph,
  queryset: Queryset,
  paths: readonly (readonly string[])[],
): EagerLoadingPlan {
  const select: string[] = [];
  const prefetch: string[] = [];
  const columnsForOnly: string[] = [];
  const unplanned: string[] = [];
  for (const path of paths) {
    const relations = relationsAlong(graph, queryset.model, path);
    // Over a key that `defer()` puts off, Django refuses to join, and a prefetch would read it row by row.
    if (!relations || isPutOff(queryset.load, relations)) {
      unplanned.push(pathKey(path));
      continue;
    }
    const joined = queryset.rows === "raw" ? 0 : joinablePrefix(relations, queryset.locksRows);
    // A prefetch fetches the rows of its whole path, so a join in front of it is only worth it for new rows.
    if (joined > 0) {
      select.push(
        relations
          .slice(0, joined)
          .map(({ queryName }) => queryName)
          .join("__"),
      );
      columnsForOnly.push(...keysLeftOut(queryset.load, relations.slice(0, joined)));
    }
    if (joined < relations.length) prefetch.push(pathKey(path));
  }
  const selected = withoutPrefixes(select).filter((path) => !isPrefixOfAny(path, [...queryset.select.must]));
  const prefetched = withoutPrefixes(prefetch);
  return {
    select: selected,
    prefetch: prefetched,
    paths: withoutPrefixes([...selected, ...prefetched, ...unplanned]),
    addedQueries: countAddedQueries(queryset, prefetched, select),
    columnsForOnly: [...new Set(columnsForOnly)],
    complete: unplanned.length === 0,
  };
}

function relationsAlong(
  graph: ModelGraph,
  start: Model,
  path: readonly string[],
): readonly Relation[] | undefined {
  const relations: Relation[] = [];
  let model: Model | undefined = start;
  for (const accessor of path) {
    const relation: Relation | undefined = model?.relations.get(accessor);
    if (!relation) return undefined;
    relations.push(relation);
    model = relation.target === undefined ? undefined : graph.model(relation.target);
  }
  return relations;
}

/** How many leading relations `select_related` may join. */
function joinablePrefix(relations: readonly Relation[], locksRows: boolean): number {
  let count = 0;
  for (const relation of relations) {
    const forward = relation.kind === "foreignKey" || relation.kind === "oneToOne";
    if (!forward && relation.kind !== "reverseOneToOne") break;
    // An inner join drops rows whose key points nowhere, and PostgreSQL refuses to lock an outer join.
    if (forward && !relation.nullable && !relation.field.databaseConstraint) break;
    if (locksRows && relation.nullable) break;
    count += 1;
  }
  return count;
}

function isPutOff(load: LoadedColumns, relations: readonly Relation[]): boolean {
  return (
    load.kind === "defer" &&
    relations.some((_, index) => load.fields.has(queryNames(relations.slice(0, index + 1))))
  );
}

/** Keys that a join needs and `only()` leaves out, at each level that it restricts. */
function keysLeftOut(load: LoadedColumns, relations: readonly Relation[]): readonly string[] {
  if (load.kind !== "only") return [];
  const fields = [...load.fields];
  const keys = relations.map((_, index) => queryNames(relations.slice(0, index + 1)));
  return keys.filter((key, index) => {
    const level = index === 0 ? "" : `${keys[index - 1]}__`;
    const isRestricted = fields.some((field) => field.startsWith(level));
    const isForward = relations[index]?.kind === "foreignKey" || relations[index]?.kind === "oneToOne";
    return (
      isForward && isRestricted && !fields.some((field) => field === key || field.startsWith(`${key}__`))
    );
  });
}

function queryNames(relations: readonly Relation[]): string {
  return relations.map(({ queryName }) => queryName).join("__");
}

function withoutPrefixes(paths: readonly string[]): readonly string[] {
  const unique = [...new Set(paths)];
  return unique.filter((path) => !isPrefixOfAny(path, unique));
}

function isPrefixOfAny(path: string, others: readonly string[]): boolean {
  return others.some((other) => other !== path && other.startsWith(`${path}__`));
}

/** One query for each segment of a prefetch that nothing loads yet. */
function countAddedQueries(
  queryset: Queryset,
  prefetched: readonly string[],
  selected: readonly string[],
): number {
  const loaded = new Set<string>([...queryset.prefetch.keys(), ...queryset.select.must]);
  for (const path of selected) {
    const segments = path.split("__");
    for (let length = 1; length <= segments.length; length++) loaded.add(pathKey(segments.slice(0, length)));
  }
  let added = 0;
  for (const path of prefetched) {
    const segments = path.split("__");
    for (let length = 1; length <= segments.length; length++) {
      const key = pathKey(segments.slice(0, length));
      if (loaded.has(key)) continue;
      loaded.add(key);
      added += 1;
    }
  }
  return added;
}
