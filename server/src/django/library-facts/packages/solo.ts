import { type LibraryModel, libraryModel } from "../library-model.ts";

export const solo: readonly LibraryModel[] = [
  libraryModel("solo.models.SingletonModel", "solo", { abstract: true }),
];
