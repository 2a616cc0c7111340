import { type LibraryModel, libraryModel } from "../library-model.ts";

export const modelcluster: readonly LibraryModel[] = [
  libraryModel("modelcluster.models.ClusterableModel", "modelcluster", { abstract: true }),
];
