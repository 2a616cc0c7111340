/** Which relation paths a queryset's rows already carry. */
import type { Model, ModelGraph, Relation } from "../django/model-graph.ts";
import type { Queryset } from "./queryset.ts";

/**
 * `loaded` on every way to this point, `maybe` on some of them, `unknown` when the queryset went through code that the
 * analysis does not know, `missing` otherwise.
 */
export type Coverage = "loaded" | "maybe" | "unknown" | "missing";

const bareSelectRelatedDepth = 5;

export function pathKey(path: readonly string[]): string {
  return path.join("__");
}

export function coverageOf(queryset: Queryset, path: readonly string[], graph: ModelGraph): Coverage {
  const key = pathKey(path);
  if (queryset.select.must.has(key)) return "loaded";
  const prefetched = queryset.prefetch.get(key);
  if (prefetched?.certain) return "loaded";
  // Code that computes what to load computes it from what will be read.
  if (queryset.loadsComputedPaths) return "loaded";
  if (queryset.selectsAllNonNull && joinedByBareSelectRelated(queryset.model, path, graph)) return "loaded";
  for (let length = path.length - 1; length > 0; length--) {
    const through = queryset.prefetch.get(pathKey(path.slice(0, length)));
    if (through?.queryset) {
      if (leadsBack(through.queryset, path[length])) return "loaded";
      const nested = coverageOf(through.queryset, path.slice(length), graph);
      if (nested !== "missing") return nested;
    }
  }
  if (queryset.select.may.has(key) || prefetched) return "maybe";
  return queryset.unknownOperations ? "unknown" : "missing";
}

/** Rows of `project.tasks` know their project: it is the row that the manager belongs to. */
function leadsBack({ combined, related }: Queryset, name: string | undefined): boolean {
  return !combined && related?.relation.kind === "reverseForeignKey" && related.relation.field.name === name;
}

function joinedByBareSelectRelated(model: Model, path: readonly string[], graph: ModelGraph): boolean {
  if (path.length > bareSelectRelatedDepth) return false;
  let current: Model | undefined = model;
  for (const segment of path) {
    const relation: Relation | undefined = current?.relations.get(segment);
    if (!relation || relation.nullable) return false;
    if (relation.kind !== "foreignKey" && relation.kind !== "oneToOne") return false;
    current = relation.target === undefined ? undefined : graph.model(relation.target);
  }
  return true;
}

/** Whether `only()` or `defer()` left the column out of the rows at the end of `path`. */
export function isDeferred(queryset: Queryset, path: readonly string[], names: readonly string[]): boolean {
  for (let length = path.length; length > 0; length--) {
    const through = queryset.prefetch.get(pathKey(path.slice(0, length)));
    if (through?.queryset) return isDeferred(through.queryset, path.slice(length), names);
    if (through) return false;
  }
  const prefix = path.length === 0 ? "" : `${pathKey(path)}__`;
  const { load } = queryset;
  switch (load.kind) {
    case "all":
      return false;
    case "defer":
      return names.some((name) => load.fields.has(prefix + name));
    case "only": {
      if (prefix !== "" && ![...load.fields].some((field) => field.startsWith(prefix))) return false;
      return !names.some(
        (name) =>
          load.fields.has(prefix + name) ||
          [...load.fields].some((field) => field.startsWith(`${prefix + name}__`)),
      );
    }
  }
}
