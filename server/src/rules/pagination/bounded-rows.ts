/** Rows that are few whatever becomes of their table. */
import type { Model, ModelGraph } from "../../django/model-graph.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { tenantModels } from "../indexes/tenant-models.ts";
import type { RuleContext } from "../rule-context.ts";

export type IsTenant = ReturnType<typeof tenantModels>;

/** A slice, one row, or what belongs to one parent. A tenant's rows are a table of their own. */
export function isBounded(
  { project: { models } }: RuleContext,
  { bound, filters, fixedFields, model, related }: Queryset,
  isTenant: IsTenant,
): boolean {
  if (bound.kind !== "none") return true;
  if (related && !isTenant(related.instance.model)) return true;
  if (filters.some(({ lookup }) => leadsToUser(models, model, lookup))) return true;
  return [...fixedFields].some((name) => {
    const field = model.fields.get(name);
    const isKey = field?.kind === "foreignKey" || field?.kind === "oneToOne";
    return isKey && !isTenant(field.target === undefined ? undefined : models.model(field.target));
  });
}

/** `filter(speakers__user=request.user)`: what belongs to one person. */
function leadsToUser(models: ModelGraph, model: Model, lookup: string | undefined): boolean {
  let current: Model | undefined = model;
  for (const segment of lookup?.split("__") ?? []) {
    const target: string | undefined = current?.lookupRelations.get(segment)?.target;
    if (target === undefined) return false;
    current = models.model(target);
  }
  return lookup !== undefined && current !== undefined && current.label === models.userModel?.label;
}
