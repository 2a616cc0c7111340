import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const djangoQ: readonly LibraryModel[] = [
  libraryModel("django_q.models.OrmQ", "django_q", {
    fields: {
      key: column("CharField"),
      payload: column("TextField"),
      lock: column("DateTimeField", { null: true }),
    },
  }),
  libraryModel("django_q.models.Schedule", "django_q", {
    fields: {
      name: column("CharField", { null: true }),
      func: column("CharField"),
      hook: column("CharField", { null: true }),
      args: column("TextField", { null: true }),
      kwargs: column("TextField", { null: true }),
      schedule_type: column("CharField", { hasDefault: true, choices: 11 }),
      minutes: column("PositiveSmallIntegerField", { null: true }),
      repeats: column("IntegerField", { hasDefault: true }),
      next_run: column("DateTimeField", { null: true, hasDefault: true }),
      cron: column("CharField", { null: true }),
      task: column("CharField", { null: true }),
      cluster: column("CharField", { null: true, hasDefault: true }),
      intended_date_kwarg: column("CharField", { null: true }),
    },
    meta: { ordering: ["next_run"] },
  }),
  libraryModel("django_q.models.Task", "django_q", {
    fields: {
      id: column("CharField", { primaryKey: true }),
      name: column("CharField"),
      func: column("CharField"),
      hook: column("CharField", { null: true }),
      args: column("PickledObjectField", { base: "Field", null: true }),
      kwargs: column("PickledObjectField", { base: "Field", null: true }),
      result: column("PickledObjectField", { base: "Field", null: true }),
      group: column("CharField", { null: true }),
      cluster: column("CharField", { null: true, hasDefault: true }),
      started: column("DateTimeField"),
      stopped: column("DateTimeField"),
      success: column("BooleanField", { hasDefault: true }),
      attempt_count: column("IntegerField", { hasDefault: true }),
    },
    meta: { ordering: ["-stopped"] },
  }),
  libraryModel("django_q.models.Failure", "django_q", {
    bases: ["django_q.models.Task"],
    proxy: true,
    managers: ["objects"],
    meta: { ordering: ["-stopped"] },
  }),
  libraryModel("django_q.models.Success", "django_q", {
    bases: ["django_q.models.Task"],
    proxy: true,
    managers: ["objects"],
    meta: { ordering: ["-stopped"] },
  }),
];
