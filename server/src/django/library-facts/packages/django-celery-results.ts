import { column, type LibraryModel, libraryModel } from "../library-model.ts";

export const djangoCeleryResults: readonly LibraryModel[] = [
  libraryModel("django_celery_results.models.ChordCounter", "django_celery_results", {
    fields: {
      group_id: column("CharField", { unique: true }),
      sub_tasks: column("TextField"),
      count: column("PositiveIntegerField"),
    },
  }),
  libraryModel("django_celery_results.models.GroupResult", "django_celery_results", {
    fields: {
      group_id: column("CharField", { unique: true }),
      date_created: column("DateTimeField", { autoNowAdd: true }),
      date_done: column("DateTimeField", { autoNow: true }),
      content_type: column("CharField"),
      content_encoding: column("CharField"),
      result: column("TextField", { null: true, hasDefault: true }),
    },
    managers: ["objects"],
    meta: { ordering: ["-date_done"], indexes: [["date_created"], ["date_done"]] },
  }),
  libraryModel("django_celery_results.models.TaskResult", "django_celery_results", {
    fields: {
      task_id: column("CharField", { unique: true }),
      periodic_task_name: column("CharField", { null: true }),
      task_name: column("CharField", { null: true }),
      task_args: column("TextField", { null: true }),
      task_kwargs: column("TextField", { null: true }),
      status: column("CharField", { hasDefault: true }),
      worker: column("CharField", { null: true, hasDefault: true }),
      content_type: column("CharField"),
      content_encoding: column("CharField"),
      result: column("TextField", { null: true, hasDefault: true }),
      date_created: column("DateTimeField", { autoNowAdd: true }),
      date_started: column("DateTimeField", { null: true, hasDefault: true }),
      date_done: column("DateTimeField", { autoNow: true }),
      traceback: column("TextField", { null: true }),
      meta: column("TextField", { null: true, hasDefault: true }),
    },
    managers: ["objects"],
    meta: {
      ordering: ["-date_done"],
      indexes: [
        ["task_name"],
        ["status"],
        ["worker"],
        ["date_created"],
        ["date_done"],
        ["periodic_task_name"],
      ],
    },
  }),
];
