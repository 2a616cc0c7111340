/** The project's tasks: where they run, when, how often they are tried, and how long they may take. */
import { mappingOf, stringOf } from "../django/static-value.ts";
import { type DeclaredTask, taskOption, tasksOf } from "../django/tasks.ts";
import { placeKey } from "../rules/finding-parts.ts";
import { factsOfKind } from "../rules/rule-context.ts";
import { queueSetting } from "../rules/settings/celery.ts";
import { scheduledTasks } from "../rules/tasks/beat-schedule.ts";
import type { Product } from "./product.ts";
import type { QueueReport, QueueTask } from "./report.ts";
import type { PlaceOf } from "./report-places.ts";
import { taskQueue } from "./tasks/code.ts";

export function queueReport(product: Product, placeOf: PlaceOf): QueueReport {
  const { project } = product;
  const routes = routesOf(product);
  const schedule = new Map(
    scheduledTasks(product.context).map(({ name, interval }) => [
      name,
      interval === undefined ? "as the settings compute" : `every ${duration(interval)}`,
    ]),
  );
  const starts = startsOf(product);
  return {
    library: taskQueue(product)?.library,
    tasks: tasksOf(project.program).map((declared): QueueTask => {
      const { task } = declared;
      const names = namesOf(declared);
      const location = {
        path: task.module.file.path,
        range: { start: task.node.name.start, end: task.node.name.end },
      };
      return {
        name: names[0],
        place: placeOf(location),
        queue: option(product, declared, "queue") ?? routes(names),
        schedule: names.map((name) => schedule.get(name)).find((text) => text !== undefined),
        retries: retriesOf(product, declared),
        timeLimit: option(product, declared, "soft_time_limit") ?? option(product, declared, "time_limit"),
        rateLimit: option(product, declared, "rate_limit"),
        starts: starts.get(task.id) ?? 0,
        findings: product.findings.filter(
          ({ code, symbol }) =>
            code.startsWith("QS9") && names.some((name) => symbol === name || symbol === `${name}.run`),
        ).length,
      };
    }),
  };
}

function namesOf({ task }: DeclaredTask): readonly [string, ...string[]] {
  const [first, ...aliases] = [task.module.name, ...(task.module.aliases ?? [])].map(
    (module) => `${module}.${task.owner ? task.owner.name : task.name}`,
  );
  return [first ?? task.name, ...aliases];
}

/** As it is written; undefined where nothing sets it. */
function option(
  { project, context }: Product,
  { declaration }: DeclaredTask,
  name: string,
): string | undefined {
  const given = taskOption(project.program, declaration, name);
  if (given === undefined || given === "unknown") return undefined;
  const { module, node } = given;
  const text = context.text(module.file.path).slice(node.start, node.end).replace(/\s+/g, " ");
  return text.replace(/^["'](.*)["']$/, "$1");
}

function retriesOf(product: Product, declared: DeclaredTask): string | undefined {
  const on = option(product, declared, "autoretry_for");
  const most = option(product, declared, "max_retries");
  if (on === undefined) return most === undefined ? undefined : `at most ${most}`;
  return most === undefined ? `on ${on}` : `on ${on}, at most ${most}`;
}

/** The queue to which `task_routes` sends the first of the names that has a route. */
function routesOf({ production }: Product): (names: readonly string[]) => string | undefined {
  const value = production && queueSetting(production, "task_routes");
  const routes = [...((value && mappingOf(value))?.entries ?? [])].flatMap(([pattern, route]) => {
    const queue = mappingOf(route)?.entries.get("queue");
    const name = queue ? stringOf(queue) : stringOf(route);
    return name === undefined ? [] : [{ matches: globPattern(pattern), name }];
  });
  return (names) => routes.find(({ matches }) => names.some((name) => matches.test(name)))?.name;
}

/** As Python's fnmatch reads it. */
function globPattern(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

/** Places that start each task, by the function's identity. */
function startsOf({ context }: Product): ReadonlyMap<string, number> {
  const places = new Map<string, Set<string>>();
  for (const { task, location } of factsOfKind(context.facts, "taskStart")) {
    const known = places.get(task.id) ?? new Set();
    known.add(placeKey(location));
    places.set(task.id, known);
  }
  return new Map([...places].map(([id, at]) => [id, at.size]));
}

function duration(seconds: number): string {
  const units = [
    { name: "day", length: 86_400 },
    { name: "hour", length: 3600 },
    { name: "minute", length: 60 },
    { name: "second", length: 1 },
  ];
  const unit = units.find(({ length }) => seconds >= length && seconds % length === 0) ?? {
    name: "second",
    length: 1,
  };
  const count = seconds / unit.length;
  return count === 1 ? unit.name : `${Number(count.toFixed(1))} ${unit.name}s`;
}
