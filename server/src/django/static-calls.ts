/** The calls whose result an evaluator knows: containers, strings, paths, environment defaults, model look-ups. */

import type { FunctionSymbol, PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression, FunctionDef, Keyword } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import { environmentDefault } from "./environment-values.ts";
import type { Evaluator } from "./evaluation.ts";
import { joinPath, parentPath } from "./static-paths.ts";
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
    modelLookup(evaluator, call, scope, callee, name) ??
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

function joinedPath(parts: readonly StaticValue[]): StaticValue {
  const texts = parts.map(stringOf);
  const [first, ...others] = texts;
  if (first === undefined || others.includes(undefined)) return unknownValue;
  return known(joinPath(first, ...others.filter((text) => text !== undefined)));
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

/** `get_user_model()`, `get_model("app", "Model")` and other ways of naming a class by strings. */
function modelLookup(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  callee: PythonSymbol,
  name: string | undefined,
): StaticValue | undefined {
  if (name === "django.contrib.auth.get_user_model") {
    const label = evaluator.context.userModelLabel();
    return label === undefined ? unknownValue : known({ type: "model", label });
  }
  if (callee.kind === "class") return undefined;
  const calledName = lastName(call.function) ?? "";
  const find = name?.startsWith("swapper.") ? swappedModel : classFinders.get(calledName);
  return find?.(
    evaluator,
    call.arguments.map((part) => evaluator.evaluate(part, scope)),
    calledName,
  );
}

type ClassFinder = (
  evaluator: Evaluator,
  parts: readonly StaticValue[],
  calledName: string,
) => StaticValue | undefined;

const classFinders: ReadonlyMap<string, ClassFinder> = new Map([
  ["get_model", modelByLabel],
  ["get_registered_model", modelByLabel],
  ["get_class", classOfApp],
  ["get_classes", classesOfApp],
  ["import_string", classByPath],
  ["import_class", classByPath],
  ["import_from_string", classByPath],
  ["load_class", classByPath],
  ["load_func", classByPath],
  ["load_object", classByPath],
]);

function texts(parts: readonly StaticValue[]): readonly (string | undefined)[] {
  return parts.map(stringOf);
}

/** `get_model("app", "Model")`, `get_model("app.Model")` */
function modelByLabel(_evaluator: Evaluator, parts: readonly StaticValue[]): StaticValue | undefined {
  const [first, second] = texts(parts);
  const label = second === undefined ? first : `${first}.${second}`;
  return label !== undefined && /^\w+\.\w+$/.test(label) ? known({ type: "model", label }) : undefined;
}

/** `get_class("catalogue.models", "Product")` of django-oscar. */
function classOfApp(evaluator: Evaluator, parts: readonly StaticValue[]): StaticValue | undefined {
  const [moduleLabel, className] = texts(parts);
  if (moduleLabel === undefined || className === undefined) return undefined;
  const symbol = evaluator.context.loadClass(moduleLabel, className);
  return symbol ? evaluator.valueOf(symbol) : unknownValue;
}

/** `get_classes("catalogue.models", ["Product", "Category"])` */
function classesOfApp(evaluator: Evaluator, parts: readonly StaticValue[]): StaticValue | undefined {
  const [moduleLabel, names] = parts;
  const elements = names && sequenceOf(names);
  if (!moduleLabel || !elements?.complete) return undefined;
  return sequence(
    elements.elements.map((name) => classOfApp(evaluator, [moduleLabel, name]) ?? unknownValue),
  );
}

/** `import_string("shop.mixins.OwnedMixin")` */
function classByPath(evaluator: Evaluator, parts: readonly StaticValue[]): StaticValue | undefined {
  const [path] = texts(parts);
  if (path === undefined || !/^\w+(\.\w+)+$/.test(path)) return undefined;
  const symbol = evaluator.context.program.resolveDottedName(path);
  return symbol.kind === "unknown" ? undefined : known({ type: "symbol", symbol });
}

/** `swapper.load_model("wagtailcore", "Page")` and `swapper.get_model_name(…)`: the model that a setting names. */
function swappedModel(
  evaluator: Evaluator,
  parts: readonly StaticValue[],
  calledName: string,
): StaticValue | undefined {
  const [appLabel, modelName] = texts(parts);
  if (appLabel === undefined || modelName === undefined) return undefined;
  const setting = `${appLabel}_${modelName}_MODEL`.toUpperCase();
  if (calledName === "swappable_setting") return known(setting);
  if (calledName !== "load_model" && calledName !== "get_model_name") return undefined;
  const value = evaluator.context.setting(setting);
  const label = (value && stringOf(value)) ?? `${appLabel}.${modelName}`;
  return known(calledName === "load_model" ? { type: "model", label } : label);
}

function lastName(expression: Expression): string | undefined {
  if (expression.kind === "Name") return expression.name;
  return expression.kind === "Attribute" ? expression.attribute.name : undefined;
}

/** Methods of strings, paths, lists and dictionaries that give another value. */
function methodOfValue(evaluator: Evaluator, call: Call, scope: Scope): StaticValue | undefined {
  if (call.function.kind !== "Attribute") return undefined;
  const method = call.function.attribute.name;
  if (!valueMethods.has(method)) return undefined;
  const receiver = evaluator.evaluate(call.function.value, scope);
  const parts = call.arguments.map((part) => evaluator.evaluate(part, scope));
  const text = stringOf(receiver);
  if (text !== undefined) return methodOfString(text, method, parts);
  const mapping = mappingOf(receiver);
  if (mapping && method === "get") {
    const key = parts[0] ? stringOf(parts[0]) : undefined;
    return key === undefined ? unknownValue : (mapping.entries.get(key) ?? parts[1] ?? known(null));
  }
  return (mapping || sequenceOf(receiver)) && method === "copy" ? receiver : undefined;
}

const valueMethods: ReadonlySet<string> = new Set([
  "absolute",
  "copy",
  "format",
  "get",
  "joinpath",
  "lower",
  "resolve",
  "rsplit",
  "split",
  "strip",
  "upper",
]);

function methodOfString(
  text: string,
  method: string,
  parts: readonly StaticValue[],
): StaticValue | undefined {
  switch (method) {
    case "lower":
      return known(text.toLowerCase());
    case "upper":
      return known(text.toUpperCase());
    case "strip":
      return parts.length === 0 ? known(text.trim()) : unknownValue;
    case "rsplit":
    case "split":
      return splitString(text, method, parts);
    case "resolve":
    case "absolute":
      return known(text);
    case "joinpath":
      return joinedPath([known(text), ...parts]);
    case "format": {
      const replacements = parts.map(stringOf);
      if (replacements.includes(undefined) || /\{[^}\d]/.test(text)) return unknownValue;
      let next = 0;
      return known(
        text.replace(
          /\{(\d*)\}/g,
          (_, index: string) => replacements[index === "" ? next++ : Number(index)] ?? "",
        ),
      );
    }
    default:
      return undefined;
  }
}

/** `split` and `rsplit`; a limit other than one is left alone. */
function splitString(text: string, method: "split" | "rsplit", parts: readonly StaticValue[]): StaticValue {
  const separator = parts[0] ? stringOf(parts[0]) : undefined;
  if (separator === undefined || separator === "") {
    return sequence(
      text
        .trim()
        .split(/\s+/)
        .filter((piece) => piece !== "")
        .map(known),
    );
  }
  const [, limit] = parts;
  if (!limit) return sequence(text.split(separator).map(known));
  const position = method === "split" ? text.indexOf(separator) : text.lastIndexOf(separator);
  if (limit.kind !== "known" || limit.value !== 1) return unknownValue;
  if (position === -1) return sequence([known(text)]);
  return sequence([known(text.slice(0, position)), known(text.slice(position + separator.length))]);
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
