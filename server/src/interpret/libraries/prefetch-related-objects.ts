/** `prefetch_related_objects(rows, "owner", …)`: relations that are loaded onto rows which are there already. */
import type { Instance } from "../../queryset/instance.ts";
import { unknown } from "../../queryset/join.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { Collection, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { LibraryFunction } from "../consumer.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { callQuerysetMethod } from "../querysets/querysets.ts";

export const prefetchRelatedObjects: LibraryFunction = (interpreter, args, node) => {
  const [objects] = args.positional;
  if (objects?.kind !== "collection") return unknown;
  const lookups: Arguments = { ...args, positional: args.positional.slice(1) };
  const rows = objects.items ?? [];
  if (rows.length === 0) loadOntoElements(interpreter, objects, lookups, node);
  for (const row of rows) if (row.kind === "instance") loadOntoRow(interpreter, row, lookups, node);
  return unknown;
};

/** All rows of a list: its elements come from a queryset that loads more. */
function loadOntoElements(
  interpreter: Interpreter,
  objects: Collection,
  lookups: Arguments,
  node: Call,
): void {
  const { element } = objects;
  if (element.kind !== "instance" || element.source?.path.length !== 0) return;
  const { source } = element;
  const loaded = withPrefetches(interpreter, source.queryset, lookups, node);
  if (loaded) objects.element = { ...element, source: { ...source, queryset: loaded } };
}

/** A row that other names may know: what was loaded onto it, all of them see. */
function loadOntoRow(interpreter: Interpreter, row: Instance, lookups: Arguments, node: Call): void {
  const isRow = row.source?.path.length === 0;
  const source = isRow ? row.source : { queryset: interpreter.nowhere(row.model), path: [], single: true };
  const loaded = source && withPrefetches(interpreter, source.queryset, lookups, node);
  if (!loaded) return;
  const loadedRow: Instance = { ...row, source: { ...source, queryset: loaded } };
  for (const name of relationsNamedBy(row, lookups.positional)) {
    row.attributes.delete(name);
    row.attributes.set(name, interpreter.attribute(loadedRow, name, node));
  }
}

/** The relations of the row itself, and names of `to_attr`, with which the lookups begin. */
function relationsNamedBy({ model }: Instance, lookups: readonly Value[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const value of lookups) {
    const lookup =
      value.kind === "prefetch"
        ? value.lookup
        : value.kind === "literal" && typeof value.value === "string"
          ? value.value
          : undefined;
    if (lookup === undefined) continue;
    const [first = ""] = lookup.split("__");
    const list = value.kind === "prefetch" && first === lookup ? value.toAttribute : undefined;
    if (model.relations.has(first)) names.add(list ?? first);
  }
  return names;
}

function withPrefetches(
  interpreter: Interpreter,
  queryset: Queryset,
  lookups: Arguments,
  node: Call,
): Queryset | undefined {
  const loaded = callQuerysetMethod(interpreter, queryset, "prefetch_related", lookups, node);
  return loaded.kind === "queryset" ? { ...loaded, origin: queryset.origin } : undefined;
}
