/**
 * Values read from the environment: `os.environ.get("X", default)`, django-environ's `env("X", default=…)`,
 * python-decouple's `config("X", default=…)`. What the analysis can know of them is the default.
 */
import type { Call, Expression } from "../syntax/ast.ts";
import type { Evaluator } from "./evaluation.ts";
import { known, type Scope, type StaticValue, sequence, stringOf, unknownValue } from "./static-value.ts";

const readers: ReadonlySet<string> = new Set([
  "os.environ.get",
  "os.getenv",
  "decouple.config",
  "dj_database_url.config",
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
 * The default of a call that reads an environment variable: unknown where it has none, undefined where the call
 * reads no variable.
 *
 * @param name the canonical name of the called function, where it is known
 */
export function environmentDefault(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  name: string | undefined,
): StaticValue | undefined {
  const reads =
    (name !== undefined && readers.has(name)) || readsThroughEnvObject(evaluator, call.function, scope);
  if (!reads) return undefined;
  const fallback =
    call.keywords.find((keyword) => keyword.name?.name === "default")?.value ?? call.arguments[1];
  // Without a default, `os.environ.get` answers None where django-environ raises.
  if (!fallback) return name?.startsWith("os.") ? known(null) : unknownValue;
  const value = evaluator.evaluate(fallback, scope);
  return isListCast(call) ? splitList(value) : value;
}

/** `env(…)` and `env.list(…)` on an instance of django-environ's or environs' `Env`. */
function readsThroughEnvObject(evaluator: Evaluator, callee: Expression, scope: Scope): boolean {
  const object = callee.kind === "Attribute" && envMethods.has(callee.attribute.name) ? callee.value : callee;
  if (object.kind !== "Name") return false;
  const value = evaluator.evaluate(object, scope);
  if (value.kind !== "known" || typeof value.value !== "object" || value.value?.type !== "call") return false;
  const { function: made } = value.value.expression;
  const className = made.kind === "Attribute" ? made.attribute.name : made.kind === "Name" ? made.name : "";
  return className === "Env" || className === "FileAwareEnv" || className === "AutoConfig";
}

/** `cast=Csv()` of python-decouple. */
function isListCast(call: Call): boolean {
  const cast = call.keywords.find((keyword) => keyword.name?.name === "cast")?.value;
  return cast?.kind === "Call" && cast.function.kind === "Name" && cast.function.name === "Csv";
}

function splitList(value: StaticValue): StaticValue {
  const text = stringOf(value);
  if (text === undefined) return value;
  return sequence(
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map(known),
  );
}
