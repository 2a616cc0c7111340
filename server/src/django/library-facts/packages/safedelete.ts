import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const safedelete: readonly LibraryModel[] = [
  libraryModel("safedelete.models.SafeDeleteModel", "safedelete", {
    abstract: true,
    fields: {
      deleted: column("DateTimeField", { null: true, indexed: true }),
      deleted_by_cascade: column("BooleanField", { hasDefault: true }),
    },
    managers: ["objects", "all_objects", "deleted_objects"],
  }),
  libraryModel("safedelete.models.SafeDeleteMixin", "safedelete", {
    bases: ["safedelete.models.SafeDeleteModel"],
    abstract: true,
  }),
];
