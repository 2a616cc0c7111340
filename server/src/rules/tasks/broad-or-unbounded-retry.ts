import { taskOption } from "../../django/tasks.ts";
import type { Finding } from "../finding.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { callsRetry, mostRetries, retriedExceptions } from "./retries.ts";
import { taskFinding } from "./task-finding.ts";
import { nameOfTask } from "./task-starts.ts";
import { celeryTasks, type TaskWork } from "./task-work.ts";

export const broadOrUnboundedRetry: FactRule = {
  kind: "facts",
  code: "QS907",
  name: "broad-or-unbounded-retry",
  summary: "A task is repeated after every error, or for ever",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    return celeryTasks(context).flatMap((work) => {
      const isBroad = retriedExceptions(context, work).some((name) => broad.has(name));
      const retries = mostRetries(context, work);
      const isEndless = retries === "unlimited" && (isBroad || isRetried(context, work));
      return (isBroad && retries !== 0) || isEndless ? [findingOf(context, work, isBroad, retries)] : [];
    });
  },
};

const broad: ReadonlySet<string> = new Set(["builtins.Exception", "builtins.BaseException"]);

function isRetried({ project: { program } }: RuleContext, work: TaskWork): boolean {
  return callsRetry(work) || taskOption(program, work.declaration, "autoretry_for") !== undefined;
}

function findingOf(
  context: RuleContext,
  work: TaskWork,
  isBroad: boolean,
  retries: ReturnType<typeof mostRetries>,
): Finding {
  const { task } = work;
  const isEndless = retries === "unlimited";
  const often =
    retries === undefined ? "again and again" : retries === 1 ? "once more" : `${retries} times more`;
  const name = nameOfTask(task);
  const message = isBroad
    ? isEndless
      ? `${name}() is repeated for ever after every error: one that comes from a bug never leaves the queue.`
      : `${name}() is repeated ${often} after every error: also after one that comes from a bug and will be the same each time.`
    : `${name}() is repeated for ever (max_retries=None): what never succeeds never leaves the queue.`;
  const option = ["autoretry_for", "max_retries", "retry_kwargs"]
    .map((each) => taskOption(context.project.program, work.declaration, each))
    .find((each) => typeof each === "object");
  return {
    ...taskFinding(broadOrUnboundedRetry, work, [
      ...(option
        ? [{ message: "The option", location: { path: option.module.file.path, range: option.node } }]
        : []),
    ]),
    level: isEndless ? broadOrUnboundedRetry.level : lowered(broadOrUnboundedRetry.level),
    confidence: "high",
    message,
    help: isBroad
      ? "Name the errors that pass by themselves: those of the network, of locks, of a database that is away."
      : "Set max_retries, and leave what fails as often to somebody who looks at it.",
  };
}
