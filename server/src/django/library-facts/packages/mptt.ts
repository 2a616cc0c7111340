import { column, type LibraryModel, libraryModel } from "../library-model.ts";

/** The four columns are added by the metaclass, under these names unless `MPTTMeta` gives others. */
export const mptt: readonly LibraryModel[] = [
  libraryModel("mptt.models.MPTTModel", "mptt", {
    abstract: true,
    fields: {
      lft: column("PositiveIntegerField"),
      rght: column("PositiveIntegerField"),
      tree_id: column("PositiveIntegerField", { indexed: true }),
      level: column("PositiveIntegerField"),
    },
    position: "last",
    managers: ["objects^mptt.managers.TreeManager"],
  }),
];
