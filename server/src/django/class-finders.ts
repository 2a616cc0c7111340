/** Functions that answer a class: `get_user_model()`, `get_model("app", "Model")`, `get_class("app.module", "Class")`. */
import { lastName } from "../python/last-name.ts";
import type { PythonSymbol } from "../python/symbols.ts";
import type { Call } from "../syntax/ast.ts";
import type { Evaluator } from "./evaluation.ts";
import {
  known,
  type Scope,
  type StaticValue,
  sequence,
  sequenceOf,
  stringOf,
  unknownValue,
} from "./static-value.ts";

/** `get_user_model()`, `get_model("app", "Model")` and other ways of naming a class by strings. */
export function findClass(
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

/** `swapper.set_app_prefix()` of packages. */
const swapperPrefixes: ReadonlyMap<string, string> = new Map([["wagtailcore", "wagtail"]]);

/** `swapper.load_model("wagtailcore", "Page")` and `swapper.get_model_name(…)`: the model that a setting names. */
function swappedModel(
  evaluator: Evaluator,
  parts: readonly StaticValue[],
  calledName: string,
): StaticValue | undefined {
  const [appLabel, modelName] = texts(parts);
  if (appLabel === undefined || modelName === undefined) return undefined;
  const prefix = swapperPrefixes.get(appLabel) ?? appLabel;
  const setting = `${prefix}_${modelName}_MODEL`.toUpperCase();
  if (calledName === "swappable_setting") return known(setting);
  if (calledName !== "load_model" && calledName !== "get_model_name") return undefined;
  const value = evaluator.context.setting(setting);
  const label = (value && stringOf(value)) ?? `${appLabel}.${modelName}`;
  return known(calledName === "load_model" ? { type: "model", label } : label);
}
