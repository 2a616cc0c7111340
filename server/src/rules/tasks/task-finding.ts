import type { BlockingCall } from "../../interpret/facts.ts";
import type { Evidence } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import type { RuleMetadata } from "../rule.ts";
import type { TaskWork } from "./task-work.ts";

/** What findings about how a task is declared share: they stand on its name. `evidence`: what else leads there. */
export function taskFinding(
  rule: RuleMetadata,
  { task, symbol }: TaskWork,
  evidence: readonly Evidence[] = [],
) {
  const location = { path: task.module.file.path, range: task.node.name };
  return {
    ...findingBase(rule),
    remedy: "task-options",
    location,
    origin: location,
    symbol,
    model: undefined,
    evidence: [{ message: "The task", location }, ...evidence],
  } as const;
}

/** From the task to the call that it waits for. */
export function stepsToCall(call: BlockingCall, does: string): readonly Evidence[] {
  return [
    ...call.calls.map((step) => ({ message: `Calls ${step.callee}`, location: step.location })),
    { message: `${does}: ${call.function}`, location: call.location },
  ];
}
