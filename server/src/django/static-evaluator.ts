/**
 * Evaluates expressions of settings and model modules without running them: constants, concatenations, other names,
 * and the few calls whose result is plain. Everything else is unknown, or a call that the reader interprets.
 */

import { unreachable } from "../base/invariant.ts";
import type { ClassSymbol, Module, PythonSymbol, VariableSymbol } from "../python/symbols.ts";
import type { BinaryOperation, DictLiteral, Expression } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import type { EvaluationContext, Evaluator } from "./evaluation.ts";
import { evaluateCall } from "./static-calls.ts";
import { enumerationMembers, hasEmptyChoice, isEnumeration } from "./static-choices.ts";
import { applyOperator, concatenate, constantValue, subscriptValue, unaryValue } from "./static-operators.ts";
import { pathAttribute } from "./static-paths.ts";
import {
  joinValues,
  known,
  mappingOf,
  type Scope,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  truthOf,
  unknownValue,
} from "./static-value.ts";
import { unpackedNames } from "./unpacking.ts";

/** Names that refer to names that refer to names: more steps than this are unknown. */
const maximumDepth = 40;

/** Functions that call others twice grow without end: one expression may take this many evaluations, then is unknown. */
const maximumSteps = 20_000;

export function createEvaluator(context: EvaluationContext): Evaluator {
  const { program } = context;
  let depth = 0;
  let steps = 0;
  const activeVariables = new Set<string>();

  function evaluate(expression: Expression, scope: Scope): StaticValue {
    if (depth === 0) steps = 0;
    steps += 1;
    if (depth >= maximumDepth || steps > maximumSteps) return unknownValue;
    depth += 1;
    try {
      return evaluateByKind(expression, scope);
    } finally {
      depth -= 1;
    }
  }

  function evaluateByKind(expression: Expression, scope: Scope): StaticValue {
    switch (expression.kind) {
      case "StringLiteral":
        return expression.bytes ? unknownValue : known(expression.value);
      case "NumberLiteral":
        return known(expression.value);
      case "ConstantLiteral":
        return constantValue(expression.value);
      case "FormattedString":
        return concatenate(expression.values.map((value) => evaluate(value, scope)));
      case "Name":
        return nameValue(expression, scope);
      case "Attribute":
        return attributeValue(expression, scope);
      case "BinaryOperation":
        return binaryValue(expression, scope);
      case "BooleanOperation":
        return booleanValue(expression.operator, expression.values, scope);
      case "UnaryOperation":
        return unaryValue(expression.operator, evaluate(expression.operand, scope));
      case "Conditional": {
        const decided = literalTruth(expression.test);
        if (decided !== undefined) return evaluate(decided ? expression.body : expression.orElse, scope);
        return joinValues(evaluate(expression.body, scope), evaluate(expression.orElse, scope));
      }
      case "ListLiteral":
      case "TupleLiteral":
      case "SetLiteral":
        return sequenceValue(expression.elements, scope);
      case "DictLiteral":
        return mappingValue(expression, scope);
      case "Subscript":
        return subscriptValue(evaluate(expression.value, scope), evaluate(expression.index, scope));
      case "Call":
        return evaluateCall(evaluator, expression, scope);
      case "NamedExpression":
        return evaluate(expression.value, scope);
      case "Comprehension":
        return comprehensionValue(expression, scope);
      case "Comparison":
      case "Slice":
      case "Lambda":
      case "Await":
      case "Yield":
      case "YieldFrom":
      case "Starred":
      case "InvalidExpression":
        return unknownValue;
      default:
        return unreachable(expression);
    }
  }

  function nameValue(expression: Expression & { kind: "Name" }, scope: Scope): StaticValue {
    const bound = scope.bindings?.get(expression.name);
    if (bound) return bound;
    if (expression.name === "__file__") return known(scope.module.file.path);
    return symbolValue(program.resolveExpression(scope.module, expression, scope.owner));
  }

  function attributeValue(expression: Expression & { kind: "Attribute" }, scope: Scope): StaticValue {
    const bound = isBoundRoot(expression, scope);
    if (!bound) {
      const symbol = program.resolveExpression(scope.module, expression, scope.owner);
      if (symbol.kind !== "unknown") return symbolValue(symbol);
    }
    const name = expression.attribute.name;
    // Projects wrap Django's settings in objects of their own, but this name means one thing everywhere.
    if (name === "AUTH_USER_MODEL") return context.setting(name) ?? unknownValue;
    const value = evaluate(expression.value, scope);
    if (value.kind !== "known") return unknownValue;
    if (typeof value.value === "string") return pathAttribute(value.value, name);
    if (typeof value.value === "object" && value.value?.type === "symbol") {
      return memberValue(value.value.symbol, name);
    }
    return unknownValue;
  }

  function memberValue(symbol: PythonSymbol, name: string): StaticValue {
    if (symbolName(symbol) === "django.conf.settings") return context.setting(name) ?? unknownValue;
    if (symbol.kind === "class") return classMemberValue(symbol, name);
    if (symbol.kind === "module") return symbolValue(program.resolveExport(symbol.module, name));
    return symbol.kind === "external"
      ? symbolValue({ kind: "external", name: `${symbol.name}.${name}` })
      : unknownValue;
  }

  function classMemberValue(symbol: ClassSymbol, name: string): StaticValue {
    const found = program.lookupMember(symbol, name);
    if (found.kind === "found") return symbolValue(found.symbol);
    if ((name !== "choices" && name !== "values") || !isEnumeration(program, symbol)) return unknownValue;
    const members = enumerationMembers(program, symbol).map(variableValue);
    return sequence(hasEmptyChoice(symbol) ? [known(null), ...members] : members);
  }

  function symbolValue(symbol: PythonSymbol): StaticValue {
    switch (symbol.kind) {
      case "class":
      case "function":
      case "module":
        return known({ type: "symbol", symbol });
      case "external":
        return externalValue(symbol.name, symbol);
      case "variable":
        return variableValue(symbol);
      case "unknown":
        return unknownValue;
    }
  }

  function externalValue(name: string, symbol: PythonSymbol): StaticValue {
    const setting = /^django\.conf\.settings\.(\w+)$/.exec(name)?.[1];
    if (setting !== undefined) return context.setting(setting) ?? unknownValue;
    return known({ type: "symbol", symbol });
  }

  function variableValue(symbol: VariableSymbol): StaticValue {
    const name = symbolName(symbol) ?? "";
    if (name === "django.conf.settings") return known({ type: "symbol", symbol });
    if (activeVariables.has(name)) return unknownValue;
    activeVariables.add(name);
    try {
      const scope: Scope = { module: symbol.module, owner: symbol.owner };
      // A name that is bound by unpacking has an expression without meaning for its value.
      const [first, ...others] = symbol.values.map((value) =>
        value.kind === "InvalidExpression" && !symbol.owner
          ? unpackedValue(symbol.module, symbol.name)
          : evaluate(value, scope),
      );
      const value = others.reduce(joinValues, first ?? unknownValue);
      return symbol.owner && isEnumeration(program, symbol.owner) ? enumerationValue(value) : value;
    } finally {
      activeVariables.delete(name);
    }
  }

  function unpackedValue(module: Module, name: string): StaticValue {
    const unpacked = unpackedNames(module).get(name);
    if (!unpacked) return unknownValue;
    const elements = sequenceOf(evaluate(unpacked.value, { module, owner: undefined }));
    return (elements?.complete ? elements.elements[unpacked.index] : undefined) ?? unknownValue;
  }

  function sequenceValue(expressions: readonly Expression[], scope: Scope): StaticValue {
    const elements: StaticValue[] = [];
    let complete = true;
    for (const expression of expressions) {
      if (expression.kind !== "Starred") {
        elements.push(evaluate(expression, scope));
        continue;
      }
      const spread = sequenceOf(evaluate(expression.value, scope));
      if (spread) elements.push(...spread.elements);
      if (!spread?.complete) complete = false;
    }
    return sequence(elements, complete);
  }

  function mappingValue(expression: DictLiteral, scope: Scope): StaticValue {
    const entries = new Map<string, StaticValue>();
    let complete = true;
    for (const entry of expression.entries) {
      if (entry.key === undefined) {
        const spread = mappingOf(evaluate(entry.value, scope));
        for (const [key, value] of spread?.entries ?? []) entries.set(key, value);
        if (!spread?.complete) complete = false;
        continue;
      }
      const key = stringOf(evaluate(entry.key, scope));
      if (key === undefined) complete = false;
      else entries.set(key, evaluate(entry.value, scope));
    }
    return known({ type: "mapping", entries, complete });
  }

  function comprehensionValue(expression: Expression & { kind: "Comprehension" }, scope: Scope): StaticValue {
    const [clause, ...others] = expression.clauses;
    const target = clause?.target;
    const source = clause ? sequenceOf(evaluate(clause.iterable, scope)) : undefined;
    if (expression.form === "dict" || !source || target?.kind !== "Name" || others.length > 0) {
      return expression.form === "dict" ? unknownValue : sequence([], false);
    }
    const elements = source.elements.map((element) => {
      const bindings = new Map(scope.bindings).set(target.name, element);
      return evaluate(expression.element, { ...scope, bindings });
    });
    return sequence(elements, source.complete);
  }

  function binaryValue(expression: BinaryOperation, scope: Scope): StaticValue {
    return applyOperator(
      expression.operator,
      evaluate(expression.left, scope),
      evaluate(expression.right, scope),
    );
  }

  function booleanValue(operator: "and" | "or", values: readonly Expression[], scope: Scope): StaticValue {
    let result: StaticValue | undefined;
    for (const expression of values) {
      const value = evaluate(expression, scope);
      const truth = truthOf(value);
      const decides = truth === (operator === "or");
      // A value that certainly doesn't decide is passed over: `None or X` is `X`.
      if (truth !== undefined && !decides && expression !== values.at(-1)) continue;
      result = result === undefined ? value : joinValues(result, value);
      if (decides) break;
    }
    return result ?? unknownValue;
  }

  function resolveSymbol(expression: Expression, scope: Scope): PythonSymbol {
    if (!isBoundRoot(expression, scope)) {
      const symbol = program.resolveExpression(scope.module, expression, scope.owner);
      if (symbol.kind !== "unknown" && symbol.kind !== "variable") return symbol;
      if (symbol.kind === "variable" && symbolName(symbol) === "django.conf.settings") return symbol;
    }
    const value = evaluate(expression, scope);
    for (const alternative of value.kind === "known"
      ? [value.value]
      : value.kind === "oneOf"
        ? value.values
        : []) {
      if (typeof alternative === "object" && alternative?.type === "symbol") return alternative.symbol;
    }
    return { kind: "unknown" };
  }

  const evaluator: Evaluator = { context, evaluate, valueOf: symbolValue, symbol: resolveSymbol };
  return evaluator;
}

/** `OPEN = "open", "Open"`: the first part is the value, the second its label. */
function enumerationValue(value: StaticValue): StaticValue {
  return sequenceOf(value)?.elements[0] ?? value;
}

/** Whether the first name of a chain is bound in the scope itself and hides the module's. */
function isBoundRoot(expression: Expression, scope: Scope): boolean {
  let root = expression;
  while (root.kind === "Attribute") root = root.value;
  return root.kind === "Name" && scope.bindings?.has(root.name) === true;
}

/** Only a literal decides a condition: `DEBUG` may differ where the project runs. */
export function literalTruth(test: Expression): boolean | undefined {
  if (test.kind === "ConstantLiteral")
    return test.value === "True" ? true : test.value === "..." ? undefined : false;
  if (test.kind === "UnaryOperation" && test.operator === "not") {
    const operand = literalTruth(test.operand);
    return operand === undefined ? undefined : !operand;
  }
  return undefined;
}
