import { uniqueColumnSets } from "../../django/indexes.ts";
import type { Model } from "../../django/model-graph.ts";

/** No two rows have the same values in all of these fields, since the database refuses them. */
export function isUniqueTogether(model: Model, names: readonly string[]): boolean {
  const columns = new Set(names.map((name) => (name === "pk" ? model.primaryKey : name.replace(/_id$/, ""))));
  return (
    [...columns].some((name) => name === model.primaryKey || model.fields.get(name)?.unique === true) ||
    uniqueColumnSets(model).some((set) => set.every((column) => columns.has(column)))
  );
}
