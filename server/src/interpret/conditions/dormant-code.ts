/** Code behind a setting that is off unless somebody turns it on, or for other callers than the one at hand. */

import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import type { PythonProgram } from "../../python/program.ts";
import type { FunctionSymbol, Module } from "../../python/symbols.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import { isNoneLiteral } from "../../syntax/none-literal.ts";
import type { Interpreter } from "../interpreter.ts";
import { lookup } from "../language/environment.ts";
import { isSettings } from "./settings-names.ts";

/**
 * Whether the condition holds, or fails, only where a setting differs from what the project's settings say, or where
 * nobody passes what the function at hand can be given: `if tasks is None`. A caller that passes it has something.
 */
export function isDormantWhere(interpreter: Interpreter, test: Expression, holds: boolean): boolean {
  switch (test.kind) {
    case "UnaryOperation":
      return test.operator === "not" && isDormantWhere(interpreter, test.operand, !holds);
    case "BooleanOperation":
      return (test.operator === "and") === holds
        ? test.values.some((value) => isDormantWhere(interpreter, value, holds))
        : test.values.every((value) => isDormantWhere(interpreter, value, holds));
    case "Attribute":
      return (
        settingName.test(test.attribute.name) &&
        isSettings(interpreter.evaluate(test.value)) &&
        defaultOf(interpreter.program, test.attribute.name) === !holds
      );
    case "Name":
      return !holds && isLeftOut(interpreter, test.name);
    case "Comparison": {
      const [operator] = test.operators;
      const [other] = test.comparators;
      const isNone = isNoneLiteral(other);
      if (!isNone || test.left.kind !== "Name" || (operator !== "is" && operator !== "is not")) return false;
      return (operator === "is") === holds && isLeftOut(interpreter, test.left.name);
    }
    default:
      return false;
  }
}

/** An optional parameter of a function of which no call is looked at, or to which this call gives what is not known. */
function isLeftOut({ program, state }: Interpreter, name: string): boolean {
  const { module, functionId, scope, showsArguments } = state.frame;
  if (functionId === undefined) return false;
  if (state.calls.length > 0 && (!showsArguments || lookup(scope, name)?.kind !== "unknown")) return false;
  const parameter = functionsOf(program, module)
    .get(functionId)
    ?.node.parameters.find((each) => each.name === name);
  return parameter?.default?.kind === "ConstantLiteral" && parameter.default.value === "None";
}

const functionsById = new AnswersOf<Module, ReadonlyMap<string, FunctionSymbol>>();

function functionsOf(program: PythonProgram, module: Module): ReadonlyMap<string, FunctionSymbol> {
  return remembered(
    functionsById,
    module,
    () => new Map(program.functions(module).map((symbol) => [symbol.id, symbol])),
  );
}

const settingName = /^[A-Z][A-Z0-9_]*$/;

const defaults = new AnswersOf<PythonProgram, Map<string, boolean | undefined>>();

/** What the settings modules assign to a switch, or give for the case that the environment does not say it. */
function defaultOf(program: PythonProgram, name: string): boolean | undefined {
  const known = defaults.get(program) ?? new Map<string, boolean | undefined>();
  defaults.set(program, known);
  if (!known.has(name)) known.set(name, findDefault(program, name));
  return known.get(name);
}

/** Settings of a workplace, not of the product. */
const otherSettings = /(^|[/_.])(tests?|testing|ci|dev|develop|development|local|debug)([/_.]|$)/;

function findDefault(program: PythonProgram, name: string): boolean | undefined {
  const values = program.modules
    .filter(({ file }) => /settings|conf/.test(file.path) && !otherSettings.test(file.path))
    .filter(({ file }) => file.text.includes(name))
    .flatMap((module) => {
      const symbol = program.resolveName(module, name);
      return symbol.kind === "variable" && symbol.module === module ? symbol.values : [];
    });
  const [first, ...others] = values.map(switchIn);
  return others.every((other) => other === first) ? first : undefined;
}

/** `False`, `env.bool("NAME", default=False)`, `os.environ.get("NAME", "0") == "1"` */
function switchIn(value: Expression): boolean | undefined {
  switch (value.kind) {
    case "ConstantLiteral":
      return value.value === "None" ? undefined : value.value === "True";
    case "Call":
      return switchInCall(value);
    case "Comparison": {
      const [other] = value.comparators;
      if (value.left.kind !== "Call" || value.operators[0] !== "==" || other?.kind !== "StringLiteral")
        return undefined;
      const given = defaultArgument(value.left);
      if (given === undefined) return value.left.arguments.length === 1 ? false : undefined;
      return given.kind === "StringLiteral" ? given.value === other.value : undefined;
    }
    default:
      return undefined;
  }
}

function switchInCall(call: Call): boolean | undefined {
  const given = defaultArgument(call);
  return given?.kind === "ConstantLiteral" ? switchIn(given) : undefined;
}

function defaultArgument({ arguments: positional, keywords }: Call): Expression | undefined {
  return keywords.find(({ name }) => name?.name === "default")?.value ?? positional[1];
}
