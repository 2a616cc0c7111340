/** How urgent the tasks of a project are, and the routes that keep those that somebody waits for apart from the rest. */
import { tasksOf } from "../../django/tasks.ts";
import { taskNames } from "./celery.ts";
import type { ProductionSettings } from "./production-settings.ts";

/** Names of tasks as Celery knows them, by the queue that their names ask for; other tasks stay in the default queue. */
export function queuesByUrgency(production: ProductionSettings): ReadonlyMap<string, readonly string[]> {
  const names = taskNames(production);
  const queues = new Map<string, string[]>();
  if (!names) return queues;
  for (const { task, declaration } of tasksOf(production.project.program)) {
    if (declaration.library !== "celery") continue;
    const name = `${task.module.name}.${task.owner ? task.owner.name : task.name}`;
    const queue = kinds.find(({ pattern }) => pattern.test(name))?.queue;
    if (queue === undefined || !names.has(name)) continue;
    queues.set(queue, [...(queues.get(queue) ?? []), name]);
  }
  return queues;
}

const kinds: readonly { readonly queue: string; readonly pattern: RegExp }[] = [
  { queue: "critical", pattern: /pay|charge|invoice|billing|webhook|order/i },
  { queue: "notifications", pattern: /mail|notif|sms|push|remind|invite/i },
  {
    queue: "background",
    pattern: /report|export|import|cleanup|clean_up|sync|index|thumbnail|aggregate|expire|archive/i,
  },
];

/** The dictionary for `CELERY_TASK_ROUTES`: routes compare whole names. */
export function routesCode(routes: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...routes].flatMap(([queue, names]) =>
    names.map((name) => `    ${JSON.stringify(name)}: {"queue": ${JSON.stringify(queue)}},`),
  );
  return `{\n${lines.join("\n")}\n}`;
}
