/** What runs in an event loop, where Django raises `SynchronousOnlyOperation` instead of sending a query. */
import type { Model } from "../../django/model-graph.ts";
import { noLoops } from "../../queryset/loop-set.ts";
import { isAsynchronousName } from "../../queryset/operations.ts";
import type { FunctionValue, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { CallFrame, RelationRead } from "../facts.ts";
import type { Frame, Interpreter } from "../interpreter.ts";
import type { InterpreterState } from "../state.ts";

/** A function that is called may have been handed to a thread; what an attribute or a text runs, runs right there. */
export function isInCoroutine({ node }: FunctionValue, caller: Frame, via: CallFrame["via"]): boolean {
  if (node.kind === "FunctionDef" && node.async) return true;
  return caller.coroutine && (via === "property" || via === "str");
}

/** `async for` or an awaited call: what `evaluate` sends does not block the event loop. */
export function asynchronously(state: InterpreterState, evaluate: () => Value): Value {
  const { asynchronous } = state;
  state.asynchronous = true;
  const value = evaluate();
  state.asynchronous = asynchronous;
  return value;
}

/** Notes a query that Django refuses to send from here. */
export function recordCoroutineQuery(
  interpreter: Interpreter,
  model: Model,
  node: Expression,
  read?: RelationRead,
): void {
  const { state } = interpreter;
  // What `Task.objects.acount()` gives is awaited elsewhere, with others.
  if (!state.frame.coroutine || state.asynchronous || isAsynchronousCall(node)) return;
  interpreter.record({
    kind: "coroutineQuery",
    model,
    node,
    text: interpreter.text(node),
    read,
    ...interpreter.context(interpreter.location(node), noLoops),
  });
}

function isAsynchronousCall(node: Expression): boolean {
  return (
    node.kind === "Call" &&
    node.function.kind === "Attribute" &&
    isAsynchronousName(node.function.attribute.name)
  );
}
