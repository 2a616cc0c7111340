import { celerySetting } from "../../django/celery-settings.ts";
import type { StaticValue } from "../../django/static-value.ts";
import { taskOption } from "../../django/tasks.ts";
import type { FactContext } from "../../interpret/facts.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { type ScheduledTask, scheduledTasks } from "./beat-schedule.ts";
import { taskFinding } from "./task-finding.ts";
import { nameOfTask } from "./task-starts.ts";
import { callsOf, celeryTasks, optionValue, type TaskWork } from "./task-work.ts";

export const overlappingBeatTask: FactRule = {
  kind: "facts",
  code: "QS917",
  name: "overlapping-beat-task",
  summary: "The scheduler starts a task again after minutes, whether or not it has ended",
  level: "hint",
  fix: "none",
  stage: 3,
  run(context) {
    const scheduled = scheduledTasks(context).filter(
      (task): task is FrequentTask =>
        task.interval !== undefined && task.interval <= shortly && !task.expires,
    );
    if (scheduled.length === 0) return [];
    return celeryTasks(context).flatMap((work) => {
      const names = namesOf(context, work);
      const entry = scheduled.find(({ name }) => names.includes(name));
      return entry && mayTakeLong(context, work) && mayOverlap(context, work, entry)
        ? [findingOf(work, entry)]
        : [];
    });
  },
};

interface FrequentTask extends ScheduledTask {
  readonly interval: number;
}

/** Longer than an hour, hardly any run takes. */
const shortly = 3600;

/** The name that the task has for Celery, which its decorator may say. */
function namesOf(context: RuleContext, work: TaskWork): readonly string[] {
  const name = optionValue(context, work, "name");
  return [work.symbol, ...(name?.kind === "known" && typeof name.value === "string" ? [name.value] : [])];
}

/** It waits for somebody else, or does something for each row of a table. */
function mayTakeLong({ facts }: RuleContext, work: TaskWork): boolean {
  if (callsOf(work, "http", "email", "document", "image", "archive", "process").length > 0) return true;
  const isOfTable = ({ root, loops }: FactContext): boolean =>
    root.symbol === work.symbol &&
    loops.some(
      ({ weight }) => weight.kind === "rows" && weight.few === undefined && weight.pageSize === undefined,
    );
  return loopFacts(facts).some(isOfTable);
}

function loopFacts(facts: RuleContext["facts"]): readonly FactContext[] {
  return [
    ...factsOfKind(facts, "write"),
    ...factsOfKind(facts, "query"),
    ...factsOfKind(facts, "relationRead"),
  ];
}

/** Neither a lock nor a limit on its time keeps two runs apart. */
function mayOverlap(context: RuleContext, work: TaskWork, { interval }: FrequentTask): boolean {
  const { program } = context.project;
  if (taskOption(program, work.declaration, "expires")) return false;
  const limits = ["time_limit", "soft_time_limit"].flatMap((name) => [
    optionValue(context, work, name),
    celerySetting(context.project, `task_${name}`),
  ]);
  if (limits.some((limit) => limit !== undefined && isBelow(limit, interval))) return false;
  const isDecorated = work.task.node.decorators.length > 1;
  const { base } = work.declaration;
  if (isDecorated || base !== "default") return false;
  return !isLocked(context, work);
}

/** What is not known may be. */
function isBelow(limit: StaticValue, interval: number): boolean {
  return limit.kind !== "known" || (typeof limit.value === "number" && limit.value <= interval);
}

const locking = /lock|singleton|semaphore|mutex/i;

/** `cache.add()`, `select_for_update(skip_locked=True)`, or anything that is called a lock. */
function isLocked({ facts }: RuleContext, { task, symbol }: TaskWork): boolean {
  const isAdding = factsOfKind(facts, "cacheCall").some(
    ({ method, root }) => method === "add" && root.symbol === symbol,
  );
  if (isAdding) return true;
  let locked = false;
  walkExpressions(task.node, (node) => {
    if (node.kind === "Name") locked ||= locking.test(node.name);
    if (node.kind === "Attribute") locked ||= locking.test(node.attribute.name);
    if (node.kind === "Call") locked ||= node.keywords.some(({ name }) => name?.name === "skip_locked");
    return !locked;
  });
  return locked;
}

function findingOf(work: TaskWork, { interval, location }: FrequentTask): Finding {
  const often = interval % 60 === 0 ? `${interval / 60} min` : `${interval} s`;
  return {
    ...taskFinding(overlappingBeatTask, work, [{ message: "The schedule", location }]),
    remedy: "schedule",
    confidence: "medium",
    message: `${nameOfTask(work.task)}() is started every ${often}, and nothing keeps two runs apart: where one takes longer, both do the same work, and more follow.`,
    help: 'Begin with cache.add("…", 1, timeout) and end where it is False, or set "expires" in the schedule and a time_limit below the interval.',
  };
}
