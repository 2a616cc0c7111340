/**
 * The arguments with which a Django object is made, followed through the constructors and helper functions that the
 * project puts in between: `class OwnerField(ForeignKey)` whose `__init__` fixes `to=` and `null=`.
 */

import type { ClassSymbol, Module } from "../python/symbols.ts";
import type { Call, Expression, FunctionDef, Statement } from "../syntax/ast.ts";
import type { Evaluator } from "./evaluation.ts";
import {
  known,
  mappingOf,
  type Scope,
  type StaticValue,
  sequenceOf,
  stringOf,
  unknownValue,
} from "./static-value.ts";

/** Evaluated only when somebody asks: most arguments (labels, help texts) are never read. */
export type ArgumentValue = () => StaticValue;

export interface Arguments {
  readonly positional: readonly ArgumentValue[];
  readonly named: ReadonlyMap<string, ArgumentValue>;
  /** True when more may be passed than is known (`**options`). */
  readonly open: boolean;
}

export function argumentsOfCall(evaluator: Evaluator, call: Call, scope: Scope): Arguments {
  return collectArguments(evaluator, call, scope, undefined);
}

/** The value passed for a parameter, by name or by position; undefined where it is not passed. */
export function argumentNamed(
  args: Arguments,
  parameters: readonly string[],
  name: string,
): StaticValue | undefined {
  const named = args.named.get(name);
  if (named) return named();
  const index = parameters.indexOf(name);
  return index === -1 ? undefined : args.positional[index]?.();
}

/** Names of a function body that an argument expression may refer to. */
interface Frame {
  /** The first parameter of a method, with the class of the object it is called on. */
  readonly self: { readonly name: string; readonly symbol: ClassSymbol } | undefined;
  readonly values: Map<string, ArgumentValue>;
  readonly starName: string | undefined;
  readonly star: readonly ArgumentValue[];
  readonly keywordsName: string | undefined;
  readonly keywords: Map<string, ArgumentValue>;
}

/** Whether a call inside the function is the one whose arguments are wanted. */
type IsTarget = (call: Call) => "arguments" | "argumentsAfterSelf" | undefined;

/**
 * What a function that was called with `args` passes on to the call that `isTarget` recognises.
 *
 * @param node `__init__` of a field class, or a function that returns a field
 * @param self the class of the object whose method it is; undefined for a function
 * @returns undefined where the function doesn't contain such a call
 */
export function forwardedArguments(
  evaluator: Evaluator,
  node: FunctionDef,
  module: Module,
  args: Arguments,
  self: ClassSymbol | undefined,
  isTarget: IsTarget,
): Arguments | undefined {
  evaluator.context.bodyRead(module);
  const scope: Scope = { module, owner: undefined };
  const frame = bindFrame(evaluator, node, scope, args, self);
  return followBlock(node.body, false);

  function followBlock(body: readonly Statement[], conditional: boolean): Arguments | undefined {
    for (const statement of body) {
      const result = follow(statement, conditional);
      if (result) return result;
    }
    return undefined;
  }

  function follow(statement: Statement, conditional: boolean): Arguments | undefined {
    switch (statement.kind) {
      case "ExpressionStatement":
        return statement.value.kind === "Call" ? followCall(statement.value, conditional) : undefined;
      case "Return":
        return statement.value?.kind === "Call" ? targetArguments(statement.value) : undefined;
      case "Assign": {
        const [target] = statement.targets;
        if (target?.kind === "Subscript")
          setKeyword(target.value, target.index, statement.value, conditional);
        else if (target?.kind === "Name") frame.values.set(target.name, argumentValue(statement.value));
        return undefined;
      }
      case "Delete":
        for (const target of statement.targets) {
          if (target.kind !== "Subscript" || !isKeywords(target.value)) continue;
          const key = stringOf(evaluator.evaluate(target.index, scope));
          if (key !== undefined) frame.keywords.delete(key);
        }
        return undefined;
      case "Import":
      case "ImportFrom":
        for (const [name, symbol] of evaluator.context.program.resolveImport(module, statement)) {
          frame.values.set(name, () => evaluator.valueOf(symbol));
        }
        return undefined;
      case "If":
        return followBlock(statement.body, true) ?? followBlock(statement.orElse, true);
      case "With":
        return followBlock(statement.body, conditional);
      case "Try":
        return (
          followBlock(statement.body, conditional) ??
          followBlock(
            statement.handlers.flatMap((handler) => handler.body),
            true,
          ) ??
          followBlock(statement.orElse, conditional)
        );
      default:
        return undefined;
    }
  }

  function isKeywords(expression: Expression): boolean {
    return expression.kind === "Name" && expression.name === frame.keywordsName;
  }

  function setKeyword(
    container: Expression,
    index: Expression,
    value: Expression,
    conditional: boolean,
  ): void {
    const key = isKeywords(container) ? stringOf(evaluator.evaluate(index, scope)) : undefined;
    if (key === undefined || (conditional && frame.keywords.has(key))) return;
    frame.keywords.set(key, argumentValue(value));
  }

  function followCall(call: Call, conditional: boolean): Arguments | undefined {
    const result = targetArguments(call);
    if (result || call.function.kind !== "Attribute" || !isKeywords(call.function.value)) return result;
    const [first, second] = call.arguments;
    switch (call.function.attribute.name) {
      case "setdefault": {
        const key = first ? stringOf(evaluator.evaluate(first, scope)) : undefined;
        if (key !== undefined && second && !frame.keywords.has(key))
          frame.keywords.set(key, argumentValue(second));
        return undefined;
      }
      case "pop": {
        const key = first ? stringOf(evaluator.evaluate(first, scope)) : undefined;
        if (key !== undefined) frame.keywords.delete(key);
        return undefined;
      }
      case "update": {
        const entries = first?.kind === "DictLiteral" ? first.entries : [];
        for (const { key, value } of entries) {
          const name = key ? stringOf(evaluator.evaluate(key, scope)) : undefined;
          if (name !== undefined && !(conditional && frame.keywords.has(name))) {
            frame.keywords.set(name, argumentValue(value));
          }
        }
        for (const { name, value } of call.keywords) {
          if (name && !(conditional && frame.keywords.has(name.name))) {
            frame.keywords.set(name.name, argumentValue(value));
          }
        }
        return undefined;
      }
      default:
        return undefined;
    }
  }

  function targetArguments(call: Call): Arguments | undefined {
    const target = isTarget(call);
    if (target === undefined) return undefined;
    const collected = collectArguments(evaluator, call, scope, frame);
    const positional = target === "argumentsAfterSelf" ? collected.positional.slice(1) : collected.positional;
    return { positional, named: collected.named, open: collected.open || args.open };
  }

  function argumentValue(expression: Expression): ArgumentValue {
    return frameValue(evaluator, expression, scope, frame);
  }
}

function bindFrame(
  evaluator: Evaluator,
  node: FunctionDef,
  scope: Scope,
  args: Arguments,
  self: ClassSymbol | undefined,
): Frame {
  const method = self !== undefined;
  const values = new Map<string, ArgumentValue>();
  const keywords = new Map(args.named);
  let starName: string | undefined;
  let keywordsName: string | undefined;
  let position = method ? -1 : 0;
  for (const parameter of node.parameters) {
    if (parameter.form === "starred") {
      starName = parameter.name;
      continue;
    }
    if (parameter.form === "doubleStarred") {
      keywordsName = parameter.name;
      continue;
    }
    const index = position++;
    if (index < 0) continue;
    const named = keywords.get(parameter.name);
    const positional = parameter.form === "keywordOnly" ? undefined : args.positional[index];
    const fallback = parameter.default;
    values.set(
      parameter.name,
      named ?? positional ?? (fallback ? () => evaluator.evaluate(fallback, scope) : () => unknownValue),
    );
    keywords.delete(parameter.name);
  }
  const positionalCount = node.parameters.filter(
    (parameter) => parameter.form === "positionalOnly" || parameter.form === "positionalOrKeyword",
  ).length;
  const star = args.positional.slice(method ? positionalCount - 1 : positionalCount);
  const [first] = node.parameters;
  const receiver = self && first ? { name: first.name, symbol: self } : undefined;
  return { self: receiver, values, starName, star, keywordsName, keywords };
}

function collectArguments(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  frame: Frame | undefined,
): Arguments {
  const positional: ArgumentValue[] = [];
  const named = new Map<string, ArgumentValue>();
  let open = false;
  for (const argument of call.arguments) {
    if (argument.kind !== "Starred") {
      positional.push(frameValue(evaluator, argument, scope, frame));
    } else if (argument.value.kind === "Name" && argument.value.name === frame?.starName) {
      positional.push(...frame.star);
    } else {
      const spread = sequenceOf(evaluator.evaluate(argument.value, scope));
      for (const element of spread?.elements ?? []) positional.push(() => element);
      if (!spread?.complete) open = true;
    }
  }
  for (const keyword of call.keywords) {
    if (keyword.name) {
      named.set(keyword.name.name, frameValue(evaluator, keyword.value, scope, frame));
    } else if (keyword.value.kind === "Name" && keyword.value.name === frame?.keywordsName) {
      for (const [name, value] of frame.keywords) named.set(name, value);
    } else {
      const spread = mappingOf(frameValue(evaluator, keyword.value, scope, frame)());
      for (const [name, value] of spread?.entries ?? []) named.set(name, () => value);
      if (!spread?.complete) open = true;
    }
  }
  return { positional, named, open };
}

function frameValue(
  evaluator: Evaluator,
  expression: Expression,
  scope: Scope,
  frame: Frame | undefined,
): ArgumentValue {
  if (!frame) return () => evaluator.evaluate(expression, scope);
  if (expression.kind === "Name") {
    const value = frame.values.get(expression.name);
    if (value) return value;
  }
  const taken =
    takenKeyword(evaluator, expression, scope, frame) ?? attributeOfSelf(evaluator, expression, scope, frame);
  if (taken) return taken;
  const snapshot = new Map(frame.values);
  return () => {
    const bindings = new Map([...snapshot].map(([name, value]) => [name, value()]));
    return evaluator.evaluate(expression, { ...scope, bindings });
  };
}

/** `kwargs.pop("to", "shop.Order")` and `kwargs.get(…)`: what was passed, else the fallback. */
function takenKeyword(
  evaluator: Evaluator,
  expression: Expression,
  scope: Scope,
  frame: Frame,
): ArgumentValue | undefined {
  if (expression.kind !== "Call" || expression.function.kind !== "Attribute") return undefined;
  const { value: receiver, attribute } = expression.function;
  if (receiver.kind !== "Name" || receiver.name !== frame.keywordsName) return undefined;
  if (attribute.name !== "pop" && attribute.name !== "get") return undefined;
  const [keyExpression, fallback] = expression.arguments;
  const key = keyExpression ? stringOf(evaluator.evaluate(keyExpression, scope)) : undefined;
  if (key === undefined) return undefined;
  const passed = frame.keywords.get(key);
  if (attribute.name === "pop") frame.keywords.delete(key);
  if (passed) return passed;
  return fallback ? frameValue(evaluator, fallback, scope, frame) : () => known(null);
}

/** `self.default_target` and `getattr(self, "default_target", None)`: an attribute of the field's class. */
function attributeOfSelf(
  evaluator: Evaluator,
  expression: Expression,
  scope: Scope,
  { self }: Frame,
): ArgumentValue | undefined {
  const isSelf = (object: Expression | undefined): boolean =>
    object?.kind === "Name" && object.name === self?.name;
  if (!self) return undefined;
  if (expression.kind === "Attribute" && isSelf(expression.value)) {
    return classAttribute(evaluator, self.symbol, expression.attribute.name);
  }
  if (expression.kind !== "Call" || expression.function.kind !== "Name") return undefined;
  const [object, name, fallback] = expression.arguments;
  if (expression.function.name !== "getattr" || !isSelf(object) || !name) return undefined;
  const text = stringOf(evaluator.evaluate(name, scope));
  const found = text === undefined ? undefined : classAttribute(evaluator, self.symbol, text);
  return found ?? (fallback ? () => evaluator.evaluate(fallback, scope) : undefined);
}

function classAttribute(evaluator: Evaluator, symbol: ClassSymbol, name: string): ArgumentValue | undefined {
  const found = evaluator.context.program.lookupMember(symbol, name);
  return found.kind === "found" ? () => evaluator.valueOf(found.symbol) : undefined;
}

/** Recognises `super().__init__(…)` and `Base.__init__(self, …)`. */
export function constructorCall(call: Call): "arguments" | "argumentsAfterSelf" | undefined {
  const callee = call.function;
  if (callee.kind !== "Attribute" || callee.attribute.name !== "__init__") return undefined;
  const receiver = callee.value;
  if (receiver.kind === "Call" && receiver.function.kind === "Name" && receiver.function.name === "super") {
    return "arguments";
  }
  return call.arguments[0]?.kind === "Name" ? "argumentsAfterSelf" : undefined;
}
