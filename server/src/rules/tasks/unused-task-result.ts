import { groupBy } from "../../base/group-by.ts";
import { celerySetting } from "../../django/celery-settings.ts";
import { alternativesOf, truthOf } from "../../django/static-value.ts";
import type { TaskStart } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { factsOfKind } from "../rule-context.ts";
import { optionFix } from "./option-fix.ts";
import { taskFinding } from "./task-finding.ts";
import { isSignature, nameOfTask } from "./task-starts.ts";
import { celeryTasks, isWithoutOption, type TaskWork } from "./task-work.ts";

export const unusedTaskResult: FactRule = {
  kind: "facts",
  code: "QS911",
  name: "unused-task-result",
  summary: "The result of a task is stored, and nothing reads it",
  level: "hint",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const { project } = context;
    const ignored = celerySetting(project, "task_ignore_result");
    const isIgnored = ignored !== undefined && truthOf(ignored) !== false;
    if (!storesForReading(context) || isIgnored) return [];
    const starts = groupBy(factsOfKind(context.facts, "taskStart"), ({ task }) => task.id);
    return celeryTasks(context).flatMap((work) => {
      const own = starts.get(work.task.id) ?? [];
      const isUnread =
        own.length > 0 && own.every(isAlone) && isWithoutOption(context, work, "ignore_result");
      return isUnread ? [findingOf(work)] : [];
    });
  },
};

/** Redis, memcached: what is there to be read by the one who started the task. A table of results serves people, too. */
function storesForReading({ project }: RuleContext): boolean {
  const backend = celerySetting(project, "result_backend");
  const names = backend ? alternativesOf(backend) : [];
  return (
    names.length > 0 &&
    names.every(
      (name) =>
        typeof name === "string" && /^(?:rediss?|sentinel|cache|memcached|memory|django-cache)\b/.test(name),
    )
  );
}

/** A statement of its own: nobody keeps what `delay()` gives. */
function isAlone({ statement, node, method }: TaskStart): boolean {
  return !isSignature(method) && statement?.kind === "ExpressionStatement" && statement.value === node;
}

function findingOf(work: TaskWork): Finding {
  const { task } = work;
  return {
    ...taskFinding(unusedTaskResult, work),
    confidence: "medium",
    message: `Nothing keeps what starting ${nameOfTask(task)}() gives, but each run stores a result for a day.`,
    help: "Set ignore_result=True on the task, or CELERY_TASK_IGNORE_RESULT and ignore_result=False where a result is read.",
    fixes: optionFix(work, "Add ignore_result=True", "ignore_result=True"),
  };
}
