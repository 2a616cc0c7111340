import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const djangoExtensions: readonly LibraryModel[] = [
  libraryModel("django_extensions.db.models.ActivatorModel", "django_extensions", {
    abstract: true,
    fields: {
      status: column("IntegerField", { hasDefault: true, choices: 2 }),
      activate_date: column("DateTimeField", { null: true }),
      deactivate_date: column("DateTimeField", { null: true }),
    },
    managers: ["objects"],
    meta: { ordering: ["status", "-activate_date"] },
  }),
  libraryModel("django_extensions.db.models.TimeStampedModel", "django_extensions", {
    abstract: true,
    fields: {
      created: column("CreationDateTimeField", { base: "DateTimeField", autoNowAdd: true }),
      modified: column("ModificationDateTimeField", { base: "DateTimeField", autoNow: true }),
    },
    meta: { getLatestBy: ["modified"] },
  }),
  libraryModel("django_extensions.db.models.TitleDescriptionModel", "django_extensions", {
    abstract: true,
    fields: { title: column("CharField"), description: column("TextField", { null: true }) },
  }),
  libraryModel("django_extensions.db.models.TitleSlugDescriptionModel", "django_extensions", {
    bases: ["django_extensions.db.models.TitleDescriptionModel"],
    abstract: true,
    fields: { slug: column("AutoSlugField", { base: "SlugField", indexed: true }) },
  }),
];
