import { selectBinding } from "./binding-selection.ts";
import { builtinNames } from "./builtin-names.ts";
import { ClassHierarchy } from "./class-hierarchy.ts";
import type { LibraryLoader, LinkedModule } from "./module-table.ts";
import { ModuleTable } from "./module-table.ts";
import type {
  ArgumentOutline,
  Binding,
  CallOutline,
  ImportSource,
  ModuleOutline,
  NameChain,
  Scope,
} from "./outline.ts";
import { StarImports } from "./star-imports.ts";
import type { LoadingArgument, StringLoader } from "./string-loading.ts";
import type { Module } from "./symbols.ts";
import { type NameResolution, type Target, unknownTarget } from "./target.ts";

/** Longer chains of re-exports and aliases are given up. */
const depthLimit = 400;
/** Names looked at for one question; circular imports with many alternatives could otherwise take for ever. */
const stepLimit = 20_000;

interface InProgress {
  readonly kind: "inProgress";
  readonly depth: number;
}

type Assignment = Binding & { readonly kind: "assignment" };
type Memo = Target | InProgress | "absent";

/**
 * Name resolution over the outlines of a program. Lazy: a name is resolved when it is first asked for.
 *
 * Circular definitions are cut where they close. What was concluded inside a circle that is still open depends on
 * where the question entered it, so it is not remembered; otherwise answers would depend on the order of questions.
 */
export class Linker implements NameResolution {
  readonly table: ModuleTable;
  readonly hierarchy: ClassHierarchy;
  private readonly stars: StarImports;
  private readonly stringLoader: StringLoader | undefined;
  private readonly memos = new WeakMap<Scope, Map<string, Memo>>();
  private depth = 0;
  private steps = 0;
  /** Depth of the outermost open question that a circle led back to. */
  private cutDepth = Number.POSITIVE_INFINITY;

  constructor(
    modules: readonly Module[],
    loadLibrary: LibraryLoader | undefined,
    stringLoader: StringLoader | undefined,
  ) {
    this.table = new ModuleTable(modules, loadLibrary);
    this.stringLoader = stringLoader;
    this.stars = new StarImports(this);
    this.hierarchy = new ClassHierarchy(this);
  }

  /** A name as code in the scope sees it. `before`: only bindings in front of this place count, if there are any. */
  nameIn(scope: Scope, outline: ModuleOutline, name: string, before?: number): Target {
    // Bindings of a function and of its module are numbered separately and happen at different times.
    const inFunction = scope.kind === "function" || scope.parents.length > 0;
    for (const visible of [scope, ...scope.parents]) {
      if (visible.kind === "module") continue;
      const found = this.inScope(visible, outline, name, before);
      if (found) return found;
    }
    const module = this.table.moduleOf(outline);
    const found = this.inScope(outline.scope, outline, name, inFunction ? undefined : before);
    if (found) return found;
    if (module) {
      const starred = this.throughStars(module, name);
      if (starred) return starred;
    }
    if (builtinNames.has(name)) return { kind: "external", name: `builtins.${name}` };
    return (module && this.stars.external(module, name)) ?? unknownTarget;
  }

  chain(scope: Scope, outline: ModuleOutline, chain: NameChain, before?: number): Target {
    const [first, ...rest] = chain;
    if (first === undefined) return unknownTarget;
    return rest.reduce<Target>(
      (target, name) => this.attribute(target, name),
      this.nameIn(scope, outline, first, before),
    );
  }

  attribute(target: Target, name: string): Target {
    switch (target.kind) {
      case "module":
        return this.exportOf(target, name);
      case "class": {
        const owner = this.hierarchy.ownerOf(this.hierarchy.mro(target), name);
        return (owner && this.inScope(owner.scope, owner.outline, name)) ?? unknownTarget;
      }
      case "external":
        return { kind: "external", name: `${target.name}.${name}` };
      case "function":
      case "variable":
      case "unknown":
        return unknownTarget;
    }
  }

  /** What `from module import name` gives. */
  exportOf(module: LinkedModule, name: string): Target {
    const bound = this.inScope(module.outline.scope, module.outline, name);
    if (bound && bound.kind !== "unknown") return bound;
    const starred = this.throughStars(module, name);
    if (starred && starred.kind !== "unknown") return starred;
    const submodule = this.table.get(`${module.name}.${name}`);
    if (submodule) return submodule;
    if (bound ?? starred) return unknownTarget;
    const external = this.stars.external(module, name);
    if (external) return external;
    if (module.origin === "firstParty") return unknownTarget;
    // Compiled modules and other portions of a namespace package have no source here.
    return { kind: "external", name: `${module.name}.${name}` };
  }

  /** The module behind a dotted name, `external` for one outside of the sources. */
  moduleNamed(name: string): Target {
    const module = this.table.get(name);
    if (module) return module;
    if (this.table.ownsTopLevel(name)) {
      const dot = name.lastIndexOf(".");
      if (dot < 0) return unknownTarget;
      // `import package.name` where the package itself makes the name another module's.
      const owner = this.table.get(name.slice(0, dot));
      return owner ? this.exportOf(owner, name.slice(dot + 1)) : unknownTarget;
    }
    return { kind: "external", name };
  }

  importedFrom(module: LinkedModule, source: ImportSource, name: string): Target {
    const base = this.sourceModule(module, source);
    switch (base.kind) {
      case "module":
        return this.exportOf(base, name);
      case "external":
        return { kind: "external", name: `${base.name}.${name}` };
      default:
        return unknownTarget;
    }
  }

  /** The module that `from <source> import …` names. */
  sourceModule(module: LinkedModule, source: ImportSource): Target {
    if (source.level === 0) return this.moduleNamed(source.module);
    let fallback: Target = unknownTarget;
    for (const name of [module.name, ...module.aliases]) {
      const absolute = absoluteName(name, module.isPackage, source);
      if (absolute === undefined) continue;
      const target = this.moduleNamed(absolute);
      if (target.kind === "module") return target;
      if (fallback.kind === "unknown" && module.origin === "library") fallback = target;
    }
    return fallback;
  }

  /** Names that `from module import *` binds, with their targets. */
  starNames(module: LinkedModule): ReadonlyMap<string, Target> {
    const targets = new Map<string, Target>();
    for (const name of this.stars.publicNames(module)) targets.set(name, this.exportOf(module, name));
    return targets;
  }

  /** The name's final binding in exactly this scope; undefined where it has none. */
  inScope(scope: Scope, outline: ModuleOutline, name: string, before?: number): Target | undefined {
    const bindings = scope.bindings.get(name);
    if (bindings === undefined) return undefined;
    const last = bindings.at(-1);
    if (before !== undefined && last !== undefined && last.order >= before) {
      const earlier = bindings.filter((binding) => binding.order < before);
      const usable = earlier.length > 0 ? earlier : bindings.filter((binding) => binding.order > before);
      // A name has no blank in it: the question is one of its own.
      return usable.length === 0 ? undefined : this.remembered(scope, outline, `${name} ${before}`, usable);
    }
    return this.remembered(scope, outline, name, bindings);
  }

  private remembered(
    scope: Scope,
    outline: ModuleOutline,
    name: string,
    bindings: readonly Binding[],
  ): Target | undefined {
    const memo = this.memoOf(scope);
    const known = memo.get(name);
    if (known === "absent") return undefined;
    if (known?.kind === "inProgress") {
      this.cutDepth = Math.min(this.cutDepth, known.depth);
      return undefined;
    }
    if (known) return known;
    if (this.depth === 0) this.steps = 0;
    this.steps += 1;
    if (this.depth >= depthLimit || this.steps > stepLimit) {
      this.cutDepth = -1;
      return undefined;
    }
    const depth = this.depth++;
    memo.set(name, { kind: "inProgress", depth });
    try {
      const target = this.resolveBindings(bindings, scope, outline);
      if (this.cutDepth < depth) memo.delete(name);
      else memo.set(name, target ?? "absent");
      return target;
    } finally {
      this.depth = depth;
      if (this.cutDepth >= depth || depth === 0) this.cutDepth = Number.POSITIVE_INFINITY;
    }
  }

  private resolveBindings(
    bindings: readonly Binding[],
    scope: Scope,
    outline: ModuleOutline,
  ): Target | undefined {
    return selectBinding(bindings, (binding) => this.resolveBinding(binding, scope, outline));
  }

  resolveBinding(binding: Binding, scope: Scope, outline: ModuleOutline): Target | undefined {
    switch (binding.kind) {
      case "class":
      case "function":
        return binding.definition;
      case "import":
        return this.moduleNamed(binding.module);
      case "importFrom": {
        const module = this.table.moduleOf(outline);
        return module ? this.importedFrom(module, binding.source, binding.name) : unknownTarget;
      }
      case "assignment":
        switch (binding.value.kind) {
          case "alias": {
            const target = this.chain(scope, outline, binding.value.chain, binding.order);
            return target.kind === "unknown" ? binding.definition : target;
          }
          case "call": {
            const { call, item } = binding.value;
            return (
              this.loaded(scope, outline, call, item, binding.order) ??
              this.madeClass(scope, outline, binding) ??
              binding.definition
            );
          }
          default:
            return binding.definition;
        }
      case "opaque":
        return unknownTarget;
    }
  }

  /** The class that is made where the call's function makes one of the arguments that are written like classes. */
  private madeClass(scope: Scope, outline: ModuleOutline, { order, value }: Assignment): Target | undefined {
    if (value.kind !== "call" || !value.made) return undefined;
    const { definition, hasBody, positions } = value.made;
    const callee = this.chain(scope, outline, value.call.function, order);
    if (positions === undefined) {
      return callee.kind === "external" && callee.name === "builtins.type" ? definition : undefined;
    }
    if (callee.kind !== "function" || callee.makes?.positions.join() !== positions.join()) return undefined;
    const isItsBody = hasBody === callee.makes.hasBody && (!hasBody || callee.outline === outline);
    return isItsBody ? definition : undefined;
  }

  /** What a call returns that loads something by its name; undefined for other calls. */
  loaded(
    scope: Scope,
    outline: ModuleOutline,
    call: CallOutline,
    item?: number,
    before?: number,
  ): Target | undefined {
    if (call.arguments.length === 0) return undefined;
    const callee = this.chain(scope, outline, call.function, before);
    const name = this.dottedNameOf(callee);
    if (name === undefined) return undefined;
    const [first] = call.arguments;
    if (name === "importlib.import_module") {
      return first?.kind === "text" && /^\w+(\.\w+)*$/.test(first.value)
        ? this.moduleNamed(first.value)
        : undefined;
    }
    const names = this.stringLoader?.({
      function: name,
      arguments: call.arguments.map((argument) => this.loadingArgument(scope, outline, argument)),
      item,
    });
    for (const candidate of names ?? []) {
      const target = this.dotted(candidate);
      if (target.kind !== "unknown") return target;
    }
    return undefined;
  }

  /** What a dotted name in a string stands for. */
  dotted(name: string): Target {
    const [first = "", ...rest] = name.split(".");
    return rest.reduce<Target>((target, part) => this.attribute(target, part), this.moduleNamed(first));
  }

  private dottedNameOf(target: Target): string | undefined {
    if (target.kind === "external") return target.name;
    if (target.kind !== "function") return undefined;
    const module = this.table.moduleOf(target.outline);
    return module && `${module.name}.${target.qualifiedName}`;
  }

  private loadingArgument(scope: Scope, outline: ModuleOutline, argument: ArgumentOutline): LoadingArgument {
    switch (argument.kind) {
      case "text":
        return argument.value;
      case "texts":
        return argument.values;
      case "name": {
        const target = this.chain(scope, outline, argument.chain);
        return target.kind === "external" ? { external: target.name } : undefined;
      }
      case "other":
        return undefined;
    }
  }

  private throughStars(module: LinkedModule, name: string): Target | undefined {
    let found: Target | undefined;
    for (const { outline } of this.stars.candidates(module, name)) {
      const target = this.inScope(outline.scope, outline, name);
      if (target && target.kind !== "unknown") return target;
      found ??= target;
    }
    return found;
  }

  private memoOf(scope: Scope): Map<string, Memo> {
    let memo = this.memos.get(scope);
    if (memo === undefined) {
      memo = new Map();
      this.memos.set(scope, memo);
    }
    return memo;
  }
}

/** `from ..orders import x` in `shop.cart.views` is `shop.orders`; undefined beyond the top level. */
function absoluteName(name: string, isPackage: boolean, source: ImportSource): string | undefined {
  const parts = name.split(".");
  const dropped = isPackage ? source.level - 1 : source.level;
  if (dropped >= parts.length + (source.module === "" ? 0 : 1)) return undefined;
  const base = parts.slice(0, parts.length - dropped);
  if (base.length === 0) return undefined;
  return source.module === "" ? base.join(".") : `${base.join(".")}.${source.module}`;
}
