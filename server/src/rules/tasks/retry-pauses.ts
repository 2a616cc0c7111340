/** How long a task waits before it is repeated, as far as the code says it. */
import { mappingOf } from "../../django/static-value.ts";
import { taskOption } from "../../django/tasks.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { numberOf, secondsOf } from "./durations.ts";
import { mostRetries } from "./retries.ts";
import { optionValue, type TaskWork } from "./task-work.ts";

export interface Pause {
  readonly seconds: number;
  readonly module: Module;
  /** What says so. */
  readonly node: Expression;
}

/** `countdown=…`, and `eta=` of a moment and a `timedelta()`. */
export function pauseOfCall(context: RuleContext, module: Module, { keywords }: Call): Pause | undefined {
  const named = (name: string) => keywords.find((keyword) => keyword.name?.name === name)?.value;
  const countdown = named("countdown");
  const eta = named("eta");
  const seconds = countdown
    ? numberOf(context, module, countdown)
    : eta?.kind === "BinaryOperation" && eta.operator === "+"
      ? (secondsOf(context, module, eta.right) ?? secondsOf(context, module, eta.left))
      : undefined;
  const node = countdown ?? eta;
  return seconds === undefined || !node ? undefined : { seconds, module, node };
}

/** Of the calls of `self.retry()` that say it, and of the options by which Celery repeats the task by itself. */
export function retryPauses(context: RuleContext, work: TaskWork): readonly Pause[] {
  if (mostRetries(context, work) === 0) return [];
  const calls = callsOfRetry(work);
  const written = calls.flatMap((call) => pauseOfCall(context, work.task.module, call) ?? []);
  const autoretry = taskOption(context.project.program, work.declaration, "autoretry_for") !== undefined;
  const leavesItToOptions = calls.some(({ keywords }) =>
    keywords.every(({ name }) => name && !/^(?:countdown|eta)$/.test(name.name)),
  );
  const declared = autoretry
    ? (pauseOfBackoff(context, work) ??
      pauseOfOptions(context, work, ["retry_kwargs", "default_retry_delay"]))
    : leavesItToOptions
      ? pauseOfOptions(context, work, ["default_retry_delay"])
      : undefined;
  return declared ? [...written, declared] : written;
}

function callsOfRetry({ task, declaration }: TaskWork): readonly Call[] {
  const itself = declaration.takesItself || task.owner ? task.node.parameters[0]?.name : undefined;
  const found: Call[] = [];
  for (const statement of task.node.body) {
    walkExpressions(statement, (node) => {
      if (node.kind !== "Call" || node.function.kind !== "Attribute") return undefined;
      const { attribute, value } = node.function;
      if (attribute.name === "retry" && value.kind === "Name" && [itself, task.name].includes(value.name)) {
        found.push(node);
      }
      return undefined;
    });
  }
  return found;
}

const longestByDefault = 600;

/** The last of the pauses that grow: twice the one before, up to `retry_backoff_max`. */
function pauseOfBackoff(context: RuleContext, work: TaskWork): Pause | undefined {
  const option = taskOption(context.project.program, work.declaration, "retry_backoff");
  const value = optionValue(context, work, "retry_backoff");
  const retries = mostRetries(context, work);
  if (typeof option !== "object" || value?.kind !== "known" || retries === undefined) return undefined;
  const most = optionValue(context, work, "retry_backoff_max");
  const longest = most === undefined ? longestByDefault : most.kind === "known" ? most.value : undefined;
  const first = value.value === true ? 1 : value.value;
  if (typeof first !== "number" || first <= 0 || typeof longest !== "number") return undefined;
  const last = retries === "unlimited" ? longest : Math.max(1, first) * 2 ** (retries - 1);
  return { ...option, seconds: Math.min(last, longest) };
}

function pauseOfOptions(context: RuleContext, work: TaskWork, names: readonly string[]): Pause | undefined {
  for (const name of names) {
    const option = taskOption(context.project.program, work.declaration, name);
    const value = optionValue(context, work, name);
    const given = value && name === "retry_kwargs" ? mappingOf(value)?.entries.get("countdown") : value;
    if (typeof option !== "object" || given?.kind !== "known" || typeof given.value !== "number") continue;
    return { ...option, seconds: given.value };
  }
  return undefined;
}
