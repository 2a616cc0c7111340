import { compact } from "../base/compact.ts";
import { invariant } from "../base/invariant.ts";
import { remembered } from "../base/remembered.ts";
import type { Call, Expression, Import, ImportFrom } from "../syntax/ast.ts";
import { adoptOutline } from "./file-outline.ts";
import { Linker } from "./linker.ts";
import { memberTarget } from "./member-lookup.ts";
import { moduleSymbols } from "./module-symbols.ts";
import type { LibraryLoader, LinkedModule } from "./module-table.ts";
import { callOutline, nameChain } from "./name-chain.ts";
import type { ClassOutline } from "./outline.ts";
import type { PythonProgram } from "./program.ts";
import type { StringLoader } from "./string-loading.ts";
import {
  type ClassMember,
  type ClassSymbol,
  type ExternalSymbol,
  type FunctionSymbol,
  type MemberLookup,
  type Module,
  type MroEntry,
  namesClass,
  type PythonSymbol,
  type UnknownSymbol,
} from "./symbols.ts";
import type { Target } from "./target.ts";

export interface ProgramInput {
  /** Every file at most once; names are unique. */
  readonly modules: readonly Module[];
  /** Called at most once per name, when an import leads there. */
  readonly loadLibraryModule?: LibraryLoader;
  /** Functions whose calls are as good as an import. */
  readonly loadString?: StringLoader;
}

/**
 * Links the modules of a project. Nothing is resolved before it is asked for; files that were linked before, in
 * another program, are not read again.
 */
export function createPythonProgram({ modules, loadLibraryModule, loadString }: ProgramInput): PythonProgram {
  const ordered = modules.toSorted((first, second) => compareText(first.name, second.name));
  const linker = new Linker(ordered, loadLibraryModule, loadString);
  const current = new Map<LinkedModule, Module>();
  linker.table.firstParty.forEach((linked, index) => {
    const module = ordered[index];
    if (module) current.set(linked, module);
  });
  return new LinkedProgram(linker, ordered, current);
}

/**
 * The program with new versions of some of its modules, if their outlines are what they were: then all results
 * between modules are kept, and only the changed modules' symbols are made anew. Undefined where an outline changed
 * or a module is not part of the program; the caller then links again.
 *
 * Symbols of the result carry nodes of the new versions, those of `program` keep the old ones. Symbols of one
 * definition in the two programs have the same `id`; whoever keeps something about a class or function from one
 * program to the next must key it by `id` and take nodes and positions from the present symbol.
 */
export function replaceBodies(program: PythonProgram, changed: readonly Module[]): PythonProgram | undefined {
  invariant(program instanceof LinkedProgram, "programs are made by createPythonProgram");
  return program.withBodies(changed);
}

/** The program for somebody who is to look at these modules of it alone. Names still lead everywhere. */
export function onlyModules(program: PythonProgram, modules: readonly Module[]): PythonProgram {
  return Object.create(program, { modules: { value: modules } });
}

class LinkedProgram implements PythonProgram {
  readonly modules: readonly Module[];
  private readonly linker: Linker;
  private readonly current: ReadonlyMap<LinkedModule, Module>;
  private readonly byPath = new Map<string, Module>();
  // Questions that the interpretation asks again and again.
  private readonly names = new WeakMap<Module, Map<string, PythonSymbol>>();
  private readonly lookups = new WeakMap<ClassSymbol, Map<string, MemberLookup>>();
  private readonly lookupsAfter = new WeakMap<ClassSymbol, Map<string, MemberLookup>>();
  private readonly exports = new WeakMap<Module, Map<string, PythonSymbol>>();
  private readonly imports = new WeakMap<Import | ImportFrom, ReadonlyMap<string, PythonSymbol>>();
  private readonly ownMembers = new WeakMap<ClassSymbol, ReadonlyMap<string, PythonSymbol>>();
  private readonly orders = new WeakMap<ClassSymbol, readonly MroEntry[]>();

  constructor(linker: Linker, modules: readonly Module[], current: ReadonlyMap<LinkedModule, Module>) {
    this.linker = linker;
    this.modules = modules;
    this.current = current;
    for (const module of modules) this.byPath.set(module.file.path, module);
  }

  withBodies(changed: readonly Module[]): PythonProgram | undefined {
    const current = new Map(this.current);
    for (const next of changed) {
      const linked = this.linker.table.get(next.name);
      const previous = linked && current.get(linked);
      if (!linked || !previous || linked.name !== next.name || linked.isPackage !== next.isPackage) {
        return undefined;
      }
      if (previous.file.path !== next.file.path || !adoptOutline(previous.file, next.file)) return undefined;
      current.set(linked, next);
    }
    return new LinkedProgram(this.linker, [...current.values()], current);
  }

  module(name: string): Module | undefined {
    const linked = this.linker.table.get(name);
    return linked?.origin === "namespace" ? undefined : linked && this.moduleOf(linked);
  }

  moduleOfFile(path: string): Module | undefined {
    return this.byPath.get(path);
  }

  resolveName(module: Module, name: string): PythonSymbol {
    const names = rowOf(this.names, module);
    return names.get(name) ?? remembered(names, name, () => this.findName(module, name));
  }

  private findName(module: Module, name: string): PythonSymbol {
    const { outline } = this.linked(module);
    return this.symbol(this.linker.nameIn(outline.scope, outline, name));
  }

  resolveExport(module: Module, name: string): PythonSymbol {
    return remembered(rowOf(this.exports, module), name, () =>
      this.symbol(this.linker.exportOf(this.linked(module), name)),
    );
  }

  resolveExpression(module: Module, expression: Expression, owner?: ClassSymbol): PythonSymbol {
    const definition = owner && this.definition(owner);
    const outline = definition?.outline ?? this.linked(module).outline;
    const chain = nameChain(expression);
    if (chain) {
      const scope = definition?.scope ?? outline.scope;
      const target = this.linker.chain(scope, outline, chain);
      const symbol = this.symbol(target);
      // In the head of a class its own name means an earlier binding: `class Order(Order)`.
      const inOwnHead =
        symbol.kind === "class" &&
        symbol.module === module &&
        symbol.node.start <= expression.start &&
        expression.end <= symbol.node.bodyRange.start;
      if (!inOwnHead || target.kind !== "class") return symbol;
      return this.symbol(this.linker.chain(scope, outline, chain, target.order));
    }
    if (expression.kind === "Subscript") {
      // `ManyToManyField["Tag", "Tagging"]`: type arguments do not change which class it is.
      const generic = this.resolveExpression(module, expression.value, owner);
      const isClass = generic.kind === "class" || (generic.kind === "external" && namesClass(generic));
      return isClass ? generic : unknown;
    }
    const call = callOutline(expression);
    const loaded = call && this.linker.loaded(outline.scope, outline, call);
    return loaded ? this.symbol(loaded) : unknown;
  }

  resolveDottedName(name: string): PythonSymbol {
    return this.symbol(this.linker.dotted(name));
  }

  resolveImport(module: Module, statement: Import | ImportFrom): ReadonlyMap<string, PythonSymbol> {
    return remembered(this.imports, statement, () => this.importedNames(module, statement));
  }

  private importedNames(module: Module, statement: Import | ImportFrom): ReadonlyMap<string, PythonSymbol> {
    const symbols = new Map<string, PythonSymbol>();
    if (statement.kind === "Import") {
      for (const { name, alias } of statement.names) {
        const top = name.split(".", 1)[0] ?? name;
        const target = this.linker.moduleNamed(alias === undefined ? top : name);
        symbols.set(alias ?? top, this.symbol(target));
      }
      return symbols;
    }
    const linked = this.linked(module);
    for (const { name, alias } of statement.names) {
      if (name !== "*") {
        symbols.set(alias ?? name, this.symbol(this.linker.importedFrom(linked, statement, name)));
        continue;
      }
      const source = this.linker.sourceModule(linked, statement);
      if (source.kind !== "module") continue;
      for (const [starred, target] of this.linker.starNames(source))
        symbols.set(starred, this.symbol(target));
    }
    return symbols;
  }

  classes(module: Module): readonly ClassSymbol[] {
    return moduleSymbols(module).classes();
  }

  madeClasses(module: Module): readonly ClassSymbol[] {
    const { outline } = this.linked(module);
    return outline.made.flatMap(({ definition }) =>
      this.linker.nameIn(outline.scope, outline, definition.name) === definition
        ? [this.classSymbol(definition)]
        : [],
    );
  }

  functions(module: Module): readonly FunctionSymbol[] {
    return moduleSymbols(module).functions();
  }

  derivedClass(module: Module, base: Expression, call: Call): ClassSymbol | undefined {
    return moduleSymbols(module).derivedClass(base, call);
  }

  members(symbol: ClassSymbol): ReadonlyMap<string, PythonSymbol> {
    return remembered(this.ownMembers, symbol, () => this.findMembers(symbol));
  }

  private findMembers(symbol: ClassSymbol): ReadonlyMap<string, PythonSymbol> {
    const definition = this.definition(symbol);
    const members = new Map<string, PythonSymbol>();
    for (const name of definition.scope.bindings.keys()) members.set(name, this.member(definition, name));
    return members;
  }

  mro(symbol: ClassSymbol): readonly MroEntry[] {
    return remembered(this.orders, symbol, () =>
      this.linker.hierarchy
        .mro(this.definition(symbol))
        .map((ancestor) => (ancestor.kind === "class" ? this.classSymbol(ancestor) : ancestor)),
    );
  }

  lookupMember(symbol: ClassSymbol, name: string, after?: ClassSymbol): MemberLookup {
    const lookups = rowOf(after ? this.lookupsAfter : this.lookups, symbol);
    const key = after ? `${after.id} ${name}` : name;
    return lookups.get(key) ?? remembered(lookups, key, () => this.findMember(symbol, name, after));
  }

  private findMember(symbol: ClassSymbol, name: string, after: ClassSymbol | undefined): MemberLookup {
    const { hierarchy } = this.linker;
    const definition = this.definition(symbol);
    const order = after ? hierarchy.mroAfter(definition, this.definition(after)) : hierarchy.mro(definition);
    const owner = hierarchy.ownerOf(order, name);
    const outside = (owner ? order.slice(0, order.indexOf(owner)) : order).filter(
      (ancestor): ancestor is ExternalSymbol | UnknownSymbol => ancestor.kind !== "class",
    );
    if (owner) {
      const member = this.member(owner, name);
      if (member.kind === "unknown") return { kind: "unknown" };
      const found = { kind: "found" as const, owner: this.classSymbol(owner), symbol: member };
      return outside.length === 0 ? found : { ...found, behind: outside };
    }
    const externalBases = outside.filter((ancestor) => ancestor.kind === "external");
    if (externalBases.length < outside.length) return { kind: "unknown" };
    return externalBases.length > 0
      ? { kind: "maybeExternal", externalBases: compact(externalBases) }
      : { kind: "absent" };
  }

  derivesFrom(symbol: ClassSymbol, externalNames: ReadonlySet<string>): boolean {
    return this.linker.hierarchy
      .mro(this.definition(symbol))
      .some((ancestor) => ancestor.kind === "external" && externalNames.has(ancestor.name));
  }

  subclasses(symbol: ClassSymbol): readonly ClassSymbol[] {
    return this.linker.hierarchy.subclasses(this.definition(symbol)).map((one) => this.classSymbol(one));
  }

  private member(definition: ClassOutline, name: string): ClassMember | UnknownSymbol {
    const symbol = this.symbol(memberTarget(this.linker, definition, name));
    return symbol;
  }

  private symbol(target: Target): PythonSymbol {
    switch (target.kind) {
      case "external":
      case "unknown":
        return target;
      case "module": {
        const module = this.moduleOf(target);
        return module ? moduleSymbols(module).symbol : unknown;
      }
      case "class":
      case "function":
      case "variable": {
        const linked = this.linker.table.moduleOf(target.outline);
        const module = linked && this.moduleOf(linked);
        return module ? moduleSymbols(module).of(target) : unknown;
      }
    }
  }

  private classSymbol(definition: ClassOutline): ClassSymbol {
    const symbol = this.symbol(definition);
    invariant(symbol.kind === "class", `${definition.qualifiedName} is a class of the program`);
    return symbol;
  }

  private definition(symbol: ClassSymbol): ClassOutline {
    const definition = moduleSymbols(symbol.module).definitionOf(symbol);
    invariant(definition !== undefined, `${symbol.id} was made by a program`);
    return definition;
  }

  private linked(module: Module): LinkedModule {
    const linked = this.linker.table.get(module.name);
    invariant(linked !== undefined, `${module.name} is a module of the program`);
    return linked;
  }

  private moduleOf(linked: LinkedModule): Module | undefined {
    return this.current.get(linked) ?? this.linker.table.fixedModule(linked);
  }
}

const unknown: UnknownSymbol = { kind: "unknown" };

function rowOf<Key extends object, Answer>(
  table: WeakMap<Key, Map<string, Answer>>,
  key: Key,
): Map<string, Answer> {
  return table.get(key) ?? remembered(table, key, () => new Map<string, Answer>());
}

function compareText(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0;
}
