import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const sorl: readonly LibraryModel[] = [
  libraryModel("sorl.thumbnail.models.KVStore", "thumbnail", {
    fields: { key: column("CharField", { primaryKey: true }), value: column("TextField") },
  }),
];
