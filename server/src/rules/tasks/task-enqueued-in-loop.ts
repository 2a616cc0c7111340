import { taskOption } from "../../django/tasks.ts";
import type { Loop, TaskStart } from "../../interpret/facts.ts";
import { atMostHigh, classOf, scoreOfContext } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, stepsTo } from "../finding-parts.ts";
import { isSmall, lowered } from "../levels.ts";
import { multiplicityOf } from "../loop-weight.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { isStart, nameOfStart, startsByPlace } from "./task-starts.ts";

export const taskEnqueuedInLoop: FactRule = {
  kind: "facts",
  code: "QS903",
  name: "task-enqueued-in-loop",
  summary: "A loop over the rows of a table puts a message into the queue for each of them",
  level: "info",
  fix: "none",
  stage: 2,
  run: (context) =>
    startsByPlace(context).flatMap((starts) => {
      const found = starts.flatMap((start) => {
        const loop = isStart(start) ? tableLoop(context, start) : undefined;
        return loop ? [{ start, loop }] : [];
      });
      const [first] = found.sort((one, other) => one.start.calls.length - other.start.calls.length);
      return first ? [findingOf(first.start, first.loop)] : [];
    }),
};

/** The loop over rows around it, where neither batches nor a limit keep the number of messages small. */
function tableLoop(context: RuleContext, start: TaskStart): Loop | undefined {
  const { loops, declaration } = start;
  if (loops.some(({ weight, search }) => search || weight.kind === "batches")) return undefined;
  if (isSmall(context, multiplicityOf(loops))) return undefined;
  // Workers take them as slowly as the task says.
  if (taskOption(context.project.program, declaration, "rate_limit")) return undefined;
  return loops.find(
    ({ weight, source }) => weight.kind === "rows" && weight.few === undefined && source !== undefined,
  );
}

function findingOf(start: TaskStart, loop: Loop): Finding {
  const { location, symbol, root } = start;
  const model = loop.source?.model;
  const isFanOut = root.context === "task";
  return {
    ...findingBase(taskEnqueuedInLoop),
    remedy: "task-batches",
    // A task that does nothing else spreads the work over the workers on purpose.
    level: isFanOut ? lowered(taskEnqueuedInLoop.level) : taskEnqueuedInLoop.level,
    confidence: atMostHigh(classOf(scoreOfContext(start))),
    message: `"${nameOfStart(start)}" puts a message into the queue for each row of ${model?.name ?? "the table"}: each costs a round trip here, and one more there.`,
    help: "Give the task a list of keys, some hundred at a time; one message per row is right where each takes seconds.",
    location,
    symbol,
    model: model?.label,
    origin: location,
    evidence: [...stepsTo(start), { message: "The task is started here", location }],
  };
}
