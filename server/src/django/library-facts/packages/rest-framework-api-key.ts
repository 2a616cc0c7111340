import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const restFrameworkApiKey: readonly LibraryModel[] = [
  libraryModel("rest_framework_api_key.models.AbstractAPIKey", "rest_framework_api_key", {
    abstract: true,
    fields: {
      id: column("CharField", { primaryKey: true }),
      prefix: column("CharField", { unique: true }),
      hashed_key: column("CharField"),
      created: column("DateTimeField", { indexed: true, autoNowAdd: true }),
      name: column("CharField", { hasDefault: true }),
      revoked: column("BooleanField", { hasDefault: true }),
      expiry_date: column("DateTimeField", { null: true }),
    },
    managers: ["objects"],
    meta: { ordering: ["-created"] },
  }),
  libraryModel("rest_framework_api_key.models.APIKey", "rest_framework_api_key", {
    bases: ["rest_framework_api_key.models.AbstractAPIKey"],
    meta: { ordering: ["-created"] },
  }),
];
