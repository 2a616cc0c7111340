import type { BlockingCall, Loop } from "../../interpret/facts.ts";
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
        const loop = call.loops.find((each) => runsOverTable(context, each));
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
