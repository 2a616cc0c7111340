/** What runs in an event loop, where Django raises `SynchronousOnlyOperation` instead of sending a query. */
import type { FunctionValue, Value } from "../../queryset/value.ts";
import type { CallFrame } from "../facts.ts";
import type { Frame } from "../interpreter.ts";
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
