import { mappingOf } from "../../django/static-value.ts";
import { mayUse } from "../../django/versions.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind } from "../rule-context.ts";
import { textsOf } from "./databases.ts";
import { entryPlace, productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const djangoTasksImmediate: FactRule = {
  kind: "facts",
  code: "QS876",
  name: "django-tasks-immediate",
  summary: "Tasks of django.tasks run in the process that enqueues them, or not at all",
  level: "error",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const starts = factsOfKind(context.facts, "taskStart").filter(
      ({ declaration }) => declaration.library === "django",
    );
    const [start] = starts;
    if (!production || !start || !mayUse("tasks", context.project.django)) return [];
    const value = production.settings.evaluateSetting("TASKS");
    const backends = value && mappingOf(value);
    const options = backends && mappingOf(backends.entries.get("default") ?? { kind: "unknown" });
    const backend = options?.entries.get("BACKEND");
    const names = textsOf(backend);
    const isDummy = names.length > 0 && names.every((name) => name.endsWith(".DummyBackend"));
    const isImmediate =
      value === undefined || (names.length > 0 && names.every((name) => name.endsWith(".ImmediateBackend")));
    if (!isDummy && !isImmediate) return [];
    return [
      settingFinding(djangoTasksImmediate, production, {
        message: isDummy
          ? "The backend of django.tasks stores nothing and runs nothing: tasks that are enqueued never happen."
          : `${value === undefined ? "TASKS is not set, so that tasks" : "Tasks"} of django.tasks run where they are enqueued: the request waits for them.`,
        help: 'Use a backend with workers, such as "django_tasks_db.DatabaseBackend" and manage.py db_worker.',
        location: options
          ? entryPlace(production, "TASKS", options, "BACKEND")
          : settingPlace(production, "TASKS"),
        restsOn: [backend],
        evidence: [{ message: `${start.task.name}() is enqueued`, location: start.location }],
      }),
    ];
  },
};
