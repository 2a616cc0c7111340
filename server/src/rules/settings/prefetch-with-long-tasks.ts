import { alternativesOf, truthOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { deployedFinding, deployedProcesses } from "./deployed.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const prefetchWithLongTasks: FactRule = {
  kind: "facts",
  code: "QS864",
  name: "prefetch-with-long-tasks",
  summary: "A worker that is busy holds tasks that others could run",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production)) return [];
    const late = queueSetting(production, "task_acks_late");
    if (late?.kind !== "known" || truthOf(late) !== true) return [];
    // What a command says wins over the setting.
    const workers = deployedProcesses(context, "celeryWorker");
    const reserving = workers.flatMap(({ prefetchMultiplier: given, ...worker }) =>
      given !== undefined && given !== "unknown" && isHigh(given.value) ? [{ worker, given }] : [],
    );
    if (reserving.length > 0)
      return reserving.map(({ worker: { name, location, purpose }, given }) =>
        deployedFinding(prefetchWithLongTasks, {
          message: `Tasks are acknowledged late, and --prefetch-multiplier ${given.value} lets each process of this worker reserve several of them: they wait behind the one that it runs, while other workers are idle.`,
          help: "Start it with --prefetch-multiplier 1.",
          location,
          purpose,
          subject: name,
          restsOn: [given],
        }),
      );
    if (workers.length > 0 && workers.every(({ prefetchMultiplier }) => prefetchMultiplier !== undefined))
      return [];
    const multiplier = queueSetting(production, "worker_prefetch_multiplier");
    const isEveryHigh =
      multiplier === undefined ||
      (multiplier.kind !== "unknown" &&
        alternativesOf(multiplier).every((each) => typeof each === "number" && isHigh(each)));
    if (!isEveryHigh) return [];
    const isInDjango = production.settings.names().some((name) => name.startsWith("CELERY_"));
    return [
      settingFinding(prefetchWithLongTasks, production, {
        message: `Tasks are acknowledged late, and each process of a worker reserves ${multiplier === undefined ? "four" : "several"} of them: they wait behind the one that it runs, while other workers are idle.`,
        help: "Set CELERY_WORKER_PREFETCH_MULTIPLIER to 1.",
        location: queueSettingPlace(production, "CELERY_WORKER_PREFETCH_MULTIPLIER", "CELERY_TASK_ACKS_LATE"),
        restsOn: [late, multiplier],
        fixes: isInDjango
          ? setSettingFix(
              context,
              "Reserve one task at a time",
              production,
              "CELERY_WORKER_PREFETCH_MULTIPLIER",
              { type: "int", value: 1 },
              /^CELERY_/,
            )
          : [],
      }),
    ];
  },
};

/** 0: as many as there are. */
function isHigh(multiplier: number): boolean {
  return multiplier === 0 || multiplier > 1;
}
