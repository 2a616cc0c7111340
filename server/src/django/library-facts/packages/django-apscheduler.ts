import { column, foreignKey, type LibraryModel, libraryModel } from "../library-model.ts";

export const djangoApscheduler: readonly LibraryModel[] = [
  libraryModel("django_apscheduler.models.DjangoJob", "django_apscheduler", {
    fields: {
      id: column("CharField", { primaryKey: true }),
      next_run_time: column("DateTimeField", { null: true, indexed: true }),
      job_state: column("BinaryField"),
    },
    meta: { ordering: ["next_run_time"] },
  }),
  libraryModel("django_apscheduler.models.DjangoJobExecution", "django_apscheduler", {
    fields: {
      id: column("BigAutoField", { primaryKey: true }),
      job: foreignKey("django_apscheduler.DjangoJob"),
      status: column("CharField", { choices: 3 }),
      run_time: column("DateTimeField", { indexed: true }),
      duration: column("DecimalField", { null: true, hasDefault: true }),
      finished: column("DecimalField", { null: true, hasDefault: true }),
      exception: column("CharField", { null: true }),
      traceback: column("TextField", { null: true }),
    },
    managers: ["objects"],
    meta: { ordering: ["-run_time"], uniqueConstraints: [["job_id", "run_time"]] },
  }),
];
