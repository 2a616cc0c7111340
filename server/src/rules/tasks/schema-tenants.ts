/** Tenants that have a schema of the database each: what django-tenants and django-tenant-schemas are told. */

import type { Model } from "../../django/model-graph.ts";
import { stringOf, stringsOf } from "../../django/static-value.ts";
import type { RuleContext } from "../rule-context.ts";

export interface SchemaTenants {
  /** Its table is in the schema of each tenant, and in no other. */
  readonly owns: (model: Model) => boolean;
  /** Name of the model of which each row is a tenant. */
  readonly model: string;
}

/** Undefined where the settings do not name both `SHARED_APPS` and `TENANT_APPS`, which the libraries demand. */
export function schemaTenants({ project: { settings } }: RuleContext): SchemaTenants | undefined {
  const labelsOf = (name: string): ReadonlySet<string> | undefined => {
    const value = settings.evaluateSetting(name);
    return value && new Set(stringsOf(value).map(labelOfApp));
  };
  const own = labelsOf("TENANT_APPS");
  const shared = labelsOf("SHARED_APPS");
  if (!own || !shared) return undefined;
  const model = settings.evaluateSetting("TENANT_MODEL");
  return {
    owns: ({ appLabel }) => own.has(appLabel) && !shared.has(appLabel),
    model: (model && stringOf(model))?.split(".").at(-1) ?? "Tenant",
  };
}

/** `shop` of `company.shop` and of `company.shop.apps.ShopConfig`. */
function labelOfApp(entry: string): string {
  const parts = entry.split(".");
  const end = parts.indexOf("apps");
  return (end > 0 ? parts[end - 1] : parts.at(-1)) ?? entry;
}
