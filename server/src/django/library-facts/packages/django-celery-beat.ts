import { column, foreignKey, type LibraryModel, libraryModel } from "../library-model.ts";

export const djangoCeleryBeat: readonly LibraryModel[] = [
  libraryModel("django_celery_beat.models.ClockedSchedule", "django_celery_beat", {
    fields: { clocked_time: column("DateTimeField") },
    meta: { ordering: ["clocked_time"] },
  }),
  libraryModel("django_celery_beat.models.CrontabSchedule", "django_celery_beat", {
    fields: {
      minute: column("CharField", { hasDefault: true }),
      hour: column("CharField", { hasDefault: true }),
      day_of_month: column("CharField", { hasDefault: true }),
      month_of_year: column("CharField", { hasDefault: true }),
      day_of_week: column("CharField", { hasDefault: true }),
      timezone: column("TimeZoneField", { base: "Field", hasDefault: true, choices: 598 }),
    },
    meta: { ordering: ["month_of_year", "day_of_month", "day_of_week", "hour", "minute", "timezone"] },
  }),
  libraryModel("django_celery_beat.models.IntervalSchedule", "django_celery_beat", {
    fields: { every: column("IntegerField"), period: column("CharField", { choices: 5 }) },
    meta: { ordering: ["period", "every"] },
  }),
  libraryModel("django_celery_beat.models.PeriodicTask", "django_celery_beat", {
    fields: {
      name: column("CharField", { unique: true }),
      task: column("CharField"),
      interval: foreignKey("django_celery_beat.IntervalSchedule", { null: true }),
      crontab: foreignKey("django_celery_beat.CrontabSchedule", { null: true }),
      solar: foreignKey("django_celery_beat.SolarSchedule", { null: true }),
      clocked: foreignKey("django_celery_beat.ClockedSchedule", { null: true }),
      args: column("TextField", { hasDefault: true }),
      kwargs: column("TextField", { hasDefault: true }),
      queue: column("CharField", { null: true, hasDefault: true }),
      exchange: column("CharField", { null: true, hasDefault: true }),
      routing_key: column("CharField", { null: true, hasDefault: true }),
      headers: column("TextField", { hasDefault: true }),
      priority: column("PositiveIntegerField", { null: true, hasDefault: true }),
      expires: column("DateTimeField", { null: true }),
      expire_seconds: column("PositiveIntegerField", { null: true }),
      one_off: column("BooleanField", { hasDefault: true }),
      start_time: column("DateTimeField", { null: true }),
      enabled: column("BooleanField", { hasDefault: true }),
      last_run_at: column("DateTimeField", { null: true }),
      total_run_count: column("PositiveIntegerField", { hasDefault: true }),
      date_changed: column("DateTimeField", { autoNow: true }),
      description: column("TextField"),
    },
    managers: ["objects"],
  }),
  libraryModel("django_celery_beat.models.PeriodicTasks", "django_celery_beat", {
    fields: {
      ident: column("SmallIntegerField", { primaryKey: true, hasDefault: true }),
      last_update: column("DateTimeField"),
    },
  }),
  libraryModel("django_celery_beat.models.SolarSchedule", "django_celery_beat", {
    fields: {
      event: column("CharField", { choices: 9 }),
      latitude: column("DecimalField"),
      longitude: column("DecimalField"),
    },
    meta: {
      ordering: ["event", "latitude", "longitude"],
      uniqueTogether: [["event", "latitude", "longitude"]],
    },
  }),
];
