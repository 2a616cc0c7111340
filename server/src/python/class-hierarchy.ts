import { visibleBindings } from "./binding-selection.ts";
import { linearize } from "./c3.ts";
import type {
  BaseOutline,
  Binding,
  ClassOutline,
  FunctionOutline,
  NameChain,
  Scope,
  VariableOutline,
} from "./outline.ts";
import { type ExternalSymbol, namesClass, type UnknownSymbol } from "./symbols.ts";
import { type NameResolution, type Target, unknownTarget } from "./target.ts";

export type Ancestor = ClassOutline | ExternalSymbol | UnknownSymbol;

/** Bases that say how a class may be used and bring no members; C3 of Python treats `Generic` specially as well. */
const memberlessBases: ReadonlySet<string> = new Set([
  "builtins.object",
  "typing.Generic",
  "typing.Protocol",
  "typing_extensions.Generic",
  "typing_extensions.Protocol",
]);

/** A base that is a variable whose value is a call of `from_queryset` on a variable …: not deeper than this. */
const baseDepthLimit = 20;

/** A class with more ancestors than this is machine-made; its bases count as unknown. */
const ancestorLimit = 500;

/** Bases, resolution orders and subclasses of the classes of a program. */
export class ClassHierarchy {
  private readonly names: NameResolution;
  private readonly orders = new WeakMap<ClassOutline, readonly Ancestor[]>();
  private readonly directBases = new WeakMap<ClassOutline, readonly Ancestor[]>();
  private directSubclasses: ReadonlyMap<ClassOutline, readonly ClassOutline[]> | undefined;

  constructor(names: NameResolution) {
    this.names = names;
  }

  /** C3 order, the class itself first. `object`, `Generic` and `Protocol` are left out. */
  mro(definition: ClassOutline): readonly Ancestor[] {
    const known = this.orders.get(definition);
    if (known) return known;
    const order = linearize<Ancestor>(
      definition,
      this.acyclicBases(definition),
      (base) => (base.kind === "class" ? this.mro(base) : [base]),
      ancestorKey,
    );
    this.orders.set(definition, order);
    return order;
  }

  /** The resolution order behind a class, as `super()` follows it; of that class itself where it is no base. */
  mroAfter(definition: ClassOutline, after: ClassOutline): readonly Ancestor[] {
    const order = this.mro(definition);
    const position = order.indexOf(after);
    return position < 0 ? this.mro(after).slice(1) : order.slice(position + 1);
  }

  /** The first class of a resolution order that binds the name; one that only annotates it comes last. */
  ownerOf(order: readonly Ancestor[], name: string): ClassOutline | undefined {
    let annotated: ClassOutline | undefined;
    for (const ancestor of order) {
      if (ancestor.kind !== "class") continue;
      const bindings = ancestor.scope.bindings.get(name);
      if (bindings === undefined) continue;
      if (bindings.some((binding) => binding.kind !== "assignment" || binding.value.kind !== "annotation")) {
        return ancestor;
      }
      annotated ??= ancestor;
    }
    return annotated;
  }

  /** Direct and indirect subclasses among the first-party classes outside functions, nearest first. */
  subclasses(definition: ClassOutline): readonly ClassOutline[] {
    this.directSubclasses ??= this.findDirectSubclasses();
    const found = new Set<ClassOutline>();
    const pending = [definition];
    for (const base of pending) {
      for (const subclass of this.directSubclasses.get(base) ?? []) {
        if (subclass === definition || found.has(subclass)) continue;
        found.add(subclass);
        pending.push(subclass);
      }
    }
    return [...found];
  }

  private findDirectSubclasses(): ReadonlyMap<ClassOutline, readonly ClassOutline[]> {
    const subclasses = new Map<ClassOutline, ClassOutline[]>();
    for (const module of this.names.table.firstParty) {
      const { classes, made, scope } = module.outline;
      const isMade = (definition: ClassOutline): boolean =>
        this.names.chain(scope, module.outline, [definition.name]) === definition;
      for (const definition of [...classes, ...made.map((each) => each.definition).filter(isMade)]) {
        for (const base of this.bases(definition)) {
          if (base.kind !== "class") continue;
          const known = subclasses.get(base);
          if (known) known.push(definition);
          else subclasses.set(base, [definition]);
        }
      }
    }
    return subclasses;
  }

  /** Direct bases without those that inherit from the class themselves. */
  private acyclicBases(definition: ClassOutline): readonly Ancestor[] {
    return this.bases(definition).flatMap((base): Ancestor[] => {
      if (base.kind !== "class") return [base];
      const ancestors = new Set([base]);
      for (const ancestor of ancestors) {
        if (ancestor === definition) return [];
        if (ancestors.size > ancestorLimit) return [unknownTarget];
        for (const next of this.bases(ancestor)) if (next.kind === "class") ancestors.add(next);
      }
      return [base];
    });
  }

  private bases(definition: ClassOutline): readonly Ancestor[] {
    const known = this.directBases.get(definition);
    if (known) return known;
    // A base may be an attribute of a class that inherits from this one: cut where the circle closes.
    this.directBases.set(definition, []);
    const scope = definition.owner?.scope ?? enclosingScope(definition);
    const bases: Ancestor[] = [];
    for (const outline of definition.bases) {
      const base = this.resolveBase(outline, scope, definition, definition.order, 0);
      if (base.kind === "external" && memberlessBases.has(base.name)) continue;
      if (!bases.some((other) => ancestorKey(other) === ancestorKey(base))) bases.push(base);
    }
    this.directBases.set(definition, bases);
    return bases;
  }

  private resolveBase(
    base: BaseOutline,
    scope: Scope,
    definition: ClassOutline | VariableOutline,
    before: number | undefined,
    depth: number,
  ): Ancestor {
    if (depth > baseDepthLimit) return unknownTarget;
    switch (base.kind) {
      case "chain": {
        const target = this.names.chain(scope, definition.outline, base.chain, before);
        const ancestor = this.asAncestor(target, depth);
        if (ancestor.kind !== "unknown" || target.kind !== "unknown") return ancestor;
        return this.attributeOfInstance(base.chain, scope, definition, before) ?? unknownTarget;
      }
      case "call": {
        const target = this.names.loaded(scope, definition.outline, base.call, undefined, before);
        if (target) return this.asAncestor(target, depth);
        const callee = this.names.chain(scope, definition.outline, base.call.function, before);
        return callee.kind === "function" ? this.returnedBase(callee, depth) : unknownTarget;
      }
      case "alternatives": {
        return preferred(
          base.options.map((option) => this.resolveBase(option, scope, definition, before, depth + 1)),
        );
      }
      case "unknown":
        return unknownTarget;
    }
  }

  private returnedBase({ returns, outline }: FunctionOutline, depth: number): Ancestor {
    const options = returns?.chains.map((chain) =>
      this.asAncestor(this.names.chain(returns.scope, outline, chain), depth + 1),
    );
    return preferred(options ?? []);
  }

  /** `app.Task`, where `app = Celery()`, is what the library's class calls `Task`. */
  private attributeOfInstance(
    chain: NameChain,
    scope: Scope,
    definition: ClassOutline | VariableOutline,
    before: number | undefined,
  ): ExternalSymbol | undefined {
    const instance = this.names.chain(scope, definition.outline, chain.slice(0, -1), before);
    if (instance.kind !== "variable" || chain.length < 2) return undefined;
    const binding = onlyBinding(instance);
    if (binding?.kind !== "assignment" || binding.value.kind !== "call") return undefined;
    const made = this.names.chain(
      scopeOf(instance),
      instance.outline,
      binding.value.call.function,
      binding.order,
    );
    return made.kind === "external" && namesClass(made)
      ? { kind: "external", name: `${made.name}.${chain.at(-1)}` }
      : undefined;
  }

  private asAncestor(target: Target, depth: number): Ancestor {
    switch (target.kind) {
      case "class":
      case "external":
        return target;
      case "variable": {
        const only = onlyBinding(target);
        if (only?.kind !== "assignment") return unknownTarget;
        const { value } = only;
        if (value.kind === "base") {
          return this.resolveBase(value.base, scopeOf(target), target, only.order, depth + 1);
        }
        const isMade = value.kind === "call" && value.item === undefined;
        return isMade
          ? this.resolveBase(value, scopeOf(target), target, only.order, depth + 1)
          : unknownTarget;
      }
      case "module":
      case "function":
      case "unknown":
        return unknownTarget;
    }
  }
}

/** Of several possible bases the first in the sources, else the first of a library. */
function preferred(options: readonly Ancestor[]): Ancestor {
  return (
    options.find((option) => option.kind === "class") ??
    options.find((option) => option.kind === "external") ??
    unknownTarget
  );
}

function scopeOf(variable: VariableOutline): Scope {
  return variable.owner?.scope ?? variable.outline.scope;
}

/** The binding of a variable that is assigned once. */
function onlyBinding(variable: VariableOutline): Binding | undefined {
  const [only, ...others] = visibleBindings(scopeOf(variable).bindings.get(variable.name) ?? []);
  return others.length === 0 ? only : undefined;
}

/** Where the bases of a class that stands in no other class are looked up. */
function enclosingScope(definition: ClassOutline): Scope {
  return definition.scope.parents[0] ?? definition.outline.scope;
}

/** Two mentions of the same library class are the same ancestor. */
function ancestorKey(ancestor: Ancestor): unknown {
  return ancestor.kind === "external" ? ancestor.name : ancestor;
}
