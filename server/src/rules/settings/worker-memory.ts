import type { BlockingOperation } from "../../interpret/facts.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { deployedProcesses } from "./deployed.ts";
import { productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";
import { workOfTasks } from "./work-of-tasks.ts";

export const workerMemory: FactRule = {
  kind: "facts",
  code: "QS871",
  name: "worker-memory",
  summary: "Workers that make large documents are never replaced, nor is their memory given back",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production)) return [];
    if (
      ["worker_max_tasks_per_child", "worker_max_memory_per_child"].some(
        (name) => queueSetting(production, name) !== undefined,
      )
    )
      return [];
    const workers = deployedProcesses(context, "celeryWorker");
    if (workers.length > 0 && workers.every(isReplaced)) return [];
    const heavy = workOfTasks(context).filter(({ operation }) => large.has(operation));
    const [first] = heavy;
    if (!first) return [];
    const tasks = new Set(heavy.map(({ root }) => root.symbol)).size;
    const isInDjango = production.settings.names().some((name) => name.startsWith("CELERY_"));
    return [
      settingFinding(workerMemory, production, {
        message: `Workers are never replaced, and ${tasks === 1 ? "a task makes or reads" : `${tasks} tasks make or read`} documents or images: the memory that these take stays with the worker.`,
        help: "Set CELERY_WORKER_MAX_TASKS_PER_CHILD to 500, or CELERY_WORKER_MAX_MEMORY_PER_CHILD to 300000 (kB).",
        location: queueSettingPlace(production, "CELERY_WORKER_MAX_TASKS_PER_CHILD", "CELERY_BROKER_URL"),
        confidence: "medium",
        evidence: [{ message: `${first.root.symbol} calls ${first.function}()`, location: first.location }],
        fixes: isInDjango
          ? setSettingFix(
              context,
              "Replace workers after 500 tasks",
              production,
              "CELERY_WORKER_MAX_TASKS_PER_CHILD",
              { type: "int", value: 500 },
              /^CELERY_/,
            )
          : [],
      }),
    ];
  },
};

const large: ReadonlySet<BlockingOperation> = new Set(["document", "parsing", "image"]);

/** By an option, or because it has no processes of its own that could be. */
function isReplaced({
  maxTasksPerChild,
  maxMemoryPerChild,
  pool,
}: ReturnType<typeof deployedProcesses<"celeryWorker">>[number]): boolean {
  if (maxTasksPerChild !== undefined || maxMemoryPerChild !== undefined) return true;
  return pool === "unknown" || (pool !== undefined && pool.value !== "prefork");
}
