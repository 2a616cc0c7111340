/**
 * The functions that a project makes known to its Jinja templates: those that an environment is given
 * (`env.globals.update(…)`), those that decorators of a library register, and those that decorators of the project put
 * into a dictionary that an environment is given.
 */
import { moduleFrame } from "../../../interpret/frames.ts";
import type { Interpreter } from "../../../interpret/interpreter.ts";
import { hasDecorator, valueOfSymbol } from "../../../interpret/language/symbol-values.ts";
import type { FunctionSymbol, Module } from "../../../python/symbols.ts";
import { unknown } from "../../../queryset/join.ts";
import type { Value } from "../../../queryset/value.ts";
import type { Call, Expression } from "../../../syntax/ast.ts";
import { mentions } from "../../../syntax/mentions.ts";
import { type Node, walk } from "../../../syntax/walk.ts";

type Kind = "globals" | "filters";

export interface RegisteredName {
  readonly kind: Kind;
  readonly name: string;
  readonly value: Value;
  /** The template that is rendered with what the function returns. */
  readonly template: string | undefined;
}

export interface RegisteredNames {
  readonly names: readonly RegisteredName[];
  /** Paths of the modules that say so. */
  readonly visited: readonly string[];
}

/** Decorators of libraries, by dotted name. */
const libraryDecorators: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["django_jinja.library.filter", "filters"],
  ["django_jinja.library.global_function", "globals"],
  ["jingo.register.filter", "filters"],
  ["jingo.register.function", "globals"],
]);

/** Decorators that render a template. The second registers the function, too. */
const renderingDecorators: ReadonlySet<string> = new Set([
  "django_jinja.library.render_with",
  "jingo.register.inclusion_tag",
]);

const passingDecorators: readonly string[] = [
  "contextfilter",
  "contextfunction",
  "environmentfilter",
  "environmentfunction",
  "evalcontextfilter",
  "evalcontextfunction",
  "pass_context",
  "pass_environment",
  "pass_eval_context",
];

export function registeredNames(interpreter: Interpreter): RegisteredNames {
  const { program, templates } = interpreter;
  const visited = new Set<string>();
  const names: RegisteredName[] = [];
  const add = (module: Module, kind: Kind, name: string, value: Value, template?: string): void => {
    visited.add(module.file.path);
    names.push({ kind, name, value, template });
  };

  const decorators = new Map<string, Kind>();
  for (const module of program.modules) {
    if (!mentions(module.file, mayFillEnvironment)) continue;
    for (const { kind, store, entries } of filledEnvironments(module)) {
      for (const [name, value] of entries) add(module, kind, name, evaluate(interpreter, module, value));
      const dictionary = store && program.resolveExpression(module, store);
      if (dictionary?.kind !== "variable") continue;
      visited.add(module.file.path);
      for (const symbol of functionsNaming(interpreter, dictionary.module, dictionary.name)) {
        decorators.set(symbol.id, kind);
      }
      for (const value of dictionary.values) {
        for (const [name, entry] of entriesOf(value)) {
          add(dictionary.module, kind, name, evaluate(interpreter, dictionary.module, entry));
        }
      }
    }
  }
  const kindOf = (module: Module, decorator: Expression): Kind | undefined => {
    const symbol = program.resolveExpression(module, decorator);
    if (symbol.kind === "function") return decorators.get(symbol.id);
    return symbol.kind === "external" ? libraryDecorators.get(symbol.name) : undefined;
  };

  for (const module of program.modules) {
    if (decorators.size === 0 && !mentions(module.file, namesLibrary)) continue;
    for (const symbol of program.functions(module)) {
      if (symbol.node.decorators.length === 0 || symbol.qualifiedName.includes(".")) continue;
      const template = templateOf(interpreter, symbol);
      for (const decorator of symbol.node.decorators) {
        const call = decorator.kind === "Call" ? decorator : undefined;
        const callee = call ? call.function : decorator;
        const kind =
          kindOf(module, callee) ?? (registersTemplate(interpreter, module, callee) ? "globals" : undefined);
        if (!kind) continue;
        const name = kind && !registersTemplate(interpreter, module, callee) ? nameGiven(call) : undefined;
        add(module, kind, name ?? symbol.name, functionValue(interpreter, symbol), template);
      }
    }
    // `registry.function("markdown", markdown)`
    for (const statement of module.file.tree.body) {
      if (statement.kind !== "ExpressionStatement" || statement.value.kind !== "Call") continue;
      const call = statement.value;
      const value = call.arguments.at(-1);
      const kind = value && kindOf(module, call.function);
      if (!kind) continue;
      const name = nameGiven(call) ?? (value.kind === "Name" ? value.name : undefined);
      if (name !== undefined) add(module, kind, name, evaluate(interpreter, module, value));
    }
  }
  for (const kind of ["globals", "filters"] as const) {
    for (const [name, dotted] of templates.jinjaNames[kind]) {
      const value = valueOfSymbol(interpreter, program.resolveDottedName(dotted));
      names.push({ kind, name, value, template: undefined });
    }
  }
  return { names, visited: [...visited] };
}

const mayFillEnvironment = /\.(?:globals|filters)\b/;
const namesLibrary = /\b(?:django_jinja|jingo)\b/;

interface FilledEnvironment {
  readonly kind: Kind;
  readonly entries: readonly (readonly [string, Expression])[];
  /** A dictionary by name. */
  readonly store: Expression | undefined;
}

/** `env.globals.update({"url": reverse})`, `env.filters["markdown"] = markdown` */
function filledEnvironments(module: Module): readonly FilledEnvironment[] {
  if (!mentions(module.file, /jinja/i)) return [];
  const filled: FilledEnvironment[] = [];
  walk(module.file.tree, (node: Node) => {
    if (!("kind" in node)) return true;
    if (
      node.kind === "Call" &&
      node.function.kind === "Attribute" &&
      node.function.attribute.name === "update"
    ) {
      const kind = kindOfStore(node.function.value);
      const [argument] = node.arguments;
      if (kind) {
        const named = node.keywords.flatMap(({ name, value }) => (name ? [[name.name, value] as const] : []));
        const entries = [...(argument ? entriesOf(argument) : []), ...named];
        filled.push({ kind, entries, store: argument?.kind === "DictLiteral" ? undefined : argument });
      }
    }
    if (node.kind === "Assign") {
      for (const target of node.targets) {
        const kind = target.kind === "Subscript" ? kindOfStore(target.value) : undefined;
        if (kind && target.kind === "Subscript" && target.index.kind === "StringLiteral") {
          filled.push({ kind, entries: [[target.index.value, node.value]], store: undefined });
        }
      }
    }
    return true;
  });
  return filled;
}

function kindOfStore(node: Expression): Kind | undefined {
  if (node.kind !== "Attribute") return undefined;
  const { name } = node.attribute;
  return name === "globals" || name === "filters" ? name : undefined;
}

function entriesOf(node: Expression): readonly (readonly [string, Expression])[] {
  if (node.kind !== "DictLiteral") return [];
  return node.entries.flatMap(({ key, value }) =>
    key?.kind === "StringLiteral" ? [[key.value, value] as const] : [],
  );
}

/** Functions of the module in whose bodies the name stands: they fill the dictionary. */
function functionsNaming(interpreter: Interpreter, module: Module, name: string): readonly FunctionSymbol[] {
  return interpreter.program.functions(module).filter((symbol) => {
    let isNamed = false;
    for (const statement of symbol.node.body) {
      walk(statement, (node) => {
        isNamed ||= "kind" in node && node.kind === "Name" && node.name === name;
        return !isNamed;
      });
    }
    return isNamed && !symbol.qualifiedName.includes(".");
  });
}

function templateOf({ program }: Interpreter, { module, node }: FunctionSymbol): string | undefined {
  for (const decorator of node.decorators) {
    if (decorator.kind !== "Call") continue;
    const symbol = program.resolveExpression(module, decorator.function);
    const [name] = decorator.arguments;
    if (
      symbol.kind === "external" &&
      renderingDecorators.has(symbol.name) &&
      name?.kind === "StringLiteral"
    ) {
      return name.value;
    }
  }
  return undefined;
}

function registersTemplate({ program }: Interpreter, module: Module, decorator: Expression): boolean {
  const symbol = program.resolveExpression(module, decorator);
  return symbol.kind === "external" && symbol.name === "jingo.register.inclusion_tag";
}

function nameGiven(call: Call | undefined): string | undefined {
  const value = call?.keywords.find(({ name }) => name?.name === "name")?.value ?? call?.arguments[0];
  return value?.kind === "StringLiteral" ? value.value : undefined;
}

/** Jinja passes its own context first, where a decorator asks for it. */
function functionValue(interpreter: Interpreter, symbol: FunctionSymbol): Value {
  const value = interpreter.functionValue(symbol, undefined);
  const isPassed = passingDecorators.some((name) => hasDecorator(interpreter, symbol, name));
  return isPassed ? { ...value, boundArguments: [unknown] } : value;
}

function evaluate(interpreter: Interpreter, module: Module, node: Expression): Value {
  const frame = moduleFrame(module, module.name);
  const { value } = interpreter.outsideOfRoot(frame, () => interpreter.evaluate(node));
  return value.kind === "function" && value.symbol ? functionValue(interpreter, value.symbol) : value;
}
