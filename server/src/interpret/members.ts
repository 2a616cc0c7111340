import type { ClassSymbol, FunctionSymbol } from "../python/symbols.ts";
import type { Queryset } from "../queryset/queryset.ts";
import type { ManagerValue, Value } from "../queryset/value.ts";
import type { Expression } from "../syntax/ast.ts";
import type { Interpreter } from "./interpreter.ts";
import { hasDecorator, isPropertyLike } from "./symbol-values.ts";

/** A method of the class as an attribute of an object: bound, or called where it is a property. */
export function readFunctionMember(
  interpreter: Interpreter,
  symbol: FunctionSymbol,
  receiver: Value,
  node: Expression,
): Value {
  if (isPropertyLike(interpreter, symbol)) {
    return interpreter.callFunction(
      interpreter.functionValue(symbol, receiver),
      { positional: [], keywords: new Map(), open: false },
      node,
      "property",
    );
  }
  if (hasDecorator(interpreter, symbol, "staticmethod")) return interpreter.functionValue(symbol, undefined);
  return interpreter.functionValue(symbol, receiver);
}

/** Classes of the project whose methods a manager or queryset has, in the order in which they are asked. */
export function queryClasses(value: Queryset | ManagerValue): readonly ClassSymbol[] {
  const { declaration } = value;
  if (!declaration) return [];
  const classes: ClassSymbol[] = [];
  if (value.kind === "manager" && declaration.managerClass) classes.push(declaration.managerClass);
  if (declaration.querysetClass) classes.push(declaration.querysetClass);
  return classes;
}
