/** Lookups that ask for a value. */
import type { Field, Model, ModelGraph } from "../../django/model-graph.ts";
import { fieldsNamed } from "./written-fields.ts";

/** The column that a lookup compares with a value: `pk`, `task`, `task__project_id`, `name__exact`. */
export function comparedColumn(models: ModelGraph, start: Model, lookup: string): Field | undefined {
  let model: Model | undefined = start;
  const segments = lookup.split("__");
  if (segments.at(-1) === "exact") segments.pop();
  const last = segments.pop();
  for (const segment of segments) {
    const target: string | undefined = model?.lookupRelations.get(segment)?.target;
    model = target === undefined ? undefined : models.model(target);
  }
  if (!model || last === undefined) return undefined;
  const [field, ...others] = fieldsNamed(model, last);
  return others.length === 0 ? field : undefined;
}
