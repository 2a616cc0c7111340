/** Functions that Django runs beside the code that leads there: receivers of signals, the `save()` of a model. */
import type { FunctionSymbol } from "../../python/symbols.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { BlockingCall } from "../facts.ts";
import { moduleFrame } from "../frames.ts";
import type { Arguments, Interpreter } from "../interpreter.ts";

/** What such a function does, whatever leads to it. */
export interface RunApart {
  /** What makes somebody wait. */
  readonly blocking: readonly BlockingCall[];
  /** Number of queries, writes and blocking calls. */
  readonly effects: number;
  readonly visited: ReadonlySet<string>;
}

/**
 * Interprets the function apart from the present root. Nothing of what is learnt here is known to the root, whose own
 * facts must not depend on it: a call that was remembered here would record none of its facts where the root makes it.
 */
export function runApart(
  interpreter: Interpreter,
  symbol: FunctionSymbol,
  receiver: Value | undefined,
  args: Arguments,
): RunApart {
  const { module, node } = symbol;
  const place: Expression = { kind: "InvalidExpression", start: node.start, end: node.start };
  const { callResults, effects } = interpreter;
  const [active, entered] = [[...interpreter.active], [...interpreter.entered]];
  interpreter.callResults = interpreter.sideEffects.callResults;
  interpreter.callResults.startRoot();
  interpreter.active.clear();
  let blocking: readonly BlockingCall[] = [];
  try {
    const { visited } = interpreter.outsideOfRoot(moduleFrame(module, module.name), () => {
      const callee = interpreter.functionValue(symbol, receiver);
      const value = interpreter.callFunction(callee, args, place, "framework");
      blocking = interpreter.recordedFacts().filter((fact) => fact.kind === "blocking");
      return value;
    });
    return { blocking, effects: interpreter.effects - effects, visited };
  } finally {
    interpreter.callResults = callResults;
    interpreter.effects = effects;
    refill(interpreter.active, active);
    refill(interpreter.entered, entered);
  }
}

function refill<Item>(set: Set<Item>, items: readonly Item[]): void {
  set.clear();
  for (const item of items) set.add(item);
}
