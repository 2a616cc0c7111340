import type { Location } from "../../base/text-range.ts";
import type { CeleryWorker } from "../../deployment/deployment.ts";
import {
  alternativesOf,
  mappingOf,
  type StaticValue,
  sequenceOf,
  stringOf,
} from "../../django/static-value.ts";
import { taskOption, tasksOf } from "../../django/tasks.ts";
import type { FactRule } from "../rule.ts";
import { queueSetting, queueSettingPlace } from "./celery.ts";
import { deployedProcesses } from "./deployed.ts";
import { entryPlace, type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const queueWithoutWorker: FactRule = {
  kind: "facts",
  code: "QS868",
  name: "queue-without-worker",
  summary: "No worker takes the tasks that go to a queue",
  level: "error",
  fix: "none",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    const workers = deployedProcesses(context, "celeryWorker");
    const served = production && workers.length > 0 ? queuesServed(production, workers) : undefined;
    if (!production || !served) return [];
    const seen = new Set<string>();
    return queuesUsed(production).flatMap(({ queue, location, what }) => {
      if (served.has(queue) || seen.has(queue)) return [];
      seen.add(queue);
      const listens = [...served].map((name) => `"${name}"`).join(", ");
      return settingFinding(queueWithoutWorker, production, {
        message: `${what} to the queue "${queue}", and no worker of the deployment listens to it: its tasks wait for ever.`,
        help: `Start a worker with -Q ${queue}, or add it to one that listens to ${listens}.`,
        location,
        subject: queue,
        confidence: workers.every(({ purpose }) => purpose === "production") ? "high" : "medium",
        evidence: workers.map((worker) => ({
          message: `The worker ${worker.name}`,
          location: worker.location,
        })),
      });
    });
  },
};

/** Undefined where a worker may listen to more than its command says. */
function queuesServed(
  production: ProductionSettings,
  workers: readonly CeleryWorker[],
): ReadonlySet<string> | undefined {
  const served = new Set<string>();
  for (const { queues } of workers) {
    if (queues === "unknown") return undefined;
    const names = queues ? queues.value : declaredQueues(production);
    if (!names) return undefined;
    for (const name of names) served.add(name);
  }
  return served;
}

/** What a worker without `-Q` listens to: `task_queues`, else the default queue. */
function declaredQueues(production: ProductionSettings): readonly string[] | undefined {
  const declared = queueSetting(production, "task_queues");
  if (declared !== undefined) return undefined;
  const name = queueSetting(production, "task_default_queue");
  if (name === undefined) return ["celery"];
  const [text, ...others] = alternativesOf(name);
  return typeof text === "string" && others.length === 0 ? [text] : undefined;
}

interface UsedQueue {
  readonly queue: string;
  readonly location: Location;
  readonly what: string;
}

function queuesUsed(production: ProductionSettings): readonly UsedQueue[] {
  return [...routedQueues(production), ...queuesOfTasks(production)];
}

function routedQueues(production: ProductionSettings): readonly UsedQueue[] {
  const value = queueSetting(production, "task_routes");
  const routes = value && mappingOf(value);
  return [...(routes?.entries ?? [])].flatMap(([pattern, route]) => {
    const queue = queueOf(route);
    if (queue === undefined) return [];
    const location = routes?.places?.has(pattern)
      ? entryPlace(production, "CELERY_TASK_ROUTES", routes, pattern)
      : queueSettingPlace(production, "CELERY_TASK_ROUTES", "CELERY_ROUTES");
    return { queue, location, what: `The route "${pattern}" leads` };
  });
}

/** `{"queue": "critical"}`, or the name itself. */
function queueOf(route: StaticValue): string | undefined {
  const named = mappingOf(route)?.entries.get("queue");
  if (named) return stringOf(named);
  return sequenceOf(route) ? undefined : stringOf(route);
}

function queuesOfTasks({ project: { program } }: ProductionSettings): readonly UsedQueue[] {
  return tasksOf(program).flatMap(({ task, declaration }) => {
    const option = declaration.library === "celery" ? taskOption(program, declaration, "queue") : undefined;
    if (option === undefined || option === "unknown" || option.node.kind !== "StringLiteral") return [];
    const { module, node } = option;
    const location = { path: module.file.path, range: { start: node.start, end: node.end } };
    return { queue: node.value, location, what: `${task.name}() goes` };
  });
}
