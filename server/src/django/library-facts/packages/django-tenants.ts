import { column, foreignKey, type LibraryModel, libraryModel, swappable } from "../library-model.ts";

export const djangoTenants: readonly LibraryModel[] = [
  libraryModel("django_tenants.models.DomainMixin", "django_tenants", {
    abstract: true,
    fields: {
      domain: column("CharField", { unique: true }),
      tenant: foreignKey(swappable("TENANT_MODEL", "customers.Client"), { relatedName: "domains" }),
      is_primary: column("BooleanField", { indexed: true, hasDefault: true }),
    },
  }),
  libraryModel("django_tenants.models.TenantMixin", "django_tenants", {
    abstract: true,
    fields: { schema_name: column("CharField", { unique: true }) },
  }),
];
