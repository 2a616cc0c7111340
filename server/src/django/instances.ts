/** Objects of the project's own classes, as settings use them to read a configuration. */

import type { ClassSymbol, FunctionSymbol } from "../python/symbols.ts";
import type { Call } from "../syntax/ast.ts";
import { assignsAttribute } from "../syntax/attribute-assignments.ts";
import type { Evaluator } from "./evaluation.ts";
import { bindParameters } from "./parameters.ts";
import { type CallValue, known, type Scope, type StaticValue } from "./static-value.ts";

/** `config.get("database", "name")` of `config = Configuration(parser)`; undefined where it is no such call. */
export function methodOfInstance(evaluator: Evaluator, call: Call, scope: Scope): StaticValue | undefined {
  const { execution } = evaluator.context;
  if (call.function.kind !== "Attribute" || !execution) return undefined;
  const instance = instanceOf(evaluator.evaluate(call.function.value, scope));
  const symbol = instance && classOf(evaluator, instance);
  const method = symbol && methodNamed(evaluator, symbol, call.function.attribute.name);
  if (!instance || !method || method.node.decorators.length > 0) return undefined;
  const [self, ...parameters] = method.node.parameters;
  if (!self) return undefined;
  const bindings = bindParameters(evaluator, method.module, parameters, call, scope);
  return execution.call(method, new Map([...bindings, [self.name, known(instance)]]));
}

/** `self.parser`, where `__init__` sets it to something once and does not ask anything first. */
export function attributeOfInstance(
  evaluator: Evaluator,
  instance: CallValue,
  name: string,
): StaticValue | undefined {
  const symbol = evaluator.context.execution && classOf(evaluator, instance);
  const initializer = symbol && methodNamed(evaluator, symbol, "__init__");
  const [self, ...parameters] = initializer?.node.parameters ?? [];
  if (!initializer || !self) return undefined;
  const assigned = initializer.node.body.filter((statement) => assignsAttribute(statement, self.name, name));
  const [only, ...others] = assigned;
  if (only?.kind !== "Assign" || others.length > 0) return undefined;
  const { expression, scope } = instance;
  const bindings = bindParameters(evaluator, initializer.module, parameters, expression, scope);
  return evaluator.evaluate(only.value, { module: initializer.module, owner: undefined, bindings });
}

function instanceOf(value: StaticValue): CallValue | undefined {
  const held = value.kind === "known" ? value.value : undefined;
  return typeof held === "object" && held?.type === "call" ? held : undefined;
}

function classOf(evaluator: Evaluator, { expression, scope }: CallValue): ClassSymbol | undefined {
  const symbol = evaluator.symbol(expression.function, scope);
  return symbol.kind === "class" && symbol.module.firstParty ? symbol : undefined;
}

function methodNamed(evaluator: Evaluator, symbol: ClassSymbol, name: string): FunctionSymbol | undefined {
  const found = evaluator.context.program.lookupMember(symbol, name);
  return found.kind === "found" && found.symbol.kind === "function" ? found.symbol : undefined;
}
