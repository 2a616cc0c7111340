import type { ClassSymbol, FunctionSymbol, VariableSymbol } from "../../python/symbols.ts";
import type { Queryset } from "../../queryset/queryset.ts";
import type { ManagerValue, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import type { Interpreter } from "../interpreter.ts";
import { noArguments } from "./arguments.ts";
import { hasDecorator, isPropertyLike, valueOfVariable } from "./symbol-values.ts";

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
      noArguments,
      node,
      "property",
    );
  }
  if (hasDecorator(interpreter, symbol, "staticmethod")) return interpreter.functionValue(symbol, undefined);
  return interpreter.functionValue(symbol, receiver);
}

/** An attribute that a class body assigns: its value, or the result of the getter in `name = property(getter)`. */
export function readVariableMember(
  interpreter: Interpreter,
  symbol: VariableSymbol,
  holder: ClassSymbol,
  receiver: Value,
  node: Expression,
): Value {
  const getter = propertyGetter(interpreter, symbol, holder);
  if (!getter) return valueOfVariable(interpreter, symbol);
  const args = noArguments;
  return interpreter.callFunction(interpreter.functionValue(getter, receiver), args, node, "property");
}

function propertyGetter(
  interpreter: Interpreter,
  symbol: VariableSymbol,
  holder: ClassSymbol,
): FunctionSymbol | undefined {
  const [value] = symbol.values;
  if (symbol.values.length !== 1 || value?.kind !== "Call" || value.function.kind !== "Name")
    return undefined;
  if (value.function.name !== "property" && value.function.name !== "cached_property") return undefined;
  const getter = value.arguments[0] ?? value.keywords.find(({ name }) => name?.name === "fget")?.value;
  if (getter?.kind !== "Name") return undefined;
  const member = interpreter.program.lookupMember(holder, getter.name);
  return member.kind === "found" && member.symbol.kind === "function" ? member.symbol : undefined;
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
