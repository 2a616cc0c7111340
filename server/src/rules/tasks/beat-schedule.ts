/** What Celery's scheduler starts, and how often. */
import type { Location } from "../../base/text-range.ts";
import { staticValueOf } from "../../django/project-values.ts";
import { stringOf } from "../../django/static-value.ts";
import type { Module } from "../../python/symbols.ts";
import type { Call, DictLiteral, Expression } from "../../syntax/ast.ts";
import { mentions } from "../../syntax/mentions.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import type { RuleContext } from "../rule-context.ts";
import { numberOf, secondsOf } from "./durations.ts";
import { symbolAt } from "./symbol-at.ts";

export interface ScheduledTask {
  /** The name of the task, `shop.tasks.send`, which an option of the task may have changed. */
  readonly name: string;
  /** Seconds between two starts; undefined where the code computes them. */
  readonly interval: number | undefined;
  /** A run that waits too long in the queue is dropped. */
  readonly expires: boolean;
  readonly location: Location;
}

/** Entries of `beat_schedule`, and calls of `add_periodic_task()`. */
export function scheduledTasks(context: RuleContext): readonly ScheduledTask[] {
  return context.project.program.modules
    .filter(({ firstParty, file }) => firstParty && mentions(file, /beat_?schedule|add_periodic_task/i))
    .flatMap((module) => {
      const found: ScheduledTask[] = [];
      walkExpressions(module.file.tree, (node) => {
        const task =
          node.kind === "DictLiteral"
            ? ofEntry(context, module, node)
            : node.kind === "Call"
              ? ofCall(context, module, node)
              : undefined;
        if (task) found.push(task);
        return undefined;
      });
      return found;
    });
}

/** `{"task": "shop.tasks.send", "schedule": 60.0}` */
function ofEntry(
  context: RuleContext,
  module: Module,
  { entries, start, end }: DictLiteral,
): ScheduledTask | undefined {
  const given = (name: string): Expression | undefined =>
    entries.find(({ key }) => key?.kind === "StringLiteral" && key.value === name)?.value;
  const task = given("task");
  const schedule = given("schedule");
  const name = task && nameOfTask(context, module, task);
  if (name === undefined || schedule === undefined) return undefined;
  const options = given("options");
  return {
    name,
    interval: intervalOf(context, module, schedule),
    expires: options !== undefined && mentionsExpiry(options),
    location: { path: module.file.path, range: { start, end } },
  };
}

/** `sender.add_periodic_task(60.0, send.s())` */
function ofCall(context: RuleContext, module: Module, call: Call): ScheduledTask | undefined {
  const { function: callee, arguments: given, keywords, start, end } = call;
  if (callee.kind !== "Attribute" || callee.attribute.name !== "add_periodic_task") return undefined;
  const [schedule, signature] = given;
  if (!schedule || signature?.kind !== "Call" || signature.function.kind !== "Attribute") return undefined;
  const symbol = symbolAt(
    context.project.program,
    module,
    pathTo(module.file.tree, signature),
    signature.function.value,
  );
  if (symbol.kind !== "function") return undefined;
  return {
    name: `${symbol.module.name}.${symbol.qualifiedName}`,
    interval: intervalOf(context, module, schedule),
    expires: keywords.some(({ name }) => !name || name.name === "expires"),
    location: { path: module.file.path, range: { start, end } },
  };
}

/** As text, or as `send.name`. */
function nameOfTask(context: RuleContext, module: Module, node: Expression): string | undefined {
  const text = stringOf(staticValueOf(context.project, module, node));
  if (text !== undefined) return text;
  if (node.kind !== "Attribute" || node.attribute.name !== "name") return undefined;
  const symbol = context.project.program.resolveExpression(module, node.value);
  return symbol.kind === "function" ? `${symbol.module.name}.${symbol.qualifiedName}` : undefined;
}

function mentionsExpiry(options: Expression): boolean {
  return (
    options.kind !== "DictLiteral" ||
    options.entries.some(({ key }) => key?.kind !== "StringLiteral" || key.value === "expires")
  );
}

const minute = 60;
const hour = 3600;
const day = 86_400;

function intervalOf(context: RuleContext, module: Module, node: Expression): number | undefined {
  const seconds = numberOf(context, module, node) ?? secondsOf(context, module, node);
  if (seconds !== undefined || node.kind !== "Call") return seconds;
  const symbol = symbolAt(context.project.program, module, pathTo(module.file.tree, node), node.function);
  if (symbol.kind !== "external") return undefined;
  if (symbol.name === "celery.schedules.schedule") {
    const every = node.arguments[0] ?? node.keywords.find(({ name }) => name?.name === "run_every")?.value;
    return every && intervalOf(context, module, every);
  }
  return symbol.name === "celery.schedules.crontab" ? crontabInterval(context, module, node) : undefined;
}

/** The shortest time between two starts; undefined where the code computes it. */
function crontabInterval(
  context: RuleContext,
  module: Module,
  { arguments: positional, keywords }: Call,
): number | undefined {
  const parameters = ["minute", "hour"];
  const [minutes, hours] = parameters.map((parameter, index) => {
    const given = positional[index] ?? keywords.find(({ name }) => name?.name === parameter)?.value;
    if (!given) return "*";
    const value = staticValueOf(context.project, module, given);
    return value.kind === "known" && (typeof value.value === "string" || typeof value.value === "number")
      ? String(value.value)
      : undefined;
  });
  if (minutes === undefined || hours === undefined) return undefined;
  if (minutes === "*") return minute;
  const step = /^\*\/(\d+)$/.exec(minutes)?.[1];
  if (step !== undefined) return Number(step) * minute;
  const times = minutes.split(",").length;
  if (times > 1) return hour / times;
  if (hours === "*") return hour;
  const hourStep = /^\*\/(\d+)$/.exec(hours)?.[1];
  return hourStep === undefined ? day / hours.split(",").length : Number(hourStep) * hour;
}
