import type { LinkedModule } from "./module-table.ts";
import type { ExternalSymbol } from "./symbols.ts";
import type { NameResolution } from "./target.ts";

/** What star imports bring into a module. A search over the graph of star imports, which may have circles. */
export class StarImports {
  private readonly names: NameResolution;
  private readonly sources = new Map<LinkedModule, readonly LinkedModule[]>();
  private readonly externals = new Map<LinkedModule, readonly string[]>();
  private readonly explicit = new Map<LinkedModule, ReadonlySet<string> | undefined>();

  constructor(names: NameResolution) {
    this.names = names;
  }

  /**
   * The modules whose own binding of the name a star import brings in, best first: later star imports hide earlier
   * ones. More than one may matter, because modules of one package often import each other's names through it.
   */
  *candidates(module: LinkedModule, name: string): Generator<LinkedModule, void, undefined> {
    if (module.outline.scope.starImports.length === 0) return;
    const visited = new Set<LinkedModule>([module]);
    const pending = [...this.sourcesOf(module)];
    for (let source = pending.pop(); source; source = pending.pop()) {
      if (visited.has(source)) continue;
      visited.add(source);
      if (!this.isPublic(source, name)) continue;
      if (source.outline.scope.bindings.has(name)) yield source;
      else pending.push(...this.sourcesOf(source));
    }
  }

  /** For a name that only a star import from outside of the sources can have bound: if there is exactly one. */
  external(module: LinkedModule, name: string): ExternalSymbol | undefined {
    if (module.outline.scope.starImports.length === 0 || name.startsWith("_")) return undefined;
    const names = this.externalsOf(module);
    return names.length === 1 ? { kind: "external", name: `${names[0]}.${name}` } : undefined;
  }

  /** The names that `from module import *` binds. */
  publicNames(module: LinkedModule): ReadonlySet<string> {
    const explicit = this.explicitNames(module);
    if (explicit) return explicit;
    const names = new Set<string>();
    const visited = new Set<LinkedModule>();
    const pending = [module];
    for (let source = pending.pop(); source; source = pending.pop()) {
      if (visited.has(source)) continue;
      visited.add(source);
      const listed = source === module ? undefined : this.explicitNames(source);
      for (const name of listed ?? source.outline.scope.bindings.keys()) {
        if (!name.startsWith("_")) names.add(name);
      }
      if (!listed) pending.push(...this.sourcesOf(source));
    }
    return names;
  }

  private isPublic(module: LinkedModule, name: string): boolean {
    return this.explicitNames(module)?.has(name) ?? !name.startsWith("_");
  }

  private explicitNames(module: LinkedModule): ReadonlySet<string> | undefined {
    if (this.explicit.has(module)) return this.explicit.get(module);
    this.explicit.set(module, undefined);
    const names = this.readExplicitNames(module);
    this.explicit.set(module, names);
    return names;
  }

  private readExplicitNames(module: LinkedModule): ReadonlySet<string> | undefined {
    const parts = module.outline.publicNames;
    if (parts === undefined) return undefined;
    const names = new Set<string>();
    for (const part of parts) {
      if (part.kind === "names") {
        for (const name of part.names) names.add(name);
        continue;
      }
      const target = this.names.chain(module.outline.scope, module.outline, part.module);
      const others = target.kind === "module" ? this.explicitNames(target) : undefined;
      // A list that can't be completed would hide names: better none.
      if (others === undefined) return undefined;
      for (const name of others) names.add(name);
    }
    return names;
  }

  private sourcesOf(module: LinkedModule): readonly LinkedModule[] {
    this.resolve(module);
    return this.sources.get(module) ?? [];
  }

  /** Dotted names of the modules outside of the sources from which a star import, direct or not, takes names. */
  private externalsOf(module: LinkedModule): readonly string[] {
    const names = new Set<string>();
    const visited = new Set<LinkedModule>();
    const pending = [module];
    for (let source = pending.pop(); source; source = pending.pop()) {
      if (visited.has(source)) continue;
      visited.add(source);
      this.resolve(source);
      for (const name of this.externals.get(source) ?? []) names.add(name);
      pending.push(...this.sourcesOf(source));
    }
    return [...names];
  }

  private resolve(module: LinkedModule): void {
    if (this.sources.has(module)) return;
    const sources: LinkedModule[] = [];
    const externals: string[] = [];
    // A package that imports all of a module that is not there asks itself for the module's name.
    this.sources.set(module, sources);
    for (const source of module.outline.scope.starImports) {
      const target = this.names.sourceModule(module, source);
      if (target.kind === "module") sources.push(target);
      else if (target.kind === "external") externals.push(target.name);
    }
    this.sources.set(module, sources);
    this.externals.set(module, externals);
  }
}
