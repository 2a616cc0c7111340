import { type LibraryModel, libraryModel } from "../library-model.ts";

export const psqlextra: readonly LibraryModel[] = [
  libraryModel("psqlextra.models.PostgresModel", "psqlextra", {
    abstract: true,
    managers: ["objects"],
    meta: { baseManagerName: "objects" },
  }),
];
