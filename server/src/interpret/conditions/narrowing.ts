import { alternativesOf, joinAll, unknown } from "../../queryset/join.ts";
import type { Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import type { Interpreter } from "../interpreter.ts";
import { bind } from "../language/environment.ts";
import { isInstance } from "./type-tests.ts";

/** What a condition tells about the names it tests, once it is known to hold or not to hold. */
export function narrow(interpreter: Interpreter, test: Expression, holds: boolean): void {
  switch (test.kind) {
    case "UnaryOperation":
      if (test.operator === "not") narrow(interpreter, test.operand, !holds);
      return;
    case "BooleanOperation":
      if ((test.operator === "and") === holds) {
        for (const value of test.values) narrow(interpreter, value, holds);
      }
      return;
    case "Name":
      removeNone(interpreter, test, holds);
      return;
    case "Comparison": {
      const [operator] = test.operators;
      const [other] = test.comparators;
      if (test.operators.length === 1 && isNoneLiteral(other)) {
        if (operator === "is" || operator === "is not")
          removeNone(interpreter, test.left, (operator === "is not") === holds);
      }
      return;
    }
    case "Call":
      narrowToClass(interpreter, test, holds);
      return;
    default:
      return;
  }
}

function removeNone(interpreter: Interpreter, node: Expression, isSomething: boolean): void {
  if (node.kind !== "Name" || !isSomething) return;
  const { names } = interpreter.state.frame.scope;
  const value = names.get(node.name);
  if (value?.kind !== "union") return;
  const something = alternativesOf(value).filter((item) => !(item.kind === "literal" && item.value === null));
  bind(interpreter.state.frame.scope, node.name, joinAll(something));
}

/** `isinstance(x, Task)` keeps the alternatives that can be one, and where it does not hold, those that need not be one. */
function narrowToClass(interpreter: Interpreter, test: Expression, holds: boolean): void {
  if (test.kind !== "Call" || test.function.kind !== "Name" || test.function.name !== "isinstance") return;
  const [subject, type] = test.arguments;
  if (subject?.kind !== "Name" || !type) return;
  const { names } = interpreter.state.frame.scope;
  const value = names.get(subject.name);
  const target = interpreter.evaluate(type);
  if (holds && value && isBuiltinClass(target) && isRowOrQueryset(value)) {
    bind(interpreter.state.frame.scope, subject.name, unknown);
    return;
  }
  if (value?.kind !== "union") return;
  const kept = value.alternatives.filter((item) => remains(interpreter, item, target, holds));
  if (kept.length > 0) bind(interpreter.state.frame.scope, subject.name, joinAll(kept));
}

function remains(interpreter: Interpreter, item: Value, target: Value, holds: boolean): boolean {
  if (!holds || target.kind !== "class" || item.kind === "queryset")
    return isInstance(interpreter, item, target) !== !holds;
  return target.model
    ? item.kind === "instance" && item.model === target.model
    : item.kind === "object" && item.symbol === target.symbol;
}

/** `dict`, `list`, `(str, int)`: classes of Python's own. */
function isBuiltinClass(target: Value): boolean {
  if (target.kind === "collection") return target.items?.every(isBuiltinClass) === true;
  return (
    target.kind === "external" && target.name.startsWith("builtins.") && target.name !== "builtins.object"
  );
}

function isRowOrQueryset(value: Value): boolean {
  return value.kind === "queryset" || value.kind === "manager" || value.kind === "instance";
}
