import type { SourceFile } from "../syntax/source-file.ts";
import { fileOutline } from "./file-outline.ts";
import type { ModuleOutline } from "./outline.ts";
import type { Module } from "./symbols.ts";

/** A module as the linker sees it: its name and outline, without the file version. */
export interface LinkedModule {
  readonly kind: "module";
  readonly name: string;
  /** Other dotted names under which the same file can be imported. */
  readonly aliases: readonly string[];
  readonly isPackage: boolean;
  readonly origin: "firstParty" | "library" | "namespace";
  readonly outline: ModuleOutline;
}

export type LibraryLoader = (name: string) => Module | undefined;

/** Modules by name: those of the project, the namespace packages around them, and libraries loaded on demand. */
export class ModuleTable {
  readonly firstParty: readonly LinkedModule[];
  private readonly byName = new Map<string, LinkedModule>();
  private readonly namespaces = new Map<string, LinkedModule>();
  private readonly libraries = new Map<string, LinkedModule | undefined>();
  private readonly byOutline = new Map<ModuleOutline, LinkedModule>();
  /** Modules whose file version never changes. */
  private readonly fixedModules = new Map<LinkedModule, Module>();
  private readonly loadLibrary: LibraryLoader | undefined;

  constructor(modules: readonly Module[], loadLibrary: LibraryLoader | undefined) {
    this.loadLibrary = loadLibrary;
    this.firstParty = modules.map((module) => this.add(module, "firstParty"));
    for (const linked of this.firstParty) this.byName.set(linked.name, linked);
    for (const linked of this.firstParty) {
      for (const alias of linked.aliases) if (!this.byName.has(alias)) this.byName.set(alias, linked);
    }
    for (const name of [...this.byName.keys()]) this.addNamespaces(name);
  }

  get(name: string): LinkedModule | undefined {
    const known = this.byName.get(name);
    if (known) return known;
    const namespace = this.namespaces.get(name);
    // A package of the environment hides a folder that only happens to have its name, as in Python.
    if (namespace || !this.hasTopLevel(name) || this.isNamespace(topLevel(name))) {
      return this.library(name) ?? namespace;
    }
    return undefined;
  }

  /** Whether the first part of a dotted name is a module or regular package of the project. */
  ownsTopLevel(name: string): boolean {
    return this.byName.has(topLevel(name));
  }

  moduleOf(outline: ModuleOutline): LinkedModule | undefined {
    return this.byOutline.get(outline);
  }

  /** The module behind a library or namespace package. */
  fixedModule(linked: LinkedModule): Module | undefined {
    return this.fixedModules.get(linked);
  }

  private hasTopLevel(name: string): boolean {
    const top = topLevel(name);
    return this.byName.has(top) || this.namespaces.has(top);
  }

  private isNamespace(name: string): boolean {
    return this.namespaces.has(name);
  }

  private library(name: string): LinkedModule | undefined {
    if (this.loadLibrary === undefined) return undefined;
    if (this.libraries.has(name)) return this.libraries.get(name);
    const module = this.loadLibrary(name);
    const linked = module && this.add(module, "library");
    if (module && linked) this.fixedModules.set(linked, module);
    this.libraries.set(name, linked);
    return linked;
  }

  private add(module: Module, origin: LinkedModule["origin"]): LinkedModule {
    const { outline } = fileOutline(module.file);
    const { name, isPackage, aliases = [] } = module;
    const linked: LinkedModule = { kind: "module", name, aliases, isPackage, origin, outline };
    this.byOutline.set(outline, linked);
    return linked;
  }

  private addNamespaces(name: string): void {
    for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
      const parent = name.slice(0, dot);
      if (this.byName.has(parent) || this.namespaces.has(parent)) continue;
      const file: SourceFile = { path: "", text: "", tree: { body: [], comments: [], errors: [] } };
      const module: Module = { name: parent, isPackage: true, file, firstParty: true };
      const linked = this.add(module, "namespace");
      this.fixedModules.set(linked, module);
      this.namespaces.set(parent, linked);
    }
  }
}

function topLevel(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}
