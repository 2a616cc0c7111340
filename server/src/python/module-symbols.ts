import { AnswersOf } from "../base/answers-of.ts";
import { invariant } from "../base/invariant.ts";
import type { Call, Expression } from "../syntax/ast.ts";
import type { FileOutline } from "./definition-nodes.ts";
import { deriveClass } from "./derived-class.ts";
import { fileOutline, type LocalDefinitions, localDefinitions } from "./file-outline.ts";
import type { ClassOutline, Definition, FunctionOutline } from "./outline.ts";
import type {
  ClassSymbol,
  FunctionSymbol,
  Module,
  ModuleSymbol,
  UnknownSymbol,
  VariableSymbol,
} from "./symbols.ts";

type DefinedSymbol = ClassSymbol | FunctionSymbol | VariableSymbol;

/**
 * The symbols of one file version: what the outline's definitions are in this version, with their nodes.
 * Made once per `Module` object, so that programs that share a module share its symbols.
 */
export class ModuleSymbols {
  readonly symbol: ModuleSymbol;
  private readonly module: Module;
  private readonly file: FileOutline;
  private readonly symbols: DefinedSymbol[] = [];
  private allClasses: readonly ClassSymbol[] | undefined;
  private allFunctions: readonly FunctionSymbol[] | undefined;
  private readonly definitions = new WeakMap<ClassSymbol, ClassOutline>();
  private readonly derivedClasses = new WeakMap<Call, ClassSymbol>();
  private readonly derivedSymbols = new Map<Definition, DefinedSymbol>();

  constructor(module: Module) {
    this.module = module;
    this.file = fileOutline(module.file);
    this.symbol = { kind: "module", module };
  }

  of(definition: ClassOutline): ClassSymbol;
  of(definition: FunctionOutline): FunctionSymbol;
  of(definition: Definition): DefinedSymbol | UnknownSymbol;
  of(definition: Definition): DefinedSymbol | UnknownSymbol {
    const known = this.symbols[definition.index] ?? this.derivedSymbols.get(definition);
    if (known) return known;
    const symbol = this.make(definition);
    this.symbols[definition.index] = symbol;
    if (symbol.kind === "class" && definition.kind === "class") this.definitions.set(symbol, definition);
    return symbol;
  }

  /** The outline behind a class of this file version. */
  definitionOf(symbol: ClassSymbol): ClassOutline | undefined {
    return this.definitions.get(symbol);
  }

  /** See `deriveClass`. The same call gives the same class. */
  derivedClass(base: Expression, call: Call): ClassSymbol | undefined {
    const known = this.derivedClasses.get(call);
    if (known) return known;
    const derived = deriveClass(this.module, this.file.outline, base, call);
    if (!derived) return undefined;
    const { definition, symbol, members } = derived;
    this.derivedClasses.set(call, symbol);
    this.definitions.set(symbol, definition);
    this.derivedSymbols.set(definition, symbol);
    for (const [variable, member] of members) this.derivedSymbols.set(variable, member);
    return symbol;
  }

  classes(): readonly ClassSymbol[] {
    this.allClasses ??= inSourceOrder(
      [...this.file.outline.classes, ...this.locals().classes].map((one) => this.of(one)),
    );
    return this.allClasses;
  }

  functions(): readonly FunctionSymbol[] {
    this.allFunctions ??= inSourceOrder(
      [...this.file.outline.functions, ...this.locals().functions].map((one) => this.of(one)),
    );
    return this.allFunctions;
  }

  private make(definition: Definition): DefinedSymbol {
    const { module } = this;
    const { name } = definition;
    const node = this.node(definition.index);
    const owner = definition.owner && this.of(definition.owner);
    if (definition.kind === "class" && node?.kind === "ClassDef") {
      const id = `${module.name}:${definition.key}`;
      return { kind: "class", id, name, qualifiedName: definition.qualifiedName, module, node };
    }
    if (definition.kind === "function" && node?.kind === "FunctionDef") {
      const id = `${module.name}:${definition.key}`;
      return { kind: "function", id, name, qualifiedName: definition.qualifiedName, module, node, owner };
    }
    invariant(node?.kind === "Variable", `${module.name}: node and outline of ${name} belong together`);
    return { kind: "variable", name, module, owner, values: node.values, annotation: node.annotation };
  }

  private node(index: number) {
    const { nodes } = this.file;
    return index < nodes.length ? nodes[index] : this.locals().nodes[index - nodes.length];
  }

  private locals(): LocalDefinitions {
    return localDefinitions(this.file);
  }
}

const symbolsOfModule = new AnswersOf<Module, ModuleSymbols>();

export function moduleSymbols(module: Module): ModuleSymbols {
  let symbols = symbolsOfModule.get(module);
  if (symbols === undefined) {
    symbols = new ModuleSymbols(module);
    symbolsOfModule.set(module, symbols);
  }
  return symbols;
}

function inSourceOrder<T extends { readonly node: { readonly start: number } }>(symbols: T[]): readonly T[] {
  return symbols.sort((first, second) => first.node.start - second.node.start);
}
