import { celerySetting } from "../../django/celery-settings.ts";
import { mappingOf } from "../../django/static-value.ts";
import { taskOption } from "../../django/tasks.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { Finding } from "../finding.ts";
import { lowered } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { optionFix } from "./option-fix.ts";
import { mostRetries } from "./retries.ts";
import { taskFinding } from "./task-finding.ts";
import { nameOfTask } from "./task-starts.ts";
import { celeryTasks, optionValue, type TaskWork } from "./task-work.ts";

export const retryWithoutBackoff: FactRule = {
  kind: "facts",
  code: "QS906",
  name: "retry-without-backoff",
  summary: "A task is repeated at the same pace, however long what it needs is not there",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    return celeryTasks(context).flatMap((work) => {
      const retries = taskOption(context.project.program, work.declaration, "autoretry_for");
      if (retries === undefined || retries === "unknown") return [];
      const annotations = celerySetting(context.project, "task_annotations");
      if (annotations !== undefined && annotations.kind !== "unknown") return [];
      if (taskOption(context.project.program, work.declaration, "retry_backoff") !== undefined) return [];
      if (mostRetries(context, work) === 0) return [];
      if (waitsForRow(retries.node)) return [];
      // What an application leaves to those who install it could be set by them, which hardly anybody does.
      const confidence = annotations === undefined ? "high" : "medium";
      return [{ ...findingOf(context, work, retries.node, retries.module.file.path), confidence }];
    });
  },
};

/** Nothing is away: the row that the task is about comes with the commit of whoever started it. */
function waitsForRow(node: Expression): boolean {
  if (node.kind === "TupleLiteral" || node.kind === "ListLiteral") return node.elements.every(waitsForRow);
  return node.kind === "Attribute" && node.attribute.name === "DoesNotExist";
}

const defaultDelay = 180;

function findingOf(
  context: RuleContext,
  work: TaskWork,
  option: { readonly start: number; readonly end: number },
  path: string,
): Finding {
  const { task } = work;
  const delay = delayOf(context, work);
  const pace = delay === undefined ? "at a fixed pace" : `every ${delay} s`;
  const isDefault = delay === defaultDelay;
  return {
    ...taskFinding(retryWithoutBackoff, work, [
      {
        message: "Is repeated after these errors",
        location: { path, range: { start: option.start, end: option.end } },
      },
    ]),
    // A pace that somebody has written down was thought about.
    level: isDefault ? retryWithoutBackoff.level : lowered(retryWithoutBackoff.level),
    confidence: "high",
    message: `${nameOfTask(task)}() is repeated ${pace}${isDefault ? ", as is the default" : ""}: all that failed together come back together.`,
    help: "With retry_backoff=True the pauses grow, and are spread by chance.",
    fixes: optionFix(
      work,
      "Add retry_backoff=True: pauses of up to 1, 2, 4 … seconds, and 10 minutes at most",
      "retry_backoff=True",
    ),
  };
}

/** Seconds between two attempts; undefined where they are not known. */
function delayOf(context: RuleContext, work: TaskWork): number | undefined {
  const kwargs = optionValue(context, work, "retry_kwargs");
  const countdown = kwargs && mappingOf(kwargs)?.entries.get("countdown");
  const value = countdown ?? optionValue(context, work, "default_retry_delay");
  if (value === undefined) return defaultDelay;
  return value.kind === "known" && typeof value.value === "number" ? value.value : undefined;
}
