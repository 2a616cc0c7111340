import { groupBy } from "../../base/group-by.ts";
import type { BlockingCall } from "../../interpret/facts.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { Module } from "../../python/symbols.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { classOf } from "../confidence.ts";
import type { Finding } from "../finding.ts";
import { findingBase, placeKey, stepsTo } from "../finding-parts.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import { factsOfKind, type RuleContext } from "../rule-context.ts";
import { functionAround } from "../writes/syntax-queries.ts";
import { isInBlockOf } from "./block-around.ts";
import { knownParts, testsAround } from "./tests-around.ts";

export const blockingOnTaskResult: FactRule = {
  kind: "facts",
  code: "QS904",
  name: "blocking-on-task-result",
  summary: "A request or a task waits for the result of another task",
  level: "error",
  fix: "none",
  stage: 2,
  run(context) {
    const waits = factsOfKind(context.facts, "blocking").filter(
      ({ operation }) => operation === "taskResult",
    );
    return [...groupBy(waits, ({ location }) => placeKey(location)).values()].flatMap((facts) => {
      const wait =
        shortest(facts.filter(({ root }) => root.context === "task")) ??
        shortest(facts.filter(({ root }) => root.context === "request" || root.context === "admin"));
      const module = wait && context.project.program.moduleOfFile(wait.location.path);
      return wait && module?.firstParty && isWaiting(context, module, wait) ? [findingOf(context, wait)] : [];
    });
  },
};

function shortest(facts: readonly BlockingCall[]): BlockingCall | undefined {
  return [...facts].sort((first, second) => first.calls.length - second.calls.length)[0];
}

/** Neither is it asked before whether the result is there, nor does the code say that it knows what it does. */
function isWaiting({ project: { program } }: RuleContext, module: Module, wait: BlockingCall): boolean {
  const { node, root } = wait;
  if (wait.wait === 0) return false;
  if (isInBlockOf(program, module, node, "celery.result.allow_join_result")) return false;
  const isMeant = node.keywords.some(({ name }) => name?.name === "disable_sync_subtasks");
  if (isMeant && root.context === "task") return false;
  return !isKnownToBeThere(module, wait) && !isInEagerMode(program, wait);
}

/** `if settings.CELERY_TASK_ALWAYS_EAGER:`, here or on the way: the task has run already where it was started. */
function isInEagerMode(program: PythonProgram, { location, calls }: BlockingCall): boolean {
  return [location, ...calls.map((call) => call.location)].some(({ path, range }) => {
    const tree = program.moduleOfFile(path)?.file.tree;
    return (
      tree !== undefined &&
      testsAround(tree, range)
        .flatMap(knownParts)
        .some(
          ({ test, holds }) => holds && test.kind === "Attribute" && eagerSetting.test(test.attribute.name),
        )
    );
  });
}

const eagerSetting = /^(?:CELERY_(?:TASK_)?ALWAYS_EAGER|task_always_eager)$/;

const asksWhetherDone: ReadonlySet<string> = new Set(["failed", "ready", "state", "status", "successful"]);

/** `if result.ready():` somewhere before it in the same function. */
function isKnownToBeThere({ file: { text, tree } }: Module, { node }: BlockingCall): boolean {
  const around = functionAround(tree, node);
  const callee = node.function;
  if (!around || callee.kind !== "Attribute") return false;
  const receiver = text.slice(callee.value.start, callee.value.end);
  let asked = false;
  walkExpressions(around, (each) => {
    asked ||=
      each.kind === "Attribute" &&
      each.start < node.start &&
      asksWhetherDone.has(each.attribute.name) &&
      text.slice(each.value.start, each.value.end) === receiver;
    return !asked;
  });
  return asked;
}

const ordinaryCalls = 2;
const furtherCall = 0.95;

function findingOf(context: RuleContext, wait: BlockingCall): Finding {
  const { location, symbol, root, node, calls } = wait;
  const isInTask = root.context === "task";
  const method = node.function.kind === "Attribute" ? node.function.attribute.name : "get";
  const name = root.symbol.split(".").at(-1);
  const via =
    calls.length > 0
      ? ` through ${calls.map(({ callee }) => `${callee.split(".").at(-1)}()`).join(" and ")}`
      : "";
  return {
    ...findingBase(blockingOnTaskResult),
    remedy: "blocking-call",
    level: levelInRoots(context, isInTask ? blockingOnTaskResult.level : "warning", [wait]),
    confidence: classOf(0.96 * furtherCall ** Math.max(0, calls.length - ordinaryCalls)),
    message: isInTask
      ? `"${method}()" waits for a task inside of the task ${name}()${via}: Celery raises RuntimeError, since workers that wait for workers end in a deadlock.`
      : `"${method}()" waits for a task in the request of ${name}()${via}: the response takes as long as the queue and the task together.`,
    help: isInTask
      ? "Start what needs the result with a chain, a chord or link=."
      : "Answer at once, and let the client ask for the result by the id of the task; or do the work without a task.",
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [
      { message: isInTask ? `Task: ${root.symbol}` : `Request: ${root.symbol}`, location: root.location },
      ...stepsTo({ ...wait, loops: [] }),
      { message: "Waits for the result of a task", location },
    ],
  };
}
