import { type LibraryModel, libraryModel } from "../library-model.ts";

export const djangoLifecycle: readonly LibraryModel[] = [
  libraryModel("django_lifecycle.models.LifecycleModel", "django_lifecycle", { abstract: true }),
];
