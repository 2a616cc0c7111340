/** What the tasks of a project do, and how they are declared. */
import { groupBy } from "../../base/group-by.ts";
import { celerySetting } from "../../django/celery-settings.ts";
import { staticValueOf } from "../../django/project-values.ts";
import { alternativesOf, type StaticValue, unknownValue } from "../../django/static-value.ts";
import { type DeclaredTask, taskOption, tasksOf } from "../../django/tasks.ts";
import type { BlockingCall, BlockingOperation } from "../../interpret/facts.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";

export interface TaskWork extends DeclaredTask {
  /** `shop.tasks.send` */
  readonly symbol: string;
  /** Calls in the task, and in what it calls, that make it wait. */
  readonly blocking: readonly BlockingCall[];
}

/** The tasks of Celery outside of tests. */
export function celeryTasks(context: RuleContext): readonly TaskWork[] {
  return queuedTasks(context).filter(({ declaration }) => declaration.library === "celery");
}

/** The tasks of Celery and of Django outside of tests. */
export function queuedTasks(context: RuleContext): readonly TaskWork[] {
  const blocking = groupBy(
    factsOfKind(context.facts, "blocking").filter(({ root }) => root.context === "task"),
    ({ root }) => root.symbol,
  );
  return tasksOf(context.project.program).flatMap(({ task, declaration }) => {
    if (isTest(task.module.name)) return [];
    const symbol = `${task.module.name}.${task.qualifiedName}`;
    return [{ task, declaration, symbol, blocking: blocking.get(symbol) ?? [] }];
  });
}

function isTest(module: string): boolean {
  return /(?:^|[._])tests?(?:$|[._])|(?:^|\.)conftest$/.test(module);
}

/** Work that another server does, or that may never return. */
export function callsOf(
  { blocking }: TaskWork,
  ...operations: readonly BlockingOperation[]
): readonly BlockingCall[] {
  return blocking.filter(({ operation }) => operations.includes(operation));
}

/** The value of an option of a task; undefined where nothing sets it, unknown where code that is not known may. */
export function optionValue(context: RuleContext, work: DeclaredTask, name: string): StaticValue | undefined {
  const option = taskOption(context.project.program, work.declaration, name);
  if (option === undefined) return undefined;
  return option === "unknown" ? unknownValue : staticValueOf(context.project, option.module, option.node);
}

/** Nothing gives the task such an option: neither its decorator nor its class nor annotations in the settings. */
export function isWithoutOption(
  context: RuleContext,
  work: DeclaredTask,
  ...names: readonly string[]
): boolean {
  return (
    celerySetting(context.project, "task_annotations") === undefined &&
    names.every((name) => taskOption(context.project.program, work.declaration, name) === undefined)
  );
}

/** Something ends the task where it takes too long, or may: the settings, options, and those that are not known. */
export function hasTimeLimit(context: RuleContext, work: DeclaredTask): boolean {
  const isForAll = ["task_time_limit", "task_soft_time_limit"].some(
    (name) => celerySetting(context.project, name) !== undefined,
  );
  return isForAll || !isWithoutOption(context, work, "time_limit", "soft_time_limit");
}

/** Workers whose threads are light: one that waits takes nothing from the others. */
export function mayUseGreenThreads({ project }: RuleContext): boolean {
  const pool = celerySetting(project, "worker_pool");
  const isGreen = (name: unknown): boolean =>
    typeof name === "string" && /gevent|eventlet|threads/.test(name);
  return pool !== undefined && (pool.kind === "unknown" || alternativesOf(pool).some(isGreen));
}
