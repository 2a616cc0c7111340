/** Which prefetch serves the related rows of a row. */
import type { Relation } from "../django/model-graph.ts";
import { pathKey } from "./coverage.ts";
import type { Instance } from "./instance.ts";
import type { Prefetched, Queryset } from "./queryset.ts";

/** The attribute of a row in which Django keeps them. */
export const prefetchCache = "_prefetched_objects_cache";

/** The prefetch that serves a to-many relation of the row, if there is one. */
export function prefetchOf(instance: Instance, relation: Relation): Prefetched | undefined {
  const { source } = instance;
  if (!source) return undefined;
  let { queryset } = source;
  let path: readonly string[] = [...source.path, relation.accessor];
  for (;;) {
    const entry = queryset.prefetch.get(pathKey(path));
    if (entry) return entry;
    const nested = nestedQueryset(queryset, path);
    if (!nested) return undefined;
    queryset = nested.queryset;
    path = nested.rest;
  }
}

/** A prefetch of the relation whose rows are in an attribute of its own (`to_attr`). */
export function prefetchedToAttribute(instance: Instance, relation: Relation): Prefetched | undefined {
  const { source } = instance;
  if (!source) return undefined;
  for (const [key, entry] of source.queryset.prefetch) {
    if (entry.toAttribute === undefined || entry.accessor !== relation.accessor || !entry.certain) continue;
    if (key === pathKey([...source.path, entry.toAttribute])) return entry;
  }
  return undefined;
}

function nestedQueryset(
  queryset: Queryset,
  path: readonly string[],
): { readonly queryset: Queryset; readonly rest: readonly string[] } | undefined {
  for (let length = path.length - 1; length > 0; length--) {
    const through = queryset.prefetch.get(pathKey(path.slice(0, length)));
    if (through?.queryset) return { queryset: through.queryset, rest: path.slice(length) };
  }
  return undefined;
}
