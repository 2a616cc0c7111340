/** `for` and `while` */
import { unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression, For, While } from "../../syntax/ast.ts";
import { forgetWhatChanges, truthOf } from "../conditions/truth.ts";
import type { Completion, Interpreter } from "../interpreter.ts";
import { collectionOf } from "../make-values.ts";
import { inBranch, joinBindings, noBindings } from "./environment.ts";
import { removeEntries } from "./key-sets.ts";
import { endsInFirstRound } from "./last-rounds.ts";
import { type WhileIteration, whileIteration } from "./while-iterations.ts";

export function executeFor(interpreter: Interpreter, statement: For): Completion {
  const { scope } = interpreter.state.frame;
  const iterable = interpreter.evaluate(statement.iterable);
  if (removeEntries(interpreter, statement, iterable)) return interpreter.execute(statement.orElse);
  const header = { start: statement.target.start, end: statement.iterable.end };
  const once = endsInFirstRound(statement);
  const { bindings } = inBranch(scope, () =>
    interpreter.inLoop(
      iterable,
      statement,
      header,
      (element) => {
        forgetWhatChanges(scope, statement);
        interpreter.assign(statement.target, element);
        interpreter.execute(statement.body);
      },
      { once },
    ),
  );
  joinBindings(scope, noBindings, bindings);
  return interpreter.execute(statement.orElse);
}

export function executeWhile(interpreter: Interpreter, statement: While): Completion {
  const { state } = interpreter;
  const { scope } = state.frame;
  const iteration = whileIteration(statement);
  if (iteration?.kind !== "elements" && iteration?.kind !== "lines") {
    const test = interpreter.evaluate(statement.test);
    interpreter.bool(test, statement.test);
    if (truthOf(interpreter, test) === false) return interpreter.execute(statement.orElse);
  }
  const { result, bindings } = inBranch(scope, (): Completion => {
    const elements = iteration && elementsOf(interpreter, iteration);
    forgetWhatChanges(scope, statement);
    // How often other `while` loops run is not known, and nothing tells that their values are rows: queries in them
    // belong to batches, attempts and walks along a tree far more often than to an iteration over rows.
    if (!iteration || !elements) {
      state.whiles.push(interpreter.nextLoop());
      const completion = interpreter.execute(statement.body);
      state.whiles.pop();
      return completion;
    }
    interpreter.inLoop(elements, statement, statement.test, (element) => {
      if (iteration.kind === "drained")
        interpreter.assign(iteration.list, collectionOf(element, { kind: "unknown" }));
      else if (iteration.kind !== "counted" && iteration.target)
        interpreter.assign(iteration.target, element);
      interpreter.execute(statement.body);
    });
    return "normal";
  });
  joinBindings(scope, noBindings, bindings);
  if (result === "return" && isAlwaysTrue(statement.test)) return "return";
  return interpreter.execute(statement.orElse);
}

/** What a `for` in its place would run over; undefined where the code says how often, as for attempts. */
function elementsOf(interpreter: Interpreter, iteration: WhileIteration): Value | undefined {
  switch (iteration.kind) {
    case "elements":
      return interpreter.evaluate(iteration.source);
    case "lines":
      return unknown;
    case "drained": {
      const list = interpreter.evaluate(iteration.list);
      return list.kind === "collection" || list.kind === "unknown" ? list : undefined;
    }
    case "counted":
      return interpreter.evaluate(iteration.bound).kind === "unknown" ? unknown : undefined;
  }
}

function isAlwaysTrue(test: Expression): boolean {
  return (
    (test.kind === "ConstantLiteral" && test.value === "True") ||
    (test.kind === "NumberLiteral" && test.value !== 0)
  );
}
