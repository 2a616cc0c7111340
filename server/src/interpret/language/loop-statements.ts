/** `for` and `while` */
import type { Expression, For, While } from "../../syntax/ast.ts";
import { forgetWhatChanges, truthOf } from "../conditions/truth.ts";
import type { Completion, Interpreter } from "../interpreter.ts";
import { inBranch, joinBindings, noBindings } from "./environment.ts";
import { removeEntries } from "./key-sets.ts";
import { endsInFirstRound } from "./last-rounds.ts";

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
  const iterator = nextCall(statement.test);
  if (!iterator) {
    const test = interpreter.evaluate(statement.test);
    interpreter.bool(test, statement.test);
    if (truthOf(interpreter, test) === false) return interpreter.execute(statement.orElse);
  }
  const { result, bindings } = inBranch(scope, (): Completion => {
    forgetWhatChanges(scope, statement);
    // How often a `while` runs is not known, and nothing tells that its values are rows: queries in it belong to
    // batches, attempts and walks along a tree far more often than to an iteration over rows.
    if (!iterator) {
      state.whiles.push(interpreter.nextLoop());
      const completion = interpreter.execute(statement.body);
      state.whiles.pop();
      return completion;
    }
    // `while (task := next(tasks, None)) is not None` runs over rows like a `for`.
    interpreter.inLoop(interpreter.evaluate(iterator.source), statement, statement.test, (element) => {
      if (iterator.target) interpreter.assign(iterator.target, element);
      interpreter.execute(statement.body);
    });
    return "normal";
  });
  joinBindings(scope, noBindings, bindings);
  if (result === "return" && isAlwaysTrue(statement.test)) return "return";
  return interpreter.execute(statement.orElse);
}

/** `next(rows)` in a condition, and the name that takes its result. */
function nextCall(
  test: Expression,
): { readonly source: Expression; readonly target: Expression | undefined } | undefined {
  switch (test.kind) {
    case "Call": {
      const [source] = test.arguments;
      return test.function.kind === "Name" && test.function.name === "next" && source
        ? { source, target: undefined }
        : undefined;
    }
    case "NamedExpression": {
      const call = nextCall(test.value);
      return call && { ...call, target: test.target };
    }
    case "Comparison":
      return nextCall(test.left);
    default:
      return undefined;
  }
}

function isAlwaysTrue(test: Expression): boolean {
  return (
    (test.kind === "ConstantLiteral" && test.value === "True") ||
    (test.kind === "NumberLiteral" && test.value !== 0)
  );
}
