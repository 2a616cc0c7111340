/** Functions that another thread, process or queue runs although code names or calls them like any other. */
import { AnswersOf } from "../base/answers-of.ts";
import { remembered } from "../base/remembered.ts";
import { containsRange } from "../base/text-range.ts";
import type { PythonProgram } from "../python/program.ts";
import type { FunctionSymbol, Module } from "../python/symbols.ts";
import type { Call, Expression, FunctionDef, ModuleTree } from "../syntax/ast.ts";
import { type Node, walk } from "../syntax/walk.ts";

/** Names of methods whose arguments a task queue or another thread runs: what is handed to them does not run here. */
export const runsElsewhere: ReadonlySet<string> = new Set([
  "add_job",
  "add_task",
  "apply_async",
  "apply_async_on_commit",
  "defer",
  "delay",
  "delay_on_commit",
  "enqueue",
  "run_in_executor",
  "start_soon",
  "submit",
]);

const known = new AnswersOf<PythonProgram, WeakMap<FunctionSymbol, boolean>>();

/**
 * A call of the function only starts it: a queue's decorator makes that of each call, or a decorator of the project gives
 * the function to a thread.
 */
export function isStartedByCalls(program: PythonProgram, symbol: FunctionSymbol): boolean {
  if (symbol.node.decorators.length === 0) return false;
  const ofProgram = remembered(known, program, () => new WeakMap<FunctionSymbol, boolean>());
  return remembered(ofProgram, symbol, () =>
    symbol.node.decorators.some((decorator) => makesStart(program, symbol, decorator)),
  );
}

/** Tasks of these libraries are called as they are to be queued. */
const queueingDecorators =
  /^(?:huey\.contrib\.djhuey\.(?:db_)?(?:periodic_)?task|django_huey\.(?:db_)?(?:periodic_)?task|background_task\.(?:tasks\.)?background|uwsgidecorators\.(?:spool|spoolraw|mulefunc|thread))$/;

function makesStart(
  program: PythonProgram,
  { module, owner }: FunctionSymbol,
  decorator: Expression,
): boolean {
  const callee = decorator.kind === "Call" ? decorator.function : decorator;
  const resolved = program.resolveExpression(module, callee, owner);
  switch (resolved.kind) {
    case "external":
      return queueingDecorators.test(resolved.name);
    case "function":
      return handsOverItsFunction(resolved.node, decorator.kind === "Call");
    default:
      return callee.kind === "Attribute" && isHueyTask(program, module, callee.value, callee.attribute.name);
  }
}

/** `huey = RedisHuey(…)`, `@huey.task()` */
function isHueyTask(program: PythonProgram, module: Module, instance: Expression, method: string): boolean {
  if (!/^(?:periodic_)?task$/.test(method)) return false;
  const symbol = program.resolveExpression(module, instance);
  if (symbol.kind !== "variable") return false;
  return symbol.values.some((value) => {
    if (value.kind !== "Call") return false;
    const made = program.resolveExpression(symbol.module, value.function);
    return made.kind === "external" && made.name.startsWith("huey.");
  });
}

/** The decorator, or the one that it makes where it takes arguments, never calls the function itself. */
function handsOverItsFunction(decorator: FunctionDef, takesArguments: boolean): boolean {
  const inner = takesArguments
    ? decorator.body.find((statement): statement is FunctionDef => statement.kind === "FunctionDef")
    : undefined;
  const [parameter] = (inner ?? decorator).parameters;
  return parameter !== undefined && isOnlyHandedOver(inner ?? decorator, parameter.name);
}

/** Whether all that happens to a name in this code is that it is handed over. */
function isOnlyHandedOver(
  within: ModuleTree | FunctionDef,
  name: string,
  seen: readonly string[] = [],
): boolean {
  if (seen.includes(name)) return false;
  const handed = handedOver(within);
  const isInside = (node: Node): boolean => handed.some((each) => containsRange(each, node));
  let starts = false;
  let runs = false;
  const note = (isElsewhere: boolean): void => {
    if (isElsewhere) starts = true;
    else runs = true;
  };
  walk(within, (node) => {
    if (!("kind" in node)) return true;
    if (isNamed(node, name) && isInside(node)) note(true);
    // `def run(): function()` and `Thread(target=run)`
    else if (node.kind === "FunctionDef" && node.name.name !== name && calls(node, name)) {
      if (isOnlyHandedOver(within, node.name.name, [...seen, name])) {
        note(true);
        return false;
      }
    } else if (node.kind === "Call" && isNamed(node.function, name)) note(isInside(node));
    return true;
  });
  return starts && !runs;
}

/** The function by its name, or the method by that of the object. */
function isNamed(node: Node, name: string): boolean {
  if (!("kind" in node)) return false;
  return (
    (node.kind === "Name" && node.name === name) ||
    (node.kind === "Attribute" &&
      node.attribute.name === name &&
      node.value.kind === "Name" &&
      /^(?:self|cls)$/.test(node.value.name))
  );
}

function calls(within: FunctionDef, name: string): boolean {
  let found = false;
  walk(within, (node) => {
    found ||= "kind" in node && node.kind === "Call" && isNamed(node.function, name);
    return !found;
  });
  return found;
}

/** What threads, processes, pools and queues are given to run. */
function handedOver(within: ModuleTree | FunctionDef): readonly Expression[] {
  const handed: Expression[] = [];
  walk(within, (node) => {
    if ("kind" in node && node.kind === "Call") handed.push(...givenToOthers(node));
    return true;
  });
  return handed;
}

function givenToOthers({ function: callee, arguments: positional, keywords }: Call): readonly Expression[] {
  const name =
    callee.kind === "Attribute" ? callee.attribute.name : callee.kind === "Name" ? callee.name : "";
  const keyword = (key: string) =>
    keywords.filter((each) => each.name?.name === key).map(({ value }) => value);
  if (name === "Thread" || name === "Process") return [...positional.slice(1, 2), ...keyword("target")];
  if (name === "Timer") return [...positional.slice(1, 2), ...keyword("function")];
  // `start_new_thread(work, ())`, `async_task(work)`, `pool.submit(work)`
  const isStarting =
    name === "start_new_thread" ||
    name === "async_task" ||
    (runsElsewhere.has(name) && (callee.kind === "Attribute" || name === "enqueue"));
  return isStarting ? positional.slice(0, 2) : [];
}

const onlyHanded = new AnswersOf<PythonProgram, WeakMap<FunctionSymbol, boolean>>();

/** Its own module gives the function to a thread, a pool or a queue, and calls it nowhere. */
export function isGivenToThreads(program: PythonProgram, symbol: FunctionSymbol): boolean {
  const { tree, text } = symbol.module.file;
  if (!mayHandOver.test(text)) return false;
  const ofProgram = remembered(onlyHanded, program, () => new WeakMap<FunctionSymbol, boolean>());
  return remembered(ofProgram, symbol, () => isOnlyHandedOver(tree, symbol.name));
}

const mayHandOver =
  /\b(?:Thread|Timer|Process|start_new_thread|submit|run_in_executor|enqueue|async_task|add_job)\(/;
