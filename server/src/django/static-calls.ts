/** The calls whose result an evaluator knows: containers, strings, paths, environment defaults, model look-ups. */

import type { PythonSymbol } from "../python/symbols.ts";
import type { Call, Expression, FunctionDef } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import { findClass } from "./class-finders.ts";
import { newConfigurationParser } from "./configuration-parsers.ts";
import { databaseUrlCall } from "./environment-urls.ts";
import { environmentDefault } from "./environment-values.ts";
import type { Evaluator } from "./evaluation.ts";
import { methodOfInstance } from "./instances.ts";
import { argument, bindParameters, dictionary } from "./parameters.ts";
import { methodOfValue } from "./static-methods.ts";
import { textOf } from "./static-operators.ts";
import { joinedPath, parentPath } from "./static-paths.ts";
import {
  dependingOn,
  known,
  mappingOf,
  type Place,
  type Scope,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  truthOf,
  unknownValue,
  variableOf,
} from "./static-value.ts";

export function evaluateCall(evaluator: Evaluator, call: Call, scope: Scope): StaticValue {
  const callee = evaluator.symbol(call.function, scope);
  const name = symbolName(callee);
  return (
    knownFunction(evaluator, call, scope, name) ??
    environmentDefault(evaluator, call, scope, name) ??
    databaseUrlCall(evaluator, call, scope, name) ??
    findClass(evaluator, call, scope, callee, name) ??
    methodOfValue(evaluator, call, scope) ??
    methodOfInstance(evaluator, call, scope) ??
    projectFunction(evaluator, call, scope, callee) ??
    known({ type: "call", expression: call, scope })
  );
}

function knownFunction(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  name: string | undefined,
): StaticValue | undefined {
  const first = argument(call, 0);
  const firstValue = (): StaticValue => (first ? evaluator.evaluate(first, scope) : unknownValue);
  const parser = newConfigurationParser(name, call.arguments.length + call.keywords.length === 0);
  if (parser) return parser;
  switch (name) {
    case "builtins.list":
    case "builtins.tuple":
    case "builtins.set":
    case "builtins.frozenset":
      return copiedSequence(first && firstValue());
    case "builtins.any":
    case "builtins.all":
      return truthOfElements(name === "builtins.all", firstValue());
    case "builtins.sorted":
      return sortedSequence(call, firstValue());
    case "builtins.int":
    case "builtins.float":
    case "builtins.bool":
    case "builtins.len":
      return numberOf(name, call, firstValue());
    case "builtins.dict":
    case "collections.OrderedDict":
      return withLiteral(dictionary(evaluator, call.keywords, first ? firstValue() : undefined, scope), {
        module: scope.module,
        node: call,
      });
    case "builtins.str": {
      const value = firstValue();
      const text = textOf(value);
      return text === undefined ? unknownValue : dependingOn(known(text), variableOf(value));
    }
    case "pathlib.Path":
      return call.arguments.length > 1
        ? joinedPath(call.arguments.map((part) => evaluator.evaluate(part, scope)))
        : firstValue();
    case "pathlib.Path.home":
      return known("~");
    case "os.path.expanduser":
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
    case "os.path.exists":
    case "os.path.isfile":
      return fileExistence(evaluator, firstValue());
    case "importlib.util.find_spec":
      return moduleSpecification(evaluator, stringOf(firstValue()));
    case "importlib.metadata.entry_points":
    case "importlib_metadata.entry_points":
    case "pkg_resources.iter_entry_points":
    case "pkg_resources.working_set.iter_entry_points": {
      const group = argument(call, 0, "group");
      return group && entryPointsOf(evaluator, stringOf(evaluator.evaluate(group, scope)));
    }
    case "typing.cast":
      return call.arguments[1] && evaluator.evaluate(call.arguments[1], scope);
    case "builtins.isinstance":
      return isInstance(firstValue(), call.arguments[1]);
    case "tempfile.gettempdir":
      return known("/tmp");
    case "urllib.parse.quote": {
      const text = stringOf(firstValue());
      const safe = call.arguments.length === 1 ? quotedWithout(evaluator, call, scope) : undefined;
      return text === undefined || safe === undefined ? unknownValue : known(quotedUrlPart(text, safe));
    }
    case "platform.system":
      // Where servers run.
      return evaluator.context.execution ? known("Linux") : undefined;
    case "os.path.basename": {
      const path = stringOf(firstValue());
      return path === undefined ? unknownValue : known(path.slice(path.lastIndexOf("/") + 1));
    }
    case "copy.copy":
    case "copy.deepcopy":
      return deepCopy(firstValue());
    case "json.loads": {
      const text = stringOf(firstValue());
      return text === undefined ? unknownValue : parsedJson(text);
    }
    case "re.sub":
      return substitution(call.arguments.map((part) => evaluator.evaluate(part, scope)));
    case "os.path.join":
      return joinedPath(call.arguments.map((part) => evaluator.evaluate(part, scope)));
    case "builtins.getattr":
      return attributeByName(evaluator, call, scope);
    default:
      return undefined;
  }
}

function moduleSpecification({ context }: Evaluator, module: string | undefined): StaticValue {
  const { installed } = context.execution ?? {};
  const [library] = module?.split(".") ?? [];
  if (!installed || library === undefined) return unknownValue;
  const specification = { kind: "external", name: "importlib.machinery.ModuleSpec" } as const;
  return known(installed.has(library) ? { type: "symbol", symbol: specification } : null);
}

/** What plugins announce; undefined where there may be some. */
function entryPointsOf({ context }: Evaluator, group: string | undefined): StaticValue | undefined {
  const { installed } = context.execution ?? {};
  if (!installed || group === undefined || installed.hasEntryPoints(group)) return undefined;
  return sequence([]);
}

function withLiteral(value: StaticValue, literal: Place): StaticValue {
  const mapping = mappingOf(value);
  return mapping ? known({ ...mapping, literal }) : value;
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

/** A function of the project: run where settings are run, else understood where it is one `return`. */
function projectFunction(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  callee: PythonSymbol,
): StaticValue | undefined {
  if (callee.kind !== "function" || callee.owner || callee.node.decorators.length > 0) return undefined;
  const { execution } = evaluator.context;
  if (execution)
    return execution.call(
      callee,
      bindParameters(evaluator, callee.module, callee.node.parameters, call, scope),
    );
  const returned = onlyReturn(callee.node);
  if (!returned) return undefined;
  evaluator.context.bodyRead(callee.module);
  const bindings = bindParameters(evaluator, callee.module, callee.node.parameters, call, scope);
  const value = evaluator.evaluate(returned, { module: callee.module, owner: undefined, bindings });
  return value.kind === "unknown" ? undefined : value;
}

/** `isinstance(value, bool)`, of the types that plain values have. */
function isInstance(value: StaticValue, type: Expression | undefined): StaticValue {
  const names = type?.kind === "Name" ? [type] : type?.kind === "TupleLiteral" ? type.elements : [];
  const asked = names.flatMap((each) => (each.kind === "Name" ? [each.name] : []));
  const own = typesOf(value);
  if (!own || asked.length === 0 || asked.length !== names.length) return unknownValue;
  if (!asked.every((name) => plainTypes.has(name))) return unknownValue;
  return dependingOn(known(own.some((name) => asked.includes(name))), variableOf(value));
}

const plainTypes: ReadonlySet<string> = new Set(["bool", "dict", "float", "int", "str"]);

function typesOf(value: StaticValue): readonly string[] | undefined {
  if (value.kind !== "known") return undefined;
  switch (typeof value.value) {
    case "string":
      return ["str"];
    case "boolean":
      return ["bool", "int"];
    case "number":
      return Number.isInteger(value.value) ? ["int"] : ["float"];
    default:
      if (value.value === null) return ["None"];
      return value.value.type === "mapping"
        ? ["dict"]
        : value.value.type === "sequence"
          ? ["list"]
          : undefined;
  }
}

function copiedSequence(value: StaticValue | undefined): StaticValue {
  if (!value) return sequence([]);
  const mapping = mappingOf(value);
  if (mapping) return sequence([...mapping.entries.keys()].map(known), mapping.complete, mapping.united);
  const elements = sequenceOf(value);
  return elements ? known({ ...elements }) : sequence([], false);
}

/** `os.path.exists(path)` */
function fileExistence({ context: { execution } }: Evaluator, path: StaticValue): StaticValue {
  const text = stringOf(path);
  const exists = text === undefined ? undefined : execution?.fileExists(text);
  return exists === undefined ? unknownValue : known(exists);
}

/** `any()` and `all()` */
function truthOfElements(isAll: boolean, value: StaticValue): StaticValue {
  const elements = sequenceOf(value);
  if (!elements) return unknownValue;
  const truths = elements.elements.map(truthOf);
  if (!elements.united && truths.includes(!isAll)) return known(!isAll);
  const isClear = elements.complete && truths.every((truth) => truth === isAll);
  return isClear ? known(isAll) : unknownValue;
}

/** The characters that `quote(text, safe="")` leaves; undefined where that is not known. */
function quotedWithout(evaluator: Evaluator, { keywords }: Call, scope: Scope): string | undefined {
  const [keyword, ...others] = keywords;
  if (!keyword) return "/";
  const isSafe = keyword.name?.name === "safe" && others.length === 0;
  return isSafe ? stringOf(evaluator.evaluate(keyword.value, scope)) : undefined;
}

function quotedUrlPart(text: string, safe: string): string {
  return [...text]
    .map((character) => {
      if (safe.includes(character)) return character;
      // Left by JavaScript, but not by Python.
      return /[!*'()]/.test(character)
        ? `%${character.charCodeAt(0).toString(16).toUpperCase()}`
        : encodeURIComponent(character);
    })
    .join("");
}

function sortedSequence(call: Call, value: StaticValue): StaticValue {
  const elements = sequenceOf(value);
  const texts = elements?.elements.map(stringOf);
  if (!elements || !texts || texts.includes(undefined) || call.keywords.length > 0) {
    return sequence(elements?.elements ?? [], false);
  }
  const sorted = texts.map((text) => text ?? "").sort();
  return sequence(sorted.map(known), elements.complete, elements.united);
}

function numberOf(name: string | undefined, call: Call, value: StaticValue): StaticValue {
  if (call.arguments.length !== 1 || value.kind !== "known") return unknownValue;
  const result = numberOfKnown(name, value);
  return result === undefined ? unknownValue : dependingOn(known(result), value.variable);
}

function numberOfKnown(
  name: string | undefined,
  value: StaticValue & { readonly kind: "known" },
): number | boolean | undefined {
  if (name === "builtins.bool") return truthOf(value);
  if (name === "builtins.len") {
    const elements = sequenceOf(value);
    if (elements) return elements.complete && !elements.united ? elements.elements.length : undefined;
    return stringOf(value)?.length;
  }
  const held = value.value;
  const number =
    typeof held === "string" && /^\s*[-+]?\d[\d_]*(\.\d+)?\s*$/.test(held)
      ? Number(held.replaceAll("_", ""))
      : typeof held === "boolean"
        ? Number(held)
        : held;
  if (typeof number !== "number") return undefined;
  return name === "builtins.int" ? Math.trunc(number) : number;
}

/** `re.sub("[^a-z]", "_", text)`: of sets of characters, which mean the same in every language. */
function substitution([pattern, replacement, text, ...others]: readonly StaticValue[]): StaticValue {
  const parts = [pattern, replacement, text].map((each) => each && stringOf(each));
  const [set, by, source] = parts;
  if (set === undefined || by === undefined || source === undefined || others.length > 0) return unknownValue;
  if (!/^\[\^?(?:\w-\w|[\w.,:; -])+\]\+?$/.test(set) || by.includes("\\")) return unknownValue;
  return dependingOn(known(source.replaceAll(new RegExp(set, "gu"), () => by)), text && variableOf(text));
}

/** Containers are new ones, so that what is set in the copy is not set in the original. */
function deepCopy(value: StaticValue): StaticValue {
  const mapping = mappingOf(value);
  if (mapping) {
    return known({
      ...mapping,
      entries: new Map([...mapping.entries].map(([key, entry]) => [key, deepCopy(entry)])),
    });
  }
  const elements = sequenceOf(value);
  return elements ? known({ ...elements, elements: elements.elements.map(deepCopy) }) : value;
}

function parsedJson(text: string): StaticValue {
  try {
    return valueOfJson(JSON.parse(text));
  } catch {
    return unknownValue;
  }
}

function valueOfJson(value: unknown): StaticValue {
  if (
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean"
  ) {
    return known(value);
  }
  if (Array.isArray(value)) return sequence(value.map(valueOfJson));
  if (typeof value !== "object") return unknownValue;
  const entries = new Map(Object.entries(value).map(([key, entry]) => [key, valueOfJson(entry)] as const));
  return known({ type: "mapping", entries, complete: true });
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
