/** Libraries that pass to a function of the project what its parameters ask for by name. */
import { callAt } from "../interpret/declarations.ts";
import type { Interpreter } from "../interpret/interpreter.ts";
import type { FunctionValue, PlainObject, Value } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";

/** Calls the method of this name that the project's class has. Undefined where it has none. */
export function callMethodByNames(
  interpreter: Interpreter,
  object: PlainObject,
  name: string,
  named: ReadonlyMap<string, Value>,
  node: Expression,
): Value | undefined {
  const member = interpreter.program.lookupMember(object.symbol, name);
  if (member.kind !== "found" || member.symbol.kind !== "function") return undefined;
  return callNamed(interpreter, interpreter.functionValue(member.symbol, object), [], named, node);
}

export function callNamed(
  interpreter: Interpreter,
  callee: FunctionValue,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
  node: Expression,
): Value {
  const takesAll = callee.node.parameters.some(({ form }) => form === "doubleStarred");
  const keywords = takesAll
    ? named
    : new Map(
        [...named].filter(([name]) => callee.node.parameters.some((parameter) => parameter.name === name)),
      );
  const place = callAt(node, callee.symbol?.name ?? "");
  return interpreter.callFunction(callee, { positional, keywords, open: true }, place, "rowMember");
}
