import { column, foreignKey, type LibraryModel, libraryModel, userModel } from "../library-model.ts";

export const knox: readonly LibraryModel[] = [
  libraryModel("knox.models.AbstractAuthToken", "knox", {
    abstract: true,
    fields: {
      digest: column("CharField", { primaryKey: true }),
      token_key: column("CharField", { indexed: true }),
      user: foreignKey(userModel, { relatedName: "auth_token_set" }),
      created: column("DateTimeField", { autoNowAdd: true }),
      expiry: column("DateTimeField", { null: true }),
    },
    managers: ["objects"],
  }),
  libraryModel("knox.models.AuthToken", "knox", {
    bases: ["knox.models.AbstractAuthToken"],
    swappable: "KNOX_TOKEN_MODEL",
  }),
];
