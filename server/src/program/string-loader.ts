import type { PythonProgram } from "../python/program.ts";
import type { LoadingCall, StringLoader } from "../python/string-loading.ts";
import type { Module } from "../python/symbols.ts";

const settingPrefix = "django.conf.settings.";

/** Names of functions that return what their only argument names: `import_string` and its many copies. */
const loadingFunction =
  /(^|\.)(locate|(import|load)_(from_)?(string|path|by_path|by_name|dotted_path|dotted_name|class|cls|func|function|callable|object|obj|attr|attribute|symbol))$/;

/**
 * What Django projects load by a string: `import_string("a.b.C")` and its many relatives, classes that a setting
 * names, models by the label of their app, and `get_class("order.forms", "OrderForm")` of django-oscar.
 * @param setting the text of a setting, where it is known
 */
export function djangoStringLoader(
  modules: readonly Module[],
  setting: (name: string) => string | undefined,
): StringLoader {
  let byEnding: ReadonlyMap<string, readonly string[]> | undefined;
  return (call) => {
    const lookup = oscarClass(call) ?? modelClass(call);
    if (lookup) {
      byEnding ??= modulesByEnding(modules);
      const found = byEnding.get(lookup.module) ?? [];
      // A project's own app hides the one of oscar that it was forked from.
      const own = found.filter((name) => !name.startsWith("oscar.apps."));
      const last = call.function.startsWith("oscar.") ? [`oscar.apps.${lookup.module}`] : [];
      return [...own, ...last].map((module) => `${module}.${lookup.name}`);
    }
    const [argument, ...others] = call.arguments;
    if (others.length > 0 || argument === undefined) return [];
    if (typeof argument === "string") {
      return loadingFunction.test(call.function) && isDottedName(argument) ? [argument] : [];
    }
    if (!("external" in argument) || !argument.external.startsWith(settingPrefix)) return [];
    const text = setting(argument.external.slice(settingPrefix.length));
    if (text === undefined || !isDottedName(text)) return [];
    // Whatever the function is called: a setting that is the dotted name of a class is there to be loaded.
    return /\.[A-Z]\w*$/.test(text) || loadingFunction.test(call.function) ? [text] : [];
  };
}

/** A class of a module that is known by the end of its name. */
interface ClassLookup {
  readonly module: string;
  readonly name: string;
}

/** `get_model("shop", "Order")` and `get_model("shop.Order")`: an app's label is the name of its folder, mostly. */
function modelClass(call: LoadingCall): ClassLookup | undefined {
  if (
    !/^(django\.apps\.(registry\.)?apps|django\.db\.models(\.loading)?|oscar\.core\.loading)\.get_model$/.test(
      call.function,
    )
  )
    return undefined;
  const [first, second] = call.arguments;
  if (typeof first !== "string") return undefined;
  const [label = "", name] = typeof second === "string" ? [first, second] : first.split(".");
  return name === undefined ? undefined : { module: `${label}.models`, name };
}

function oscarClass(call: LoadingCall): ClassLookup | undefined {
  const [module, names] = call.arguments;
  if (typeof module !== "string") return undefined;
  switch (call.function) {
    case "oscar.core.loading.get_class":
      return typeof names === "string" ? { module, name: names } : undefined;
    case "oscar.core.loading.get_classes": {
      const name = Array.isArray(names) ? names[call.item ?? -1] : undefined;
      return typeof name === "string" ? { module, name } : undefined;
    }
    default:
      return undefined;
  }
}

function isDottedName(text: string): boolean {
  return /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/.test(text);
}

/** Module names by their last two, three … parts. */
function modulesByEnding(modules: readonly Module[]): ReadonlyMap<string, readonly string[]> {
  const byEnding = new Map<string, string[]>();
  for (const { name } of modules) {
    const parts = name.split(".");
    for (let start = 0; start < parts.length - 1; start++) {
      const ending = parts.slice(start).join(".");
      const known = byEnding.get(ending);
      if (known) known.push(name);
      else byEnding.set(ending, [name]);
    }
  }
  return byEnding;
}

/** The text of a setting as its module assigns it; for `env("NAME", "default")` the default. */
export function settingText(
  program: PythonProgram,
  settingsModule: string,
  name: string,
): string | undefined {
  const module = program.module(settingsModule);
  const symbol = module && program.resolveExport(module, name);
  const value = symbol?.kind === "variable" ? symbol.values.at(-1) : undefined;
  const literal = value?.kind === "Call" ? value.arguments.at(-1) : value;
  return literal?.kind === "StringLiteral" ? literal.value : undefined;
}
