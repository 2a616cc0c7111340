import { celerySetting } from "../../django/celery-settings.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import { stepsToCall, taskFinding } from "./task-finding.ts";
import { nameOfTask } from "./task-starts.ts";
import { callsOf, celeryTasks, isWithoutOption, type TaskWork } from "./task-work.ts";

export const taskWithoutRateLimit: FactRule = {
  kind: "facts",
  code: "QS909",
  name: "task-without-rate-limit",
  summary: "A task asks a service as often as it is started",
  level: "hint",
  fix: "none",
  stage: 2,
  run(context) {
    if (celerySetting(context.project, "task_default_rate_limit") !== undefined) return [];
    return celeryTasks(context).flatMap((work) => {
      const [call] = [...callsOf(work, "http")].sort(
        (first, second) => first.calls.length - second.calls.length,
      );
      return call && isWithoutOption(context, work, "rate_limit") ? [findingOf(work, call)] : [];
    });
  },
};

function findingOf(work: TaskWork, call: BlockingCall): Finding {
  const { task } = work;
  return {
    ...taskFinding(taskWithoutRateLimit, work, stepsToCall(call, "Asks another server")),
    confidence: "medium",
    message: `${nameOfTask(task)}() asks another server with ${call.function}(), and nothing limits how often: a burst of tasks is a burst of requests.`,
    help: 'Where the service has a limit, set rate_limit="10/m" on the task; it holds for each worker, not for all together.',
  };
}
