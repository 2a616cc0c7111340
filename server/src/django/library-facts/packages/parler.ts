import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const parler: readonly LibraryModel[] = [
  libraryModel("parler.models.TranslatableModel", "parler", { abstract: true, managers: ["objects"] }),
  libraryModel("parler.models.TranslatedFieldsModel", "parler", {
    abstract: true,
    fields: {
      language_code: column("HideChoicesCharField", { base: "CharField", indexed: true }),
    },
  }),
];
