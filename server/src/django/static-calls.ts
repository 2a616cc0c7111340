/** The calls whose result an evaluator knows: containers, strings, paths, environment defaults, model look-ups. */

import type { FunctionSymbol, PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression, FunctionDef, Keyword } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import { findClass } from "./class-finders.ts";
import { environmentDefault } from "./environment-values.ts";
import type { Evaluator } from "./evaluation.ts";
import { methodOfValue } from "./static-methods.ts";
import { joinedPath, parentPath } from "./static-paths.ts";
import {
  known,
  mappingOf,
  type Scope,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  unknownValue,
} from "./static-value.ts";

export function evaluateCall(evaluator: Evaluator, call: Call, scope: Scope): StaticValue {
  const callee = evaluator.symbol(call.function, scope);
  const name = symbolName(callee);
  return (
    knownFunction(evaluator, call, scope, name) ??
    environmentDefault(evaluator, call, scope, name) ??
    findClass(evaluator, call, scope, callee, name) ??
    methodOfValue(evaluator, call, scope) ??
    projectFunction(evaluator, call, scope, callee) ??
    known({ type: "call", expression: call, scope })
  );
}

function argument(call: Call, index: number, name?: string): Expression | undefined {
  const keyword =
    name === undefined ? undefined : call.keywords.find((candidate) => candidate.name?.name === name);
  const positional = call.arguments[index];
  return keyword?.value ?? (positional?.kind === "Starred" ? undefined : positional);
}

function knownFunction(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  name: string | undefined,
): StaticValue | undefined {
  const first = argument(call, 0);
  const firstValue = (): StaticValue => (first ? evaluator.evaluate(first, scope) : unknownValue);
  switch (name) {
    case "builtins.list":
    case "builtins.tuple":
    case "builtins.set":
    case "builtins.frozenset":
    case "builtins.sorted":
      if (!first) return sequence([]);
      return sequenceOf(firstValue()) ? firstValue() : sequence([], false);
    case "builtins.dict":
    case "collections.OrderedDict":
      return dictionary(evaluator, call.keywords, first ? firstValue() : undefined, scope);
    case "builtins.str":
    case "pathlib.Path":
    case "pathlib.PurePath":
    case "os.path.abspath":
    case "os.path.realpath":
    case "os.path.normpath":
    case "os.fspath":
    case "dj_database_url.parse":
      return firstValue();
    case "os.path.dirname": {
      const path = stringOf(firstValue());
      return path === undefined ? unknownValue : known(parentPath(path));
    }
    case "os.path.join":
      return joinedPath(call.arguments.map((part) => evaluator.evaluate(part, scope)));
    case "builtins.getattr":
      return attributeByName(evaluator, call, scope);
    default:
      return undefined;
  }
}

function dictionary(
  evaluator: Evaluator,
  keywords: readonly Keyword[],
  base: StaticValue | undefined,
  scope: Scope,
): StaticValue {
  const start = base ? mappingOf(base) : undefined;
  const entries = new Map(start?.entries);
  let complete = base === undefined || start?.complete === true;
  for (const keyword of keywords) {
    const value = evaluator.evaluate(keyword.value, scope);
    if (keyword.name) {
      entries.set(keyword.name.name, value);
      continue;
    }
    const spread = mappingOf(value);
    for (const [key, entry] of spread?.entries ?? []) entries.set(key, entry);
    if (!spread?.complete) complete = false;
  }
  return known({ type: "mapping", entries, complete });
}

/** `getattr(settings, "NAME", default)` */
function attributeByName(evaluator: Evaluator, call: Call, scope: Scope): StaticValue | undefined {
  const [object, nameExpression, fallback] = call.arguments;
  if (!object || !nameExpression) return undefined;
  if (symbolName(evaluator.symbol(object, scope)) !== "django.conf.settings") return undefined;
  const name = stringOf(evaluator.evaluate(nameExpression, scope));
  if (name === undefined) return unknownValue;
  const value = evaluator.context.setting(name);
  if (value) return value;
  return fallback ? evaluator.evaluate(fallback, scope) : unknownValue;
}

/** A function of the project that is one `return`. */
function projectFunction(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  callee: PythonSymbol,
): StaticValue | undefined {
  if (callee.kind !== "function" || callee.owner || callee.node.decorators.length > 0) return undefined;
  const returned = onlyReturn(callee.node);
  if (!returned) return undefined;
  evaluator.context.bodyRead(callee.module);
  const bindings = bindParameters(evaluator, callee, call, scope);
  const value = evaluator.evaluate(returned, { module: callee.module, owner: undefined, bindings });
  return value.kind === "unknown" ? undefined : value;
}

/** The returned expression of a function that consists of nothing but imports, a docstring and one `return`. */
export function onlyReturn(node: FunctionDef): Expression | undefined {
  let returned: Expression | undefined;
  for (const statement of node.body) {
    if (statement.kind === "Return" && !returned) returned = statement.value;
    else if (statement.kind === "ExpressionStatement" && statement.value.kind === "StringLiteral") continue;
    else return undefined;
  }
  return returned;
}

function bindParameters(
  evaluator: Evaluator,
  callee: FunctionSymbol,
  call: Call,
  scope: Scope,
): ReadonlyMap<string, StaticValue> {
  const bindings = new Map<string, StaticValue>();
  callee.node.parameters.forEach((parameter, index) => {
    if (parameter.form === "starred" || parameter.form === "doubleStarred") {
      bindings.set(parameter.name, unknownValue);
      return;
    }
    const passed = argument(call, parameter.form === "keywordOnly" ? -1 : index, parameter.name);
    if (passed) bindings.set(parameter.name, evaluator.evaluate(passed, scope));
    else if (parameter.default) {
      bindings.set(
        parameter.name,
        evaluator.evaluate(parameter.default, { module: callee.module, owner: undefined }),
      );
    } else bindings.set(parameter.name, unknownValue);
  });
  return bindings;
}
