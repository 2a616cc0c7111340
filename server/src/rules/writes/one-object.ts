/** Rows that belong to one object: how many one object has, only the data tell. */
import type { Loop } from "../../interpret/facts.ts";
import type { LoopSet } from "../../queryset/loop-set.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import { fieldsNamed } from "./written-fields.ts";

/** `project.tasks.all()`, `Task.objects.filter(project=project)`: of the same project in all rounds of the loops. */
export function isOfOneObject({ model, filters, related }: Queryset, loops: readonly Loop[]): boolean {
  const changes = (varies: LoopSet): boolean => loops.some(({ id }) => varies.includes(id));
  if (related) return !changes(related.instance.varies);
  return filters.some(
    ({ method, lookup, varies }) =>
      method === "filter" &&
      lookup !== undefined &&
      !changes(varies) &&
      fieldsNamed(model, lookup).some(({ kind }) => kind !== "column"),
  );
}

/** `Membership.objects.filter(user=user, project=project)`: what joins two given objects, a row or two. */
export function joinsGivenObjects({ fixedFields, model }: Queryset): boolean {
  return [...fixedFields].filter((name) => model.fields.get(name)?.kind === "foreignKey").length > 1;
}
