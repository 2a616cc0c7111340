/** Calls that hand work to a task queue. */
import { taskOf } from "../../django/tasks.ts";
import type { FunctionValue } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
import type { TaskStart } from "../facts.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";
import { recordBlocking } from "./blocking-calls.ts";

const startingMethods: ReadonlySet<string> = new Set<TaskStart["method"]>([
  "apply_async",
  "apply_async_on_commit",
  "delay",
  "delay_on_commit",
  "enqueue",
]);

function isStart(name: string): name is TaskStart["method"] {
  return startingMethods.has(name);
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

/** Notes a call of a method of a function, where the function is a task and the method starts it. */
export function recordTaskStart(
  interpreter: Interpreter,
  { symbol }: FunctionValue,
  method: string,
  { positional, keywords, open }: Arguments,
  node: Call,
): void {
  if (!symbol || !isStart(method) || !isWritten(node, method)) return;
  const declaration = taskOf(interpreter.program, symbol);
  if (!declaration) return;
  interpreter.visited.add(symbol.module.file.path);
  interpreter.record({
    ...interpreter.context(interpreter.location(node), []),
    kind: "taskStart",
    task: symbol,
    declaration,
    method,
    positional,
    keywords,
    open,
    node,
    statement: interpreter.state.frame.statement,
  });
}
