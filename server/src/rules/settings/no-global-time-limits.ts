import { taskOption, tasksOf } from "../../django/tasks.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const noGlobalTimeLimits: FactRule = {
  kind: "facts",
  code: "QS863",
  name: "no-global-time-limits",
  summary: "A task that hangs holds its worker for ever",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production) || !hasUnlimitedTasks(production)) return [];
    if (limits.some((name) => queueSetting(production, name) !== undefined)) return [];
    const names = production.settings.names();
    // A limit under a name that Celery does not read: namespace-mismatch names the right one.
    if (names.some((name) => /^CELERY\w*_TIME_LIMIT$/.test(name))) return [];
    const isInDjango = names.some((name) => name.startsWith("CELERY_"));
    return [
      settingFinding(noGlobalTimeLimits, production, {
        message:
          "Celery has no time limit: a task that waits for an answer which never comes holds its worker until somebody restarts it.",
        help: "Set CELERY_TASK_SOFT_TIME_LIMIT to 300 seconds and CELERY_TASK_TIME_LIMIT a little higher, and give tasks that need longer limits of their own.",
        location: queueSettingPlace(production, "CELERY_TASK_TIME_LIMIT"),
        fixes: isInDjango
          ? setSettingFix(
              context,
              "Limit tasks to 5 minutes",
              production,
              "CELERY_TASK_SOFT_TIME_LIMIT",
              { type: "code", code: "300\nCELERY_TASK_TIME_LIMIT = 330" },
              /^CELERY_/,
            )
          : [],
      }),
    ];
  },
};

const limits = ["task_time_limit", "task_soft_time_limit"];

function hasUnlimitedTasks({ project: { program } }: ProductionSettings): boolean {
  return tasksOf(program).some(
    ({ declaration }) =>
      declaration.library === "celery" &&
      ["time_limit", "soft_time_limit"].every((name) => taskOption(program, declaration, name) === undefined),
  );
}
