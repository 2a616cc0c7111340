import type { BlockingCall, Loop } from "../../interpret/facts.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { Finding } from "../finding.ts";
import { stepsTo } from "../finding-parts.ts";
import { belongToOne } from "../rows-of-one.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { taskFinding } from "./task-finding.ts";
import { nameOfTask } from "./task-starts.ts";
import { callsOf, celeryTasks, type TaskWork } from "./task-work.ts";

export const unboundedTask: FactRule = {
  kind: "facts",
  code: "QS914",
  name: "unbounded-task",
  summary: "One run of a task asks another server for each row of a table",
  level: "info",
  fix: "none",
  stage: 2,
  run: (context) =>
    celeryTasks(context).flatMap((work) => {
      for (const call of callsOf(work, "email", "http")) {
        const loop = call.loops.find((each) => runsOverTable(context, each) && !isBatch(work, each));
        if (loop) return [findingOf(work, call, loop)];
      }
      return [];
    }),
};

/**
 * Over rows of a queryset that grows with the table: neither sliced nor in parts, nor those of one parent, nor of a table
 * with few rows.
 */
export function runsOverTable(context: RuleContext, { weight, source, search }: Loop): boolean {
  return (
    weight.kind === "rows" &&
    weight.pageSize === undefined &&
    weight.few === undefined &&
    source !== undefined &&
    !belongToOne(context, source) &&
    !search
  );
}

/** Rows whose keys the task is given, `filter(pk__in=user_ids)`: how many it takes is up to whoever starts it. */
function isBatch({ task }: TaskWork, { source }: Loop): boolean {
  const lookups = source?.filters
    .flatMap(({ lookup }) => lookup ?? [])
    .filter((lookup) => isKey.test(lookup));
  if (!lookups?.length) return false;
  let found = false;
  walkExpressions(task.node, (node) => {
    found ||=
      node.kind === "Call" &&
      node.keywords.some(
        ({ name, value }) =>
          lookups.includes(name?.name ?? "") &&
          value.kind === "Name" &&
          task.node.parameters.some((parameter) => parameter.name === value.name),
      );
    return !found;
  });
  return found;
}

const isKey = /^(?:pk|id|\w+_id|uuid)__in$/;

function findingOf(work: TaskWork, call: BlockingCall, loop: Loop): Finding {
  const { task } = work;
  const model = loop.source?.model;
  const does = call.operation === "email" ? "sends an e-mail" : "asks another server";
  return {
    ...taskFinding(unboundedTask, work, [
      ...stepsTo(call),
      { message: `Waits: ${call.function}`, location: call.location },
    ]),
    remedy: "task-batches",
    confidence: call.conditions > 1 || call.calls.length > 2 ? "low" : "medium",
    message: `${nameOfTask(task)}() ${does} for each row of ${model?.name ?? "a table"} in one run: it takes longer with every row, and starts again from the first where it fails.`,
    help: "Let it start a task for every hundred keys or so.",
    model: model?.label,
  };
}
