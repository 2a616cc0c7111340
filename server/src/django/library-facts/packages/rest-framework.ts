import { column, type LibraryModel, libraryModel, oneToOne, userModel } from "../library-model.ts";

export const restFramework: readonly LibraryModel[] = [
  libraryModel("rest_framework.authtoken.models.Token", "authtoken", {
    fields: {
      key: column("CharField", { primaryKey: true }),
      user: oneToOne(userModel, { relatedName: "auth_token" }),
      created: column("DateTimeField", { autoNowAdd: true }),
    },
  }),
  libraryModel("rest_framework.authtoken.models.TokenProxy", "authtoken", {
    bases: ["rest_framework.authtoken.models.Token"],
    proxy: true,
    managers: ["objects"],
  }),
];
