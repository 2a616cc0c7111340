/** The project's own tags and filters: functions that `templatetags` modules register. */
import { remembered } from "../../base/remembered.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { FunctionSymbol, Module } from "../../python/symbols.ts";
import type { FunctionValue } from "../../queryset/value.ts";
import type { Call, Expression } from "../../syntax/ast.ts";
import type { LoadNode } from "../../syntax/template/template-tree.ts";

/** A tag that calls a function. */
export interface FunctionTag {
  readonly callee: FunctionValue;
  readonly takesContext: boolean;
  /** The template that an inclusion tag renders with what the function returns. */
  readonly template: string | undefined;
}

interface TagLibrary {
  readonly tags: ReadonlyMap<string, FunctionTag>;
  readonly filters: ReadonlyMap<string, FunctionValue>;
}

/** What a template has loaded so far. */
export class LoadedLibraries {
  readonly #interpreter: Interpreter;
  /** The last one hides the others. */
  readonly #loaded: { readonly library: TagLibrary; readonly wanted: ReadonlySet<string> | undefined }[] = [];

  constructor(interpreter: Interpreter) {
    this.#interpreter = interpreter;
    for (const name of interpreter.templates.builtins) this.#add(name, undefined);
  }

  load({ libraries, names }: LoadNode): void {
    const wanted = names && new Set(names.map(({ name }) => name));
    for (const { name } of libraries) {
      // The last one installed is added last: it hides the others.
      for (const module of this.#interpreter.templates.libraries(name).toReversed())
        this.#add(module, wanted);
    }
  }

  tag(name: string): FunctionTag | undefined {
    return this.#find(name, ({ tags }) => tags);
  }

  filter(name: string): FunctionValue | undefined {
    return this.#find(name, ({ filters }) => filters);
  }

  #find<Registered>(
    name: string,
    registered: (library: TagLibrary) => ReadonlyMap<string, Registered>,
  ): Registered | undefined {
    for (let index = this.#loaded.length - 1; index >= 0; index--) {
      const loaded = this.#loaded[index];
      const found = loaded && (loaded.wanted?.has(name) ?? true) && registered(loaded.library).get(name);
      if (found) return found;
    }
    return undefined;
  }

  #add(moduleName: string, wanted: ReadonlySet<string> | undefined): void {
    const module = this.#interpreter.program.module(moduleName);
    if (!module) return;
    this.#interpreter.visited.add(module.file.path);
    this.#loaded.push({ library: libraryOf(this.#interpreter, module), wanted });
  }
}

const known = new WeakMap<Module, TagLibrary>();

function libraryOf(interpreter: Interpreter, module: Module): TagLibrary {
  return remembered(known, module, () => readLibrary(interpreter, module));
}

function readLibrary(interpreter: Interpreter, module: Module): TagLibrary {
  const tags = new Map<string, FunctionTag>();
  const filters = new Map<string, FunctionValue>();
  const functions = new Map<string, FunctionSymbol>();
  for (const symbol of interpreter.program.functions(module)) {
    if (symbol.qualifiedName.includes(".")) continue;
    functions.set(symbol.name, symbol);
    for (const decorator of symbol.node.decorators) register(symbol, decorator);
  }
  // `register.filter("name", function)`, `register.simple_tag(function)`
  for (const statement of module.file.tree.body) {
    if (statement.kind !== "ExpressionStatement" || statement.value.kind !== "Call") continue;
    const target = statement.value.arguments.at(-1);
    const symbol = target?.kind === "Name" ? functions.get(target.name) : undefined;
    if (symbol) register(symbol, registrationOf(statement.value));
  }
  return { tags, filters };

  function register(symbol: FunctionSymbol, decorator: Expression): void {
    const call = decorator.kind === "Call" ? decorator : undefined;
    const target = call ? call.function : decorator;
    if (target.kind !== "Attribute") return;
    const callee = interpreter.functionValue(symbol, undefined);
    const name = textOf(keyword(call, "name"));
    switch (target.attribute.name) {
      case "filter":
        filters.set(name ?? textOf(call?.arguments[0]) ?? symbol.name, callee);
        return;
      case "simple_tag":
      case "assignment_tag":
      case "simple_block_tag":
        tags.set(name ?? symbol.name, { callee, takesContext: takesContext(call), template: undefined });
        return;
      case "inclusion_tag": {
        const template = textOf(call?.arguments[0] ?? keyword(call, "filename"));
        tags.set(name ?? symbol.name, { callee, takesContext: takesContext(call), template });
        return;
      }
      default:
        return;
    }
  }
}

/** `register.inclusion_tag("t.html")(function)` registers with the inner call. */
function registrationOf(call: Call): Expression {
  return call.function.kind === "Call" ? call.function : call;
}

function keyword(call: Call | undefined, name: string): Expression | undefined {
  return call?.keywords.find((each) => each.name?.name === name)?.value;
}

function takesContext(call: Call | undefined): boolean {
  const value =
    keyword(call, "takes_context") ?? call?.arguments.find((each) => each.kind === "ConstantLiteral");
  return value?.kind === "ConstantLiteral" && value.value === "True";
}

function textOf(node: Expression | undefined): string | undefined {
  return node?.kind === "StringLiteral" ? node.value : undefined;
}
