/** Fields of settings classes that read the environment: those of pydantic-settings, and django-configurations' values. */

import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, VariableSymbol } from "../python/symbols.ts";
import type { Call, Expression } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import { databaseOfUrl } from "./connection-urls.ts";
import { castByName, castText } from "./environment-casts.ts";
import { isSetElsewhere, variableText } from "./environment-variables.ts";
import type { Evaluator } from "./evaluation.ts";
import {
  type CallValue,
  dependingOn,
  known,
  type Scope,
  type StaticValue,
  stringOf,
  unknownValue,
} from "./static-value.ts";

const pydanticSettings: ReadonlySet<string> = new Set([
  "pydantic_settings.BaseSettings",
  "pydantic_settings.main.BaseSettings",
  "pydantic.BaseSettings",
]);

/** `config.debug` of `config = Config()`, where `Config` is a class of pydantic-settings. */
export function settingsClassField(
  evaluator: Evaluator,
  { expression, scope }: CallValue,
  name: string,
): StaticValue | undefined {
  const { program } = evaluator.context;
  const symbol = evaluator.symbol(expression.function, scope);
  if (symbol.kind !== "class" || !program.derivesFrom(symbol, pydanticSettings)) return undefined;
  const member = program.lookupMember(symbol, name);
  if (member.kind !== "found" || member.symbol.kind !== "variable") return unknownValue;
  const prefix = environmentPrefix(evaluator, symbol);
  if (prefix === undefined) return unknownValue;
  const variable = (prefix + name).toUpperCase();
  if (isSetElsewhere(evaluator, variable)) return unknownValue;
  const text = variableText(evaluator, variable);
  if (typeof text === "string") return castText(text, annotationCast(member.symbol), "pydantic");
  const [value] = member.symbol.values;
  // Without a value the field is required; a call makes a field with options.
  if (!value) return unknownValue;
  const fallback = fieldDefault(evaluator, value, { module: member.symbol.module, owner: undefined });
  return text === undefined ? dependingOn(fallback, variable) : fallback;
}

function annotationCast({ annotation }: VariableSymbol) {
  return annotation?.kind === "Name" ? castByName(annotation.name) : "unknown";
}

function fieldDefault(evaluator: Evaluator, value: Expression, scope: Scope): StaticValue {
  if (value.kind !== "Call") return evaluator.evaluate(value, scope);
  const name = symbolName(evaluator.symbol(value.function, scope)) ?? "";
  const options = value.keywords.map((keyword) => keyword.name?.name);
  if (!/^pydantic\.(fields\.)?Field$/.test(name)) return unknownValue;
  if (options.some((option) => option === undefined || /alias|factory/.test(option))) return unknownValue;
  const given =
    value.keywords.find((keyword) => keyword.name?.name === "default")?.value ?? value.arguments[0];
  return given ? evaluator.evaluate(given, scope) : unknownValue;
}

/** `model_config = SettingsConfigDict(env_prefix="SHOP_")`; undefined where it is not understood. */
function environmentPrefix(evaluator: Evaluator, symbol: ClassSymbol): string | undefined {
  const { program } = evaluator.context;
  const member = program.lookupMember(symbol, "model_config");
  if (member.kind !== "found")
    return member.kind === "absent" || member.kind === "maybeExternal" ? "" : undefined;
  const value = member.symbol.kind === "variable" ? member.symbol.values.at(-1) : undefined;
  const scope: Scope = { module: member.owner.module, owner: undefined };
  if (value?.kind === "Call") {
    const prefix = value.keywords.find(({ name }) => name?.name === "env_prefix")?.value;
    return prefix ? stringOf(evaluator.evaluate(prefix, scope)) : "";
  }
  if (value?.kind !== "DictLiteral") return undefined;
  const entry = value.entries.find(({ key }) => key?.kind === "StringLiteral" && key.value === "env_prefix");
  return entry ? stringOf(evaluator.evaluate(entry.value, scope)) : "";
}

/** What django-configurations makes of `NAME = values.BooleanValue(True)`. */
export function configurationValue(
  evaluator: Evaluator,
  setting: string,
  call: Call,
  scope: Scope,
): StaticValue | undefined {
  const name = symbolName(evaluator.symbol(call.function, scope)) ?? "";
  const kind = /^configurations\.values\.(\w+?)(Value)?$/.exec(name)?.[1];
  if (kind === undefined) return undefined;
  const option = (keyword: string): Expression | undefined =>
    call.keywords.find((each) => each.name?.name === keyword)?.value;
  const defaultExpression = call.arguments[0] ?? option("default");
  const fallback = defaultExpression ? evaluator.evaluate(defaultExpression, scope) : known(null);
  const named = option("environ_name");
  const prefixed = option("environ_prefix");
  const baseName = named ? stringOf(evaluator.evaluate(named, scope)) : setting;
  const prefix = prefixed ? evaluator.evaluate(prefixed, scope) : known("DJANGO");
  if (baseName === undefined || prefix.kind !== "known") return unknownValue;
  const variable = prefix.value
    ? `${String(prefix.value)}_${baseName.toUpperCase()}`
    : baseName.toUpperCase();
  const actual = kind === "DatabaseURL" && !named ? "DATABASE_URL" : variable;
  if (isSetElsewhere(evaluator, actual)) return unknownValue;
  const text = variableText(evaluator, actual);
  if (kind === "DatabaseURL")
    return databasesOf(text ?? stringOf(fallback), text === undefined ? actual : undefined);
  if (typeof text === "string") return castText(text, castOfValueClass(kind), "configurations");
  return text === undefined ? dependingOn(fallback, actual) : fallback;
}

function databasesOf(url: string | undefined, variable: string | undefined): StaticValue {
  const parsed = url === undefined ? undefined : databaseOfUrl(url, "dj-database-url");
  if (!parsed) return unknownValue;
  const entries = new Map([["default", dependingOn(known({ ...parsed, complete: false }), variable)]]);
  return dependingOn(known({ type: "mapping", entries, complete: true }), variable);
}

function castOfValueClass(kind: string) {
  switch (kind) {
    case "":
    case "Email":
    case "URL":
      return "str";
    case "Boolean":
      return "bool";
    case "Integer":
    case "PositiveInteger":
      return "int";
    case "Float":
      return "float";
    case "List":
      return "list";
    case "Tuple":
      return "tuple";
    default:
      return "unknown";
  }
}

/** Classes whose attributes are settings. */
const settingsClasses: ReadonlySet<string> = new Set([
  "configurations.Configuration",
  "configurations.base.Configuration",
  "class_settings.Settings",
  "cbs.BaseSettings",
]);

export function isSettingsClass(program: PythonProgram, symbol: ClassSymbol): boolean {
  return program.derivesFrom(symbol, settingsClasses);
}
