import { applicationsOf } from "../../django/celery-applications.ts";
import { type DeclaredTask, taskOption, tasksOf } from "../../django/tasks.ts";
import type { Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { queueSetting, queueSettingPlace, usesCelery } from "./celery.ts";
import { deployedProcesses } from "./deployed.ts";
import { type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";
import { queuesByUrgency, routesCode } from "./task-urgency.ts";

export const singleQueue: FactRule = {
  kind: "facts",
  code: "QS866",
  name: "single-queue",
  summary: "Tasks that somebody waits for stand in one queue with long ones",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production || !usesCelery(production) || mayRoute(context, production)) return [];
    const tasks = celeryTasks(context);
    if (tasks.length < manyTasks) return [];
    const queues = queuesByUrgency(production);
    const long = queues.get("background")?.[0];
    const urgent = queues.get("critical")?.[0] ?? queues.get("notifications")?.[0];
    if (long === undefined || urgent === undefined) return [];
    const workers = deployedProcesses(context, "celeryWorker");
    return [
      settingFinding(singleQueue, production, {
        message: `${tasks.length} tasks share one queue: "${lastName(urgent)}" waits behind "${lastName(long)}".`,
        help: `Route tasks to queues by urgency (task_routes), and start a worker for each: celery worker -Q ${[...queues.keys()].join(",")}.`,
        location: queueSettingPlace(production, "CELERY_BROKER_URL", "BROKER_URL"),
        confidence: "medium",
        evidence: workers.map(({ name, location }) => ({ message: `The worker ${name}`, location })),
        fixes: workers.length === 0 ? fixOf(context, production, queues) : [],
      }),
    ];
  },
};

/** From so many tasks on, their kinds get in each other's way. */
export const manyTasks = 10;

function lastName(task: string): string {
  return task.slice(task.lastIndexOf(".") + 1);
}

function celeryTasks({ project: { program } }: RuleContext): readonly DeclaredTask[] {
  return tasksOf(program).filter(({ declaration }) => declaration.library === "celery");
}

/** Something sends tasks to queues of their own, or may do so. */
function mayRoute(context: RuleContext, production: ProductionSettings): boolean {
  const { program } = context.project;
  const names = ["task_routes", "task_queues", "task_default_queue"];
  if (names.some((name) => queueSetting(production, name) !== undefined)) return true;
  if (celeryTasks(context).some(({ declaration }) => taskOption(program, declaration, "queue") !== undefined))
    return true;
  const isNamed = deployedProcesses(context, "celeryWorker").some(({ queues }) => queues !== undefined);
  return (
    isNamed ||
    program.modules.some(
      ({ firstParty, file: { text } }) =>
        firstParty &&
        /\b(apply_async|send_task|signature|\.set)\([^#]*?\bqueue\s*=|["']queue["']\s*:/.test(text),
    )
  );
}

/** Only where no worker is seen: one that listens to the default queue alone would leave the others' tasks waiting. */
function fixOf(
  context: RuleContext,
  production: ProductionSettings,
  queues: ReadonlyMap<string, readonly string[]>,
): readonly Fix[] {
  const isNamespaced = applicationsOf(context.project.program).every(({ module }) =>
    /namespace\s*=\s*["']CELERY["']/.test(module.file.text),
  );
  if (!isNamespaced) return [];
  const title = `Route tasks by urgency (needs workers with -Q celery,${[...queues.keys()].join(",")})`;
  const value = { type: "code", code: routesCode(queues) } as const;
  return setSettingFix(context, title, production, "CELERY_TASK_ROUTES", value, /^CELERY_/);
}
