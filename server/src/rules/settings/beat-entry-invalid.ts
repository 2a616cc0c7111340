import { mappingOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, taskNames } from "./celery.ts";
import { textsOf } from "./databases.ts";
import { entryPlace, type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const beatEntryInvalid: FactRule = {
  kind: "facts",
  code: "QS870",
  name: "beat-entry-invalid",
  summary: "A scheduled task does not exist: nothing runs when its time comes",
  level: "error",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    const value = production && queueSetting(production, "beat_schedule");
    const schedule = value && mappingOf(value);
    if (!production || !schedule) return [];
    const names = taskNames(production);
    if (!names || names.size === 0) return [];
    return [...schedule.entries].flatMap(([entry, options]) => {
      const mapping = mappingOf(options);
      const [task, ...more] = textsOf(mapping?.entries.get("task"));
      if (!mapping || task === undefined || more.length > 0 || names.has(task) || !isOwn(production, task))
        return [];
      return settingFinding(beatEntryInvalid, production, {
        message: `The schedule's entry "${entry}" names "${task}", which is no task of the project: the worker refuses it each time.`,
        help: "Name the task as the worker lists it: the path of its module, a dot, the name of the function.",
        location: mapping.places?.has("task")
          ? entryPlace(production, "CELERY_BEAT_SCHEDULE", mapping, "task")
          : queueSettingPlace(production, "CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE"),
        subject: entry,
      });
    });
  },
};

/** The name lies in a module of the project that is known, and that has no such function or class. */
function isOwn({ project: { program } }: ProductionSettings, task: string): boolean {
  const dot = task.lastIndexOf(".");
  const module = dot > 0 ? program.module(task.slice(0, dot)) : undefined;
  if (!module?.firstParty) return false;
  return program.resolveExport(module, task.slice(dot + 1)).kind === "unknown";
}
