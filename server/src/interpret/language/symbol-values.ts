/** Values of names that are bound outside of the function being interpreted. */
import { unreachable } from "../../base/invariant.ts";
import { remembered } from "../../base/remembered.ts";
import type { FunctionSymbol, PythonSymbol, VariableSymbol } from "../../python/symbols.ts";
import { join, unknown } from "../../queryset/join.ts";
import type { ExternalValue, Value } from "../../queryset/value.ts";
import type { Expression } from "../../syntax/ast.ts";
import { walkExpressions } from "../../syntax/walk.ts";
import { moduleFrame } from "../frames.ts";
import type { Frame, Interpreter } from "../interpreter.ts";
import { valueOfAnnotation } from "./annotations.ts";
import { bind } from "./environment.ts";

const maximumAssignments = 4;

export function valueOfSymbol(interpreter: Interpreter, symbol: PythonSymbol): Value {
  if (symbol.kind === "variable") return valueOfVariable(interpreter, symbol);
  let value = interpreter.symbolValues.get(symbol);
  if (!value) {
    value = lastingValue(interpreter, symbol);
    interpreter.symbolValues.set(symbol, value);
  }
  return value;
}

function lastingValue(
  interpreter: Interpreter,
  symbol: Exclude<PythonSymbol, { readonly kind: "variable" }>,
): Value {
  switch (symbol.kind) {
    case "class":
      return interpreter.valueOfClass(symbol);
    case "function":
      return interpreter.functionValue(symbol, undefined);
    case "module":
      return { kind: "module", module: symbol.module };
    case "external":
      return valueOfExternal(interpreter, symbol.name);
    case "unknown":
      return unknown;
    default:
      return unreachable(symbol);
  }
}

/** `settings.DEBUG`, `timezone.now` */
export function attributeOfExternal(interpreter: Interpreter, holder: ExternalValue, name: string): Value {
  let known = interpreter.externalAttributes.get(holder);
  if (!known) {
    known = new Map();
    interpreter.externalAttributes.set(holder, known);
  }
  let value = known.get(name);
  if (!value) {
    value = valueOfExternal(interpreter, `${holder.name}.${name}`);
    known.set(name, value);
  }
  return value;
}

function valueOfExternal(interpreter: Interpreter, name: string): Value {
  const model = interpreter.models.modelOfExternal(name);
  return model ? { kind: "class", symbol: model.symbol, model } : { kind: "external", name };
}

/** The join of what is assigned to a module's or class's name. A name assigned again and again is unknown. */
export function valueOfVariable(interpreter: Interpreter, symbol: VariableSymbol): Value {
  const cached = interpreter.variables.get(symbol);
  if (cached) {
    for (const path of cached.visited) interpreter.visited.add(path);
    return cached.value;
  }
  // Seen again while its own value is being computed.
  interpreter.variables.set(symbol, { value: unknown, visited: new Set() });
  const result = evaluateVariable(interpreter, symbol);
  interpreter.variables.set(symbol, result);
  return result.value;
}

function evaluateVariable(
  interpreter: Interpreter,
  symbol: VariableSymbol,
): ReturnType<Interpreter["outsideOfRoot"]> {
  const name = symbol.owner ? `${symbol.module.name}.${symbol.owner.qualifiedName}` : symbol.module.name;
  const frame: Frame = { ...moduleFrame(symbol.module, name), owner: symbol.owner };
  return interpreter.outsideOfRoot(frame, () => {
    if (symbol.values.length > maximumAssignments) return unknown;
    if (symbol.values.length === 0) {
      return symbol.annotation ? valueOfAnnotation(interpreter, symbol.module, symbol.annotation) : unknown;
    }
    for (const value of symbol.values) bindClassNames(interpreter, frame, symbol, value);
    const [first, ...rest] = symbol.values.map((value) => interpreter.evaluate(value));
    return first === undefined ? unknown : rest.reduce<Value>(join, first);
  });
}

/** What other statements of the class body bind: `queryset = Course.objects.prefetch_related(runs_prefetch)`. */
function bindClassNames(
  interpreter: Interpreter,
  { scope }: Frame,
  { owner, name: ownName }: VariableSymbol,
  value: Expression,
): void {
  if (!owner) return;
  const members = interpreter.program.members(owner);
  walkExpressions(value, (node) => {
    if (node.kind === "Name" && node.name !== ownName && !scope.names.has(node.name)) {
      const member = members.get(node.name);
      if (member) bind(scope, node.name, valueOfSymbol(interpreter, member));
    }
    return true;
  });
}

/** `@property`, `@cached_property` and their relatives: reading the attribute calls the function. */
export function isPropertyLike(interpreter: Interpreter, symbol: FunctionSymbol): boolean {
  for (const name of decoratorNames(interpreter, symbol)) if (propertyDecorators.has(name)) return true;
  return false;
}

/** @param name the dotted name of the decorator, or its last part */
export function hasDecorator(interpreter: Interpreter, symbol: FunctionSymbol, name: string): boolean {
  return decoratorNames(interpreter, symbol).has(name);
}

function decoratorNames(interpreter: Interpreter, symbol: FunctionSymbol): ReadonlySet<string> {
  const { decorators } = symbol.node;
  if (decorators.length === 0) return noDecorators;
  return remembered(interpreter.decorators, symbol, () => {
    const names = decorators.flatMap(
      (decorator) =>
        decoratorName(interpreter, symbol, decorator.kind === "Call" ? decorator.function : decorator) ?? [],
    );
    return new Set(names.flatMap((name) => [name, name.slice(name.lastIndexOf(".") + 1)]));
  });
}

const noDecorators: ReadonlySet<string> = new Set();

const propertyDecorators: ReadonlySet<string> = new Set([
  "property",
  "cached_property",
  "threaded_cached_property",
  "cached_property_with_ttl",
  "abstractproperty",
  "hybrid_property",
]);

function decoratorName(
  interpreter: Interpreter,
  symbol: FunctionSymbol,
  decorator: FunctionSymbol["node"]["decorators"][number],
): string | undefined {
  const resolved = interpreter.program.resolveExpression(symbol.module, decorator, symbol.owner);
  if (resolved.kind === "external") return resolved.name;
  if (resolved.kind === "function" || resolved.kind === "class") return resolved.name;
  return decorator.kind === "Name"
    ? decorator.name
    : decorator.kind === "Attribute"
      ? decorator.attribute.name
      : undefined;
}
