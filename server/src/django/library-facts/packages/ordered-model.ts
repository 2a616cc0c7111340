import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const orderedModel: readonly LibraryModel[] = [
  libraryModel("ordered_model.models.OrderedModelBase", "ordered_model", {
    abstract: true,
    managers: ["objects"],
  }),
  libraryModel("ordered_model.models.OrderedModel", "ordered_model", {
    bases: ["ordered_model.models.OrderedModelBase"],
    abstract: true,
    fields: { order: column("PositiveIntegerField", { indexed: true }) },
    meta: { ordering: ["order"] },
  }),
];
