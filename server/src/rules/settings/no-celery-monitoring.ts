import { tasksOf } from "../../django/tasks.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { deployedProcesses } from "./deployed.ts";
import { importOf, settingsMention } from "./mentions.ts";
import { monitorOf } from "./monitoring.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const noCeleryMonitoring: FactRule = {
  kind: "facts",
  code: "QS875",
  name: "no-celery-monitoring",
  summary: "Nobody sees whether tasks wait, fail or take long",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    const { project, deployment } = context;
    if (!production || !usesCelery(production) || tasksOf(project.program).length === 0) return [];
    if (queueSetting(production, "worker_send_task_events") !== undefined) return [];
    if (monitorOf(project) || importOf(project, /flower|celery_exporter|django_celery_monitor/)) return [];
    if (settingsMention(project, /["']django_celery_monitor["']/)) return [];
    const isWatched =
      deployment.processes.some(({ kind }) => kind === "monitor") ||
      deployment.services.some(({ kind }) => kind === "monitor") ||
      deployedProcesses(context, "celeryWorker").some(({ sendsEvents }) => sendsEvents);
    if (isWatched) return [];
    const isInDjango = production.settings.names().some((name) => name.startsWith("CELERY_"));
    return [
      settingFinding(noCeleryMonitoring, production, {
        message:
          "Neither Flower nor an exporter nor Sentry watches Celery: that tasks wait or fail, nobody learns until a user asks.",
        help: "Run celery flower behind a login, and let workers send events: CELERY_WORKER_SEND_TASK_EVENTS and CELERY_TASK_SEND_SENT_EVENT.",
        location: queueSettingPlace(production, "CELERY_WORKER_SEND_TASK_EVENTS", "CELERY_BROKER_URL"),
        confidence: "medium",
        fixes: isInDjango
          ? setSettingFix(
              context,
              "Let workers send events",
              production,
              "CELERY_WORKER_SEND_TASK_EVENTS",
              { type: "code", code: "True\nCELERY_TASK_SEND_SENT_EVENT = True" },
              /^CELERY_/,
            )
          : [],
      }),
    ];
  },
};
