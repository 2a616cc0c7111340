import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const modelUtils: readonly LibraryModel[] = [
  libraryModel("model_utils.models.SoftDeletableModel", "model_utils", {
    abstract: true,
    fields: { is_removed: column("BooleanField", { hasDefault: true }) },
    managers: ["objects", "available_objects", "all_objects"],
  }),
  libraryModel("model_utils.models.StatusModel", "model_utils", {
    abstract: true,
    fields: {
      status: column("StatusField", { base: "CharField" }),
      status_changed: column("MonitorField", { base: "DateTimeField", hasDefault: true }),
    },
  }),
  libraryModel("model_utils.models.TimeFramedModel", "model_utils", {
    abstract: true,
    fields: { start: column("DateTimeField", { null: true }), end: column("DateTimeField", { null: true }) },
  }),
  libraryModel("model_utils.models.TimeStampedModel", "model_utils", {
    abstract: true,
    fields: {
      created: column("AutoCreatedField", { base: "DateTimeField", hasDefault: true }),
      modified: column("AutoLastModifiedField", { base: "DateTimeField", hasDefault: true }),
    },
  }),
  libraryModel("model_utils.models.UUIDModel", "model_utils", {
    abstract: true,
    fields: { id: column("UUIDField", { primaryKey: true, hasDefault: true }) },
  }),
];
