import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const hierarkey: readonly LibraryModel[] = [
  libraryModel("hierarkey.models.BaseHierarkeyStoreModel", "hierarkey", {
    abstract: true,
    fields: { key: column("CharField"), value: column("TextField") },
  }),
];
