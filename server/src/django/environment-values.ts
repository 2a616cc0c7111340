/**
 * Values read from the environment: `os.environ.get("X", default)`, django-environ's `env("X", default=…)`,
 * python-decouple's `config("X", default=…)`. Where the environment is not known, they have their default, which
 * remembers the variable that may say otherwise.
 */

import type { Call, Expression } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import {
  type Cast,
  castByName,
  castOf,
  castOfDefault,
  castText,
  type EnvironmentLibrary,
} from "./environment-casts.ts";
import { environmentUrl, isUrlReader, type UrlKind } from "./environment-urls.ts";
import { isSetElsewhere, variableText } from "./environment-variables.ts";
import type { Evaluator } from "./evaluation.ts";
import { dependingOn, known, type Scope, type StaticValue, stringOf, unknownValue } from "./static-value.ts";

/** What reads variables. */
interface Reader {
  readonly library: EnvironmentLibrary;
  /** `env.bool` → `bool`; `get` for a plain call. */
  readonly method: string;
  /** The call that made the reading object: `environ.Env(DEBUG=(bool, False))`. */
  readonly object: Call | undefined;
}

/** One call that reads a variable. */
interface Reading extends Reader {
  /** Undefined where its name is not known. */
  readonly variable: string | undefined;
}

const functions: ReadonlyMap<string, EnvironmentLibrary> = new Map([
  ["os.environ.get", "os"],
  ["os.getenv", "os"],
  ["decouple.config", "decouple"],
]);

/** Methods of `environ.Env` and `environs.Env` that read one variable. */
const envMethods: ReadonlySet<string> = new Set([
  "bool",
  "bytes",
  "cache",
  "cache_url",
  "db",
  "db_url",
  "dict",
  "dj_cache_url",
  "dj_db_url",
  "dj_email_url",
  "email",
  "email_url",
  "float",
  "get_value",
  "int",
  "json",
  "list",
  "path",
  "str",
  "tuple",
  "url",
]);

/**
 * What a call that reads an environment variable answers: unknown where the variable is not known and there is no
 * default, undefined where the call reads no variable.
 *
 * @param name the canonical name of the called function, where it is known
 */
export function environmentDefault(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  name: string | undefined,
): StaticValue | undefined {
  const reading = readingOf(evaluator, call, scope, name);
  if (!reading) return undefined;
  const { variable } = reading;
  if (isSetElsewhere(evaluator, variable)) return unknownValue;
  const set = variableText(evaluator, variable);
  const fallback = defaultOf(evaluator, call, scope, reading);
  const url = urlKindOf(reading.method);
  if (url) return environmentUrl(evaluator, call, scope, { kind: url, text: set, fallback, variable });
  // Which text the variable has is not known: the default stands for it.
  if (set === undefined) return fallback ? dependingOn(fallback, variable ?? "") : unknownValue;
  if (set === null) return fallback ?? unknownValue;
  return castText(set, castFor(call, reading, fallback), reading.library);
}

/** `env("X")` and `config("X")` raise where nothing sets the variable and there is no default. */
export function requiresUnsetVariable(evaluator: Evaluator, call: Call, scope: Scope): boolean {
  const reading = readingOf(evaluator, call, scope, symbolName(evaluator.symbol(call.function, scope)));
  if (!reading || reading.library === "os") return false;
  return (
    variableText(evaluator, reading.variable) === null &&
    defaultOf(evaluator, call, scope, reading) === undefined
  );
}

function readingOf(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  name: string | undefined,
): Reading | undefined {
  const library = name === undefined ? undefined : functions.get(name);
  const reader: Reader | undefined = library
    ? { library, method: "get", object: undefined }
    : readsThroughEnvObject(evaluator, call.function, scope);
  if (!reader) return undefined;
  const variable = variableName(evaluator, call, scope) ?? usualVariable(call, reader.method);
  return { ...reader, variable };
}

function urlKindOf(method: string): UrlKind | undefined {
  return isUrlReader(method) ? method : undefined;
}

function variableName(evaluator: Evaluator, call: Call, scope: Scope): string | undefined {
  const named = call.keywords.find(({ name }) => /^(key|var|name|option|env)$/.test(name?.name ?? ""))?.value;
  const expression = call.arguments[0] ?? named;
  return expression && stringOf(evaluator.evaluate(expression, scope));
}

/** The variable that `env.db()` and its like read where they name none. */
function usualVariable(call: Call, method: string): string | undefined {
  if (call.arguments.length > 0 || !isUrlReader(method)) return undefined;
  return /db/.test(method) ? "DATABASE_URL" : /cache/.test(method) ? "CACHE_URL" : "EMAIL_URL";
}

function defaultOf(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  { library, method, object, variable }: Reading,
): StaticValue | undefined {
  const isEnviron = library === "environ";
  // django-environ's second argument is the cast, but of its methods for single types the default.
  const position = isEnviron && (method === "get" || method === "get_value" || method === "list") ? 2 : 1;
  const fallback =
    call.keywords.find(({ name }) => name?.name === "default")?.value ?? call.arguments[position];
  // Without a default, `os.environ.get` answers None where the libraries raise.
  if (!fallback) return library === "os" ? known(null) : schemeDefault(evaluator, scope, object, variable);
  const value = evaluator.evaluate(fallback, scope);
  if (library !== "decouple") return value;
  const cast = explicitCast(call, library);
  const text = stringOf(value);
  if (cast === undefined) return value;
  if (text !== undefined) return castText(text, cast, library);
  return cast === "unknown" ? unknownValue : value;
}

/** `environ.Env(DEBUG=(bool, False))` gives variables a type and a default. */
function schemeDefault(
  evaluator: Evaluator,
  scope: Scope,
  object: Call | undefined,
  variable: string | undefined,
): StaticValue | undefined {
  const entry = object?.keywords.find(({ name }) => name?.name === variable)?.value;
  if (entry?.kind !== "TupleLiteral" || entry.elements.length !== 2) return undefined;
  const [, fallback] = entry.elements;
  return fallback && evaluator.evaluate(fallback, scope);
}

function castFor(
  call: Call,
  { library, method, object, variable }: Reading,
  fallback: StaticValue | undefined,
): Cast {
  if (library === "os") return "str";
  const explicit = explicitCast(call, library);
  if (method !== "get" && method !== "get_value") {
    // A list of what its elements are cast to.
    return method === "list" && explicit !== undefined && explicit !== "str" ? "unknown" : castByName(method);
  }
  if (explicit !== undefined) return explicit;
  if (library !== "environ") return "str";
  const entry = object?.keywords.find(({ name }) => name?.name === variable)?.value;
  if (entry) return castOf(entry.kind === "TupleLiteral" ? (entry.elements[0] ?? entry) : entry);
  return fallback && fallback.kind === "known" && fallback.value === null ? "str" : castOfDefault(fallback);
}

function explicitCast(call: Call, library: EnvironmentLibrary): Cast | undefined {
  const named = call.keywords.find(({ name }) => /^(cast|subcast)$/.test(name?.name ?? ""))?.value;
  const positional = library === "environ" ? call.arguments[1] : undefined;
  const isMethod = call.function.kind === "Attribute" && call.function.attribute.name !== "get_value";
  const expression = named ?? (isMethod ? undefined : positional);
  return expression && castOf(expression);
}

/** `env(…)` and `env.list(…)` on an instance of django-environ's or environs' `Env`. */
function readsThroughEnvObject(evaluator: Evaluator, callee: Expression, scope: Scope): Reader | undefined {
  const isMethod = callee.kind === "Attribute" && envMethods.has(callee.attribute.name);
  const object = isMethod ? callee.value : callee;
  if (object.kind !== "Name" && object.kind !== "Attribute") return undefined;
  const value = evaluator.evaluate(object, scope);
  if (value.kind !== "known" || typeof value.value !== "object" || value.value?.type !== "call")
    return undefined;
  const { expression, scope: madeIn } = value.value;
  const { function: made } = expression;
  const className = made.kind === "Attribute" ? made.attribute.name : made.kind === "Name" ? made.name : "";
  if (className !== "Env" && className !== "FileAwareEnv" && className !== "AutoConfig") return undefined;
  const symbol = evaluator.symbol(made, madeIn);
  const from = symbol.kind === "external" ? symbol.name : "";
  const library =
    className === "AutoConfig" ? "decouple" : from.startsWith("environs.") ? "environs" : "environ";
  return { library, method: isMethod ? callee.attribute.name : "get", object: expression };
}

/** `os.environ["X"]` */
export function environmentItem(
  evaluator: Evaluator,
  container: Expression,
  index: Expression,
  scope: Scope,
): StaticValue | undefined {
  if (!isEnvironment(evaluator, container, scope)) return undefined;
  const text = variableText(evaluator, stringOf(evaluator.evaluate(index, scope)));
  return typeof text === "string" ? known(text) : unknownValue;
}

/** `"X" in os.environ` */
export function isInEnvironment(
  evaluator: Evaluator,
  element: Expression,
  container: Expression,
  scope: Scope,
): boolean | undefined {
  if (!isEnvironment(evaluator, container, scope)) return undefined;
  const variable = stringOf(evaluator.evaluate(element, scope));
  if (isSetElsewhere(evaluator, variable)) return true;
  const text = variableText(evaluator, variable);
  return text === undefined ? undefined : text !== null;
}

/** Every variable is known: those that are not named are not set. */
export function isEnvironmentKnown({ context: { execution } }: Evaluator): boolean {
  return execution?.variableNames() !== undefined;
}

export function isEnvironment(evaluator: Evaluator, expression: Expression, scope: Scope): boolean {
  if (expression.kind !== "Attribute" && expression.kind !== "Name") return false;
  const symbol = evaluator.symbol(expression, scope);
  return symbol.kind === "external" && symbol.name === "os.environ";
}
