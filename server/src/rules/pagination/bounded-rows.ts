/** Rows that are few whatever becomes of their table. */
import type { Queryset } from "../../queryset/queryset.ts";
import type { tenantModels } from "../indexes/tenant-models.ts";
import { belongToOne } from "../rows-of-one.ts";
import type { RuleContext } from "../rule-context.ts";
import { holdsSetting } from "../stable-models.ts";

export type IsTenant = ReturnType<typeof tenantModels>;

/** A slice, one row, a setting, or what belongs to one parent. A tenant's rows are a table of their own. */
export function isBounded(context: RuleContext, queryset: Queryset, isTenant: IsTenant): boolean {
  return (
    queryset.bound.kind !== "none" ||
    holdsSetting(context, queryset.model) ||
    belongToOne(context, queryset, (parent) => !isTenant(parent))
  );
}
