/** The project's own tags and filters: functions that `templatetags` modules register. */
import { AnswersOf } from "../../base/answers-of.ts";
import { remembered } from "../../base/remembered.ts";
import { keywordOf, templateRegistrations, textOf } from "../../django/template-registrations.ts";
import type { Interpreter } from "../../interpret/interpreter.ts";
import type { Module } from "../../python/symbols.ts";
import type { FunctionValue } from "../../queryset/value.ts";
import type { Call } from "../../syntax/ast.ts";
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
  #hasCacheOfDjango: boolean;

  constructor(interpreter: Interpreter) {
    this.#interpreter = interpreter;
    const { builtins } = interpreter.templates;
    this.#hasCacheOfDjango = builtins.includes("django.templatetags.cache");
    for (const name of builtins) this.#add(name, undefined);
  }

  /** Whether `{% cache %}` is Django's. Other libraries have one of that name, whose fragments leave parts out. */
  get hasCacheOfDjango(): boolean {
    return this.#hasCacheOfDjango;
  }

  load({ libraries, names }: LoadNode): void {
    const wanted = names && new Set(names.map(({ name }) => name));
    for (const { name } of libraries) {
      if (name === "cache" && (wanted?.has("cache") ?? true)) this.#hasCacheOfDjango = true;
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

const known = new AnswersOf<Module, TagLibrary>();

function libraryOf(interpreter: Interpreter, module: Module): TagLibrary {
  return remembered(known, module, () => readLibrary(interpreter, module));
}

function readLibrary(interpreter: Interpreter, module: Module): TagLibrary {
  const tags = new Map<string, FunctionTag>();
  const filters = new Map<string, FunctionValue>();
  for (const { kind, name, symbol, call } of templateRegistrations(interpreter.program, module)) {
    const callee = interpreter.functionValue(symbol, undefined);
    switch (kind) {
      case "filter":
        filters.set(name, callee);
        break;
      case "tag":
        tags.set(name, { callee, takesContext: takesContext(call), template: undefined });
        break;
      case "inclusionTag": {
        const template = textOf(call?.arguments[0] ?? keywordOf(call, "filename"));
        tags.set(name, { callee, takesContext: takesContext(call), template });
        break;
      }
    }
  }
  return { tags, filters };
}

function takesContext(call: Call | undefined): boolean {
  const value =
    keywordOf(call, "takes_context") ?? call?.arguments.find((each) => each.kind === "ConstantLiteral");
  return value?.kind === "ConstantLiteral" && value.value === "True";
}
