/** What makes a task run again when it has failed. */
import { alternativesOf, mappingOf, sequenceOf } from "../../django/static-value.ts";
import { taskOption } from "../../django/tasks.ts";
import type { Statement } from "../../syntax/ast.ts";
import { pathTo, walkExpressions } from "../../syntax/walk.ts";
import { callsMethod } from "../calls-method.ts";
import type { RuleContext } from "../rule-context.ts";
import { symbolAt } from "./symbol-at.ts";
import { optionValue, type TaskWork } from "./task-work.ts";

const retryingLibraries = /^(?:backoff|retry|retrying|stamina|tenacity|urllib3)\b/;

/** Neither its options nor its class nor its code repeat it, nor a decorator, which may be one that does. */
export function isNeverRetried(context: RuleContext, work: TaskWork): boolean {
  const { task, declaration } = work;
  const { program } = context.project;
  if (
    ["autoretry_for", "retry_kwargs", "retry_backoff"].some((name) => taskOption(program, declaration, name))
  ) {
    return false;
  }
  if (
    task.node.decorators.length >
    (declaration.declaredBy.module === task.module && "kind" in declaration.declaredBy.node ? 1 : 0)
  ) {
    return false;
  }
  return (
    !callsRetry(work) &&
    !isHandedOn(context, work) &&
    !work.blocking.some((fact) => isRetriedOnTheWay(context, fact))
  );
}

/** `self.retry()` */
export function callsRetry({ task }: TaskWork): boolean {
  return mentionsRetry(task.node.body);
}

function mentionsRetry(body: readonly Statement[]): boolean {
  return callsMethod(body, (name) => name === "retry");
}

/** `with repeated(self):`: something gets the task itself, and calls its `retry()` or is not known. */
function isHandedOn({ project: { program } }: RuleContext, { task, declaration }: TaskWork): boolean {
  const self = declaration.takesItself || task.owner ? task.node.parameters[0]?.name : undefined;
  if (self === undefined) return false;
  let found = false;
  for (const statement of task.node.body) {
    walkExpressions(statement, (node) => {
      if (found || node.kind !== "Call") return !found;
      const isGiven = [...node.arguments, ...node.keywords.map(({ value }) => value)].some(
        (value) => value.kind === "Name" && value.name === self,
      );
      if (isGiven) {
        const path = pathTo(task.module.file.tree, node);
        const callee = symbolAt(program, task.module, path, node.function);
        found =
          callee.kind === "function" || callee.kind === "class" ? mentionsRetry(callee.node.body) : true;
      }
      return !found;
    });
  }
  return found;
}

/** A function that leads to the call, or the module that makes it, has to do with a library that repeats calls. */
function isRetriedOnTheWay(
  { project: { program } }: RuleContext,
  { location, calls }: TaskWork["blocking"][number],
): boolean {
  const paths = new Set([location.path, ...calls.map(({ calleeLocation }) => calleeLocation.path)]);
  return [...paths].some((path) => {
    const module = program.moduleOfFile(path);
    return module?.file.tree.body.some((statement) =>
      statement.kind === "Import"
        ? statement.names.some(({ name }) => retryingLibraries.test(name))
        : statement.kind === "ImportFrom" &&
          statement.level === 0 &&
          (retryingLibraries.test(statement.module) ||
            statement.names.some(({ name }) => name === "HTTPAdapter" || name === "Retry")),
    );
  });
}

/** How often the task is repeated: a number, for ever, or undefined where that is not known. */
export function mostRetries(context: RuleContext, work: TaskWork): number | "unlimited" | undefined {
  const kwargs = optionValue(context, work, "retry_kwargs");
  const inKwargs = kwargs && mappingOf(kwargs)?.entries.get("max_retries");
  const value = inKwargs ?? optionValue(context, work, "max_retries");
  if (value === undefined) return 3;
  if (value.kind !== "known") return undefined;
  if (value.value === null) return "unlimited";
  return typeof value.value === "number" ? value.value : undefined;
}

/** Dotted names of the exceptions after which the task runs again by itself. */
export function retriedExceptions(context: RuleContext, work: TaskWork): readonly string[] {
  const value = optionValue(context, work, "autoretry_for");
  const elements = value ? (sequenceOf(value)?.elements ?? [value]) : [];
  return elements.flatMap((element) =>
    alternativesOf(element).flatMap((each) => {
      if (typeof each !== "object" || each === null || each.type !== "symbol") return [];
      if (each.symbol.kind === "external") return [each.symbol.name];
      return each.symbol.kind === "class" ? [each.symbol.id] : [];
    }),
  );
}
