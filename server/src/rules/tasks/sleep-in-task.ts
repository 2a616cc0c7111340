import type { BlockingCall } from "../../interpret/facts.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey } from "../finding-parts.ts";
import type { FactRule } from "../rule.ts";
import { isNeverInTasks } from "./request-state.ts";
import { nameOfTask } from "./task-starts.ts";
import { callsOf, celeryTasks, mayUseGreenThreads, type TaskWork } from "./task-work.ts";

export const sleepInTask: FactRule = {
  kind: "facts",
  code: "QS912",
  name: "sleep-in-task",
  summary: "A task sleeps, and its worker does nothing else meanwhile",
  level: "info",
  fix: "none",
  stage: 2,
  run(context) {
    if (mayUseGreenThreads(context)) return [];
    const { program } = context.project;
    const found = celeryTasks(context).flatMap((work) =>
      callsOf(work, "sleep")
        .filter((call) => isLong(call) && program.moduleOfFile(call.location.path)?.firstParty)
        .filter((call) => ![call, ...call.calls].some(({ location }) => isNeverInTasks(program, location)))
        .map((call) => ({ key: placeKey(call.location), finding: findingOf(work, call) })),
    );
    return [...new Map(found.map(({ key, finding }) => [key, finding])).values()];
  },
};

/** Less than a second between two looks at something is no pause of the work. */
function isLong({ wait }: BlockingCall): boolean {
  return typeof wait !== "number" || wait >= 1;
}

function findingOf(work: TaskWork, call: BlockingCall): Finding {
  const { location, symbol, wait, calls } = call;
  const long = typeof wait === "number" ? `for ${wait} s` : "";
  return {
    ...findingBase(sleepInTask),
    remedy: "blocking-call",
    confidence: calls.length > 2 ? "medium" : "high",
    message:
      `"${call.function}()" holds the worker of ${nameOfTask(work.task)}() ${long}${long === "" ? "" : ", "}in which it could run other tasks.`.replace(
        "  ",
        " ",
      ),
    help: "End the task and go on later: self.retry(countdown=…), or apply_async(countdown=…) for what is left to do.",
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [
      {
        message: `Task: ${work.symbol}`,
        location: { path: work.task.module.file.path, range: work.task.node.name },
      },
      ...calls.map((step) => ({ message: `Calls ${step.callee}`, location: step.location })),
      { message: "Sleeps here", location },
    ],
  };
}
