import type { BlockingCall } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { optionFix } from "./option-fix.ts";
import { stepsToCall, taskFinding } from "./task-finding.ts";
import { nameOfTask } from "./task-starts.ts";
import { callsOf, celeryTasks, hasTimeLimit, mayUseGreenThreads, type TaskWork } from "./task-work.ts";

export const taskWithoutTimeLimit: FactRule = {
  kind: "facts",
  code: "QS908",
  name: "task-without-time-limit",
  summary: "A task waits for something that may never come, and nothing ends it",
  level: "info",
  fix: "suggestion",
  stage: 2,
  run(context) {
    if (mayUseGreenThreads(context)) return [];
    return celeryTasks(context).flatMap((work) => {
      const [call] = [...callsOf(work, "http", "email", "process", "connection")].sort(byDanger);
      return call && !hasTimeLimit(context, work) ? [findingOf(work, call)] : [];
    });
  },
};

/** Those that are known to wait for ever come first, then those in the task itself. */
function byDanger(first: BlockingCall, second: BlockingCall): number {
  return danger(second) - danger(first) || first.calls.length - second.calls.length;
}

function danger({ wait }: BlockingCall): number {
  if (wait === "forever") return 2;
  return wait === "unknown" ? 1 : 0;
}

function findingOf(work: TaskWork, call: BlockingCall): Finding {
  const { task } = work;
  const isEndless = call.wait === "forever";
  return {
    ...taskFinding(taskWithoutTimeLimit, work, stepsToCall(call, "Waits")),
    level: isEndless ? taskWithoutTimeLimit.level : lowered(taskWithoutTimeLimit.level),
    confidence: "high",
    message: `${nameOfTask(task)}() has no time limit, nor do the settings set one${
      isEndless
        ? `, and ${call.function}() waits for ever: it takes a worker with it.`
        : `: what hangs in ${call.function}(), or around it, takes a worker with it.`
    }`,
    help: "Set soft_time_limit= and time_limit= on the task, or CELERY_TASK_SOFT_TIME_LIMIT and CELERY_TASK_TIME_LIMIT for all.",
    fixes: optionFix(
      work,
      "End it after a minute (soft_time_limit) or, where it takes no notice, after 90 seconds (time_limit)",
      "soft_time_limit=60, time_limit=90",
    ).map((fix) => ({ ...fix, safety: "suggestion", preferred: false })),
  };
}
