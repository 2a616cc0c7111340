import { foreignKey, type LibraryModel, libraryModel } from "../library-model.ts";

export const polymorphic: readonly LibraryModel[] = [
  libraryModel("polymorphic.models.PolymorphicModel", "polymorphic", {
    abstract: true,
    fields: {
      polymorphic_ctype: foreignKey("contenttypes.ContentType", {
        null: true,
        relatedName: "polymorphic_%(app_label)s.%(class)s_set+",
      }),
    },
    managers: ["objects?"],
  }),
];
