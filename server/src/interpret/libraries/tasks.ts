/** Calls that hand work to a task queue, and the objects that stand for it. */
import { type DeclaredTask, taskOf, taskOfClass } from "../../django/tasks.ts";
import { unknown, unknownVarying } from "../../queryset/join.ts";
import type { FunctionValue, PlainObject, QueueObject, Unknown, Value } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { LibraryFunction } from "../consumer.ts";
import type { SignatureMethod, StartingMethod, TaskMethod } from "../facts.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { variesOfArguments } from "../language/functions.ts";
import { recordBlocking } from "./blocking-calls.ts";

const startingMethods: ReadonlySet<string> = new Set<StartingMethod>([
  "aenqueue",
  "apply_async",
  "apply_async_on_commit",
  "delay",
  "delay_on_commit",
  "enqueue",
]);

const signatureMethods: ReadonlySet<string> = new Set<SignatureMethod>(["s", "si", "signature"]);

function isTaskMethod(name: string): name is TaskMethod {
  return startingMethods.has(name) || signatureMethods.has(name);
}

/** `on_commit(task.delay)` calls the method, too, but later. */
function isWritten({ function: callee }: Call, method: string): boolean {
  return callee.kind === "Attribute" && callee.attribute.name === method;
}

/** `task(…)`, `task.run(…)`, `task.apply(…)`: the caller waits until it is done. */
const runningMethods: ReadonlySet<string> = new Set(["apply", "call", "run"]);

/** Notes a call of a function that is a task, or of a method of it that runs it at once. */
export function recordTaskRun(
  interpreter: Interpreter,
  { symbol }: FunctionValue,
  method: string | undefined,
  node: Call,
): void {
  if (!symbol || symbol.node.decorators.length === 0) return;
  if (method !== undefined && !(runningMethods.has(method) && isWritten(node, method))) return;
  if (!taskOf(interpreter.program, symbol)) return;
  interpreter.visited.add(symbol.module.file.path);
  recordBlocking(interpreter, node, {
    operation: "task",
    library: `${symbol.module.name}.${symbol.qualifiedName}`,
    wait: "unknown",
  });
}

/** Notes a call of a method of a task, which is a function or an object of a class, where it is handed to the queue. */
export function recordTaskStart(
  interpreter: Interpreter,
  receiver: FunctionValue | PlainObject,
  method: string,
  { positional, keywords, open }: Arguments,
  node: Call,
): void {
  if (!isTaskMethod(method) || !isWritten(node, method)) return;
  const declared = declaredTask(interpreter, receiver);
  if (!declared) return;
  interpreter.visited.add(declared.task.module.file.path);
  interpreter.record({
    kind: "taskStart",
    ...declared,
    method,
    positional,
    keywords,
    open,
    node,
    statement: interpreter.state.frame.statement,
    ...interpreter.context(
      interpreter.location(node),
      interpreter.state.loops.map(({ id }) => id),
    ),
  });
}

function declaredTask(
  { program }: Interpreter,
  receiver: FunctionValue | PlainObject,
): DeclaredTask | undefined {
  if (receiver.kind === "object") return taskOfClass(program, receiver.symbol);
  const { symbol } = receiver;
  const declaration = symbol && taskOf(program, symbol);
  return symbol && declaration && { task: symbol, declaration };
}

/** `app.register_task(SendInvoice())` gives the task back, or makes it of the class. */
export function registeredTask(
  interpreter: Interpreter,
  { positional: [given] }: Arguments,
): Value | undefined {
  const symbol = given?.kind === "object" || given?.kind === "class" ? given.symbol : undefined;
  if (!given || !symbol || !taskOfClass(interpreter.program, symbol)) return undefined;
  return given.kind === "object" ? given : interpreter.newObject(symbol);
}

/** What a method of a task gives; undefined for one that says nothing about its result. */
export function resultOfTaskMethod(
  interpreter: Interpreter,
  receiver: FunctionValue | PlainObject,
  method: string,
): QueueObject | undefined {
  const queued = methodResults.get(method);
  if (!queued) return undefined;
  return declaredTask(interpreter, receiver)?.declaration.library === "celery" ? queued : undefined;
}

const methodResults: ReadonlyMap<string, QueueObject> = new Map([
  ["AsyncResult", "result"],
  ["apply_async", "result"],
  ["chunks", "canvas"],
  ["delay", "result"],
  ["map", "canvas"],
  ["s", "signature"],
  ["si", "signature"],
  ["signature", "signature"],
  ["starmap", "canvas"],
]);

/** What a method of such an object gives, where that is one as well. */
export function resultOfQueueObject(
  queued: QueueObject | undefined,
  method: string,
): QueueObject | undefined {
  if (queued === undefined || queued === "result") return undefined;
  if (method === "apply_async" || method === "delay") return "result";
  return /^(?:clone|on_error|set|si?)$/.test(method) ? queued : undefined;
}

const waitingMethods: ReadonlySet<string> = new Set(["get", "join", "join_native", "wait"]);

/** Notes a call of a method that gives the result of a task as soon as there is one. */
export function recordTaskResult(
  interpreter: Interpreter,
  queued: QueueObject | undefined,
  method: string,
  { keywords, positional: [first] }: Arguments,
  node: Call,
): void {
  if (queued !== "result" || !waitingMethods.has(method)) return;
  const timeout = keywords.get("timeout") ?? first;
  const seconds =
    timeout?.kind === "literal" && typeof timeout.value === "number" ? timeout.value : undefined;
  recordBlocking(interpreter, node, {
    operation: "taskResult",
    library: `celery.result.AsyncResult().${method}`,
    wait: seconds ?? (timeout ? "limited" : "forever"),
  });
}

/** `group(…)()` */
export function resultOfQueueCall({ queued }: Unknown): QueueObject | undefined {
  return queued === "canvas" ? "result" : undefined;
}

/** `load.s(1) | store.s()`: a chain. */
export function isChain(operator: string, left: Value, right: Value): boolean {
  const isQueued = (value: Value): boolean =>
    value.kind === "unknown" && (value.queued === "canvas" || value.queued === "signature");
  return operator === "|" && (isQueued(left) || isQueued(right));
}

/** The value with what it is to the queue. Values that are known otherwise stay what they are. */
export function asQueueObject(value: Value, queued: QueueObject | undefined): Value {
  return queued && value.kind === "unknown" ? { kind: "unknown", varies: value.varies, queued } : value;
}

const makes =
  (queued: QueueObject): LibraryFunction =>
  (_interpreter, args) =>
    asQueueObject(unknownVarying(variesOfArguments(args)), queued);

export const taskFunctions: Readonly<Record<string, LibraryFunction>> = {
  "celery.result.AsyncResult": makes("result"),
  "celery.result.GroupResult": makes("result"),
  "celery.result.GroupResult.restore": makes("result"),
  "celery.result.ResultSet": makes("result"),
  "celery.current_app.register_task": (interpreter, args) => registeredTask(interpreter, args) ?? unknown,
  "celery.current_app.AsyncResult": makes("result"),
  "celery.current_app.GroupResult.restore": makes("result"),
  "celery.current_app.send_task": makes("result"),
  "celery.execute.send_task": makes("result"),
  ...Object.fromEntries(
    ["celery", "celery.canvas"].flatMap((module) => [
      ...["chain", "chord", "group"].map((name) => [`${module}.${name}`, makes("canvas")] as const),
      [`${module}.signature`, makes("signature")] as const,
    ]),
  ),
};
