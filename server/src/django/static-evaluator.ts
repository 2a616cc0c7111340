/**
 * Evaluates expressions of settings and model modules without running them: constants, concatenations, other names,
 * and the few calls whose result is plain. Everything else is unknown, or a call that the reader interprets.
 */

import { unreachable } from "../base/invariant.ts";
import type { ClassSymbol, Module, PythonSymbol, VariableSymbol } from "../python/symbols.ts";
import type { BinaryOperation, DictLiteral, Expression } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import { environmentItem, isEnvironment, isInEnvironment } from "./environment-values.ts";
import type { EvaluationContext, Evaluator } from "./evaluation.ts";
import { attributeOfInstance } from "./instances.ts";
import { attributeOfUrl } from "./parsed-urls.ts";
import { settingsClassField } from "./settings-classes.ts";
import { evaluateCall } from "./static-calls.ts";
import { enumerationMembers, hasEmptyChoice, isEnumeration } from "./static-choices.ts";
import { compareValues } from "./static-comparisons.ts";
import {
  applyOperator,
  concatenate,
  constantValue,
  slicedValue,
  subscriptValue,
  unaryValue,
} from "./static-operators.ts";
import { pathAttribute } from "./static-paths.ts";
import {
  dependingOn,
  joinValues,
  known,
  mappingOf,
  type Place,
  type Scope,
  type SequenceValue,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  truthOf,
  unknownValue,
  variableOf,
} from "./static-value.ts";
import { unpackedNames } from "./unpacking.ts";

/** What a server process on Linux has: it is started without arguments that mean something to settings. */
const runtimeConstants: ReadonlyMap<string, StaticValue> = new Map([
  ["sys.argv", sequence([known("")])],
  ["sys.platform", known("linux")],
  ["os.name", known("posix")],
  ["os.sep", known("/")],
]);

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
        const decided = decideCondition(expression.test, scope);
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
        return itemValue(expression, scope);
      case "Call":
        return evaluateCall(evaluator, expression, scope);
      case "NamedExpression":
        return evaluate(expression.value, scope);
      case "Comprehension":
        return comprehensionValue(expression, scope);
      case "Comparison":
        return comparisonValue(expression, scope);
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
    const global = context.execution?.global(scope.module, expression.name);
    if (global) return global;
    return symbolValue(program.resolveExpression(scope.module, expression, scope.owner));
  }

  function decideCondition(test: Expression, scope: Scope): boolean | undefined {
    return literalTruth(test) ?? context.execution?.decide(evaluate(test, scope));
  }

  function itemValue(expression: Expression & { kind: "Subscript" }, scope: Scope): StaticValue {
    const { value, index } = expression;
    const variable = environmentItem(evaluator, value, index, scope);
    if (variable) return variable;
    const container = evaluate(value, scope);
    if (index.kind !== "Slice") return subscriptValue(container, evaluate(index, scope));
    const bound = (part: Expression | undefined): StaticValue | undefined => part && evaluate(part, scope);
    return index.step ? unknownValue : slicedValue(container, bound(index.lower), bound(index.upper));
  }

  function comparisonValue(expression: Expression & { kind: "Comparison" }, scope: Scope): StaticValue {
    const [operator, ...others] = expression.operators;
    const [comparator] = expression.comparators;
    if (operator === undefined || others.length > 0 || !comparator) return unknownValue;
    const isSet =
      operator === "in" || operator === "not in"
        ? isInEnvironment(evaluator, expression.left, comparator, scope)
        : undefined;
    if (isSet !== undefined) return known(isSet === (operator === "in"));
    if (context.execution && symbolName(resolveSymbol(comparator, scope)) === "sys.modules") {
      // No test is running.
      return /^_?pytest/.test(stringOf(evaluate(expression.left, scope)) ?? "")
        ? known(operator === "not in")
        : unknownValue;
    }
    return compareValues(operator, evaluate(expression.left, scope), evaluate(comparator, scope));
  }

  function attributeValue(expression: Expression & { kind: "Attribute" }, scope: Scope): StaticValue {
    const bound = isBoundRoot(expression, scope);
    if (!bound) {
      const global = moduleAttribute(expression, scope);
      if (global) return global;
      const symbol = program.resolveExpression(scope.module, expression, scope.owner);
      if (symbol.kind !== "unknown") return symbolValue(symbol);
    }
    const name = expression.attribute.name;
    // Projects wrap Django's settings in objects of their own, but this name means one thing everywhere.
    if (name === "AUTH_USER_MODEL") return context.setting(name) ?? unknownValue;
    const value = evaluate(expression.value, scope);
    if (value.kind !== "known") return unknownValue;
    if (typeof value.value === "string") return dependingOn(pathAttribute(value.value, name), value.variable);
    if (typeof value.value !== "object" || value.value === null) return unknownValue;
    if (value.value.type === "symbol") return memberValue(value.value.symbol, name);
    return value.value.type === "call"
      ? (settingsClassField(evaluator, value.value, name) ??
          attributeOfInstance(evaluator, value.value, name) ??
          attributeOfUrl(evaluator, value.value, name) ??
          unknownValue)
      : unknownValue;
  }

  /** `base.DATABASES` of a module that has run. */
  function moduleAttribute(
    { value, attribute }: Expression & { kind: "Attribute" },
    scope: Scope,
  ): StaticValue | undefined {
    if (!context.execution || (value.kind !== "Name" && value.kind !== "Attribute")) return undefined;
    const symbol = program.resolveExpression(scope.module, value, scope.owner);
    return symbol.kind === "module" ? context.execution.global(symbol.module, attribute.name) : undefined;
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
    const constant = context.execution ? runtimeConstants.get(name) : undefined;
    return constant ?? known({ type: "symbol", symbol });
  }

  function variableValue(symbol: VariableSymbol): StaticValue {
    const name = symbolName(symbol) ?? "";
    if (name === "django.conf.settings") return known({ type: "symbol", symbol });
    if (activeVariables.has(name)) return unknownValue;
    const global = symbol.owner ? undefined : context.execution?.global(symbol.module, symbol.name);
    if (global) return global;
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
    let united = false;
    for (const expression of expressions) {
      if (expression.kind !== "Starred") {
        elements.push(evaluate(expression, scope));
        continue;
      }
      const spread = sequenceOf(evaluate(expression.value, scope));
      if (spread) elements.push(...spread.elements);
      if (!spread?.complete) complete = false;
      if (spread?.united) united = true;
    }
    return sequence(elements, complete, united);
  }

  function mappingValue(expression: DictLiteral, scope: Scope): StaticValue {
    const entries = new Map<string, StaticValue>();
    const places = new Map<string, Place>();
    let complete = true;
    let united = false;
    for (const entry of expression.entries) {
      if (entry.key === undefined) {
        const spread = mappingOf(evaluate(entry.value, scope));
        for (const [key, value] of spread?.entries ?? []) entries.set(key, value);
        for (const [key, place] of spread?.places ?? []) places.set(key, place);
        if (!spread?.complete) complete = false;
        if (spread?.united) united = true;
        continue;
      }
      const key = stringOf(evaluate(entry.key, scope));
      if (key === undefined) {
        complete = false;
        continue;
      }
      entries.set(key, evaluate(entry.value, scope));
      places.set(key, { module: scope.module, node: entry.key });
    }
    const literal = { module: scope.module, node: expression };
    return known({ type: "mapping", entries, complete, united, literal, places });
  }

  function comprehensionValue(expression: Expression & { kind: "Comprehension" }, scope: Scope): StaticValue {
    const isMapping = expression.form === "dict";
    const [clause, ...others] = expression.clauses;
    const source = clause ? iteratedSequence(clause.iterable, scope) : undefined;
    if (!clause || !source || others.length > 0) return isMapping ? unknownValue : sequence([], false);
    let united = source.united === true;
    const elements: StaticValue[] = [];
    const entries = new Map<string, StaticValue>();
    let complete = source.complete;
    for (const element of source.elements) {
      const bindings = new Map(scope.bindings);
      if (!bindTarget(clause.target, element, bindings))
        return isMapping ? unknownValue : sequence([], false);
      const inner: Scope = { ...scope, bindings };
      const tests = clause.conditions.map((condition) => truthOf(evaluate(condition, inner)));
      if (tests.includes(false)) continue;
      if (tests.includes(undefined)) united = true;
      elements.push(evaluate(expression.element, inner));
      if (!isMapping || !expression.key) continue;
      const key = stringOf(evaluate(expression.key, inner));
      if (key === undefined) complete = false;
      else entries.set(key, elements.at(-1) ?? unknownValue);
    }
    return isMapping
      ? known({ type: "mapping", entries, complete, united })
      : sequence(elements, complete, united);
  }

  function iteratedSequence(iterable: Expression, scope: Scope): SequenceValue | undefined {
    const names = isEnvironment(evaluator, iterable, scope) ? context.execution?.variableNames() : undefined;
    return sequenceOf(names ? sequence(names.map(known)) : evaluate(iterable, scope));
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
    const passedOver: StaticValue[] = [];
    for (const expression of values) {
      const value = evaluate(expression, scope);
      const truth = truthOf(value);
      const decides = truth === (operator === "or");
      // A value that doesn't decide is passed over: `None or X` is `X`, unless a variable says something else than None.
      if (truth !== undefined && !decides && expression !== values.at(-1)) {
        passedOver.push(value);
        continue;
      }
      result = result === undefined ? value : joinValues(result, value);
      if (decides) break;
    }
    return dependingOn(result ?? unknownValue, variableOf(...passedOver));
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

  /** Other modules are run while an expression is evaluated: each of their expressions has a budget of its own. */
  function apart<Result>(run: () => Result): Result {
    const [outerDepth, outerSteps] = [depth, steps];
    depth = 0;
    try {
      return run();
    } finally {
      depth = outerDepth;
      steps = outerSteps;
    }
  }

  const evaluator: Evaluator = { context, evaluate, apart, valueOf: symbolValue, symbol: resolveSymbol };
  return evaluator;
}

/** `OPEN = "open", "Open"`: the first part is the value, the second its label. */
function enumerationValue(value: StaticValue): StaticValue {
  return sequenceOf(value)?.elements[0] ?? value;
}

/** `for name in …`, `for key, value in …` */
function bindTarget(target: Expression, value: StaticValue, bindings: Map<string, StaticValue>): boolean {
  if (target.kind === "Name") {
    bindings.set(target.name, value);
    return true;
  }
  if (target.kind !== "TupleLiteral" && target.kind !== "ListLiteral") return false;
  const elements = sequenceOf(value)?.elements;
  return target.elements.every((each, index) =>
    bindTarget(each, elements?.[index] ?? unknownValue, bindings),
  );
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
