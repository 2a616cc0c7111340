/** Follows the names of a lookup, as far as they lead anywhere. */
import type { TextRange } from "../../base/text-range.ts";
import {
  type PathOptions,
  type PathPart,
  type PathResult,
  resolveAttributes,
  resolveFieldPath,
  resolveLookup,
  resolvePrefetch,
  resolveSelectRelated,
} from "../../django/lookups.ts";
import type { Model, ModelGraph } from "../../django/model-graph.ts";
import { anyName } from "../../queryset/queryset.ts";
import type { Lookup } from "./lookup-at.ts";

/** A name of a lookup with its place, and the model whose rows it is looked up on. */
export interface PlacedPart {
  readonly part: PathPart;
  readonly range: TextRange;
  readonly model: Model;
  readonly previous: PathPart | undefined;
  readonly isLast: boolean;
}

/** The part of the lookup at the offset; undefined for a name that is not known. */
export function partAt(models: ModelGraph, lookup: Lookup, offset: number): PlacedPart | undefined {
  const parts = resolve(models, lookup, lookup.text).parts;
  let { start } = lookup.range;
  let { model } = lookup;
  for (const [index, part] of parts.entries()) {
    const range = { start, end: start + part.name.length };
    if (offset <= range.end) {
      const isLast = range.end === lookup.range.end;
      return { part, range, model, previous: parts[index - 1], isLast };
    }
    model = modelBehind(models, part) ?? model;
    start = range.end + separatorAt(lookup, range.end).length;
  }
  return undefined;
}

export function modelBehind(models: ModelGraph, part: PathPart): Model | undefined {
  if (part.kind !== "relation" || part.relation.target === undefined) return undefined;
  return models.model(part.relation.target);
}

function separatorAt({ text, range }: Lookup, offset: number): string {
  return text[offset - range.start] === "." ? "." : "__";
}

/** @param path the lookup's text or the beginning of it */
export function resolve(models: ModelGraph, lookup: Lookup, path: string): PathResult {
  const { dialect, model, annotations } = lookup;
  const options: PathOptions = { annotations, addsUnknownNames: annotations.has(anyName) };
  switch (dialect) {
    case "select":
      return resolveSelectRelated(models, model, path, options);
    case "prefetch":
      return resolvePrefetch(models, model, path, options);
    case "field":
      return resolveFieldPath(models, model, path, options);
    case "condition":
    case "column":
    case "own":
      return resolveLookup(models, model, path, options);
    case "attribute":
      return path.includes("__")
        ? resolveLookup(models, model, path)
        : resolveAttributes(models, model, path);
  }
}
