/**
 * The base classes of a model in resolution order, across the project, the sources of libraries and the shipped
 * library facts. Python's own linearisation, with bases that only Django gives a meaning: `get_user_model()`,
 * `get_class("catalogue.abstract_models", "AbstractProduct")`.
 */

import type { ClassSymbol, PythonSymbol } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";
import { symbolName } from "./canonical-names.ts";
import type { Evaluator } from "./evaluation.ts";
import { isHarmlessBase, libraryModelAt } from "./library-facts/library-facts.ts";
import type { LibraryModel } from "./library-facts/library-model.ts";
import { alternativesOf } from "./static-value.ts";

export type Ancestor =
  | { readonly kind: "class"; readonly symbol: ClassSymbol }
  | { readonly kind: "library"; readonly model: LibraryModel }
  /** `django.db.models.Model` itself. */
  | { readonly kind: "root" }
  /** A class that adds nothing to a model. */
  | { readonly kind: "harmless"; readonly name: string }
  | { readonly kind: "unknown"; readonly name: string | undefined };

export interface Ancestry {
  /** In resolution order, the class itself left out. */
  readonly ancestors: readonly Ancestor[];
  /** The direct bases. */
  readonly bases: readonly Ancestor[];
}

export interface AncestryReader {
  of(symbol: ClassSymbol): Ancestry;
  ofLibrary(model: LibraryModel): Ancestry;
}

export interface AncestryOptions {
  /** The class of a model by its label: bases may be given as `get_model("app", "Model")`. */
  classLabelled(label: string): ClassSymbol | LibraryModel | undefined;
}

const root: Ancestor = { kind: "root" };
const empty: Ancestry = { ancestors: [], bases: [] };

export function createAncestryReader(evaluator: Evaluator, options: AncestryOptions): AncestryReader {
  const finished = new Map<string, Ancestry>();
  const active = new Set<string>();

  function memoized(key: string, compute: () => Ancestry): Ancestry {
    const known = finished.get(key);
    if (known) return known;
    // Circular inheritance is an error in Python: it is cut where it closes.
    if (active.has(key)) return empty;
    active.add(key);
    try {
      const ancestry = compute();
      finished.set(key, ancestry);
      return ancestry;
    } finally {
      active.delete(key);
    }
  }

  function of(symbol: ClassSymbol): Ancestry {
    return memoized(symbol.id, () => {
      const bases = symbol.node.bases.flatMap((base) => ancestorsOfBase(base, symbol));
      return { bases, ancestors: linearize(bases) };
    });
  }

  function ofLibrary(model: LibraryModel): Ancestry {
    return memoized(`library:${model.path}`, () => {
      const bases = model.bases.length === 0 ? [root] : model.bases.map((path) => ancestorNamed(path));
      return { bases, ancestors: linearize(bases) };
    });
  }

  /** C3: each class before its bases, bases in the order in which they are written. */
  function linearize(bases: readonly Ancestor[]): readonly Ancestor[] {
    const sequences = [...bases.map((base) => [base, ...ancestorsOf(base)]), [...bases]];
    const result: Ancestor[] = [];
    for (;;) {
      const remaining = sequences.filter((sequence) => sequence.length > 0);
      if (remaining.length === 0) return result;
      const inTail = new Set(remaining.flatMap((sequence) => sequence.slice(1).map(ancestorKey)));
      // An order that C3 rejects is continued with the first class that is left: a guess is better than no bases.
      const next =
        remaining.find(([head]) => head && !inTail.has(ancestorKey(head)))?.[0] ?? remaining[0]?.[0];
      if (!next) return result;
      const key = ancestorKey(next);
      if (!result.some((ancestor) => ancestorKey(ancestor) === key)) result.push(next);
      for (const sequence of sequences) {
        const index = sequence.findIndex((ancestor) => ancestorKey(ancestor) === key);
        if (index !== -1) sequence.splice(index, 1);
      }
    }
  }

  function ancestorsOf(ancestor: Ancestor): readonly Ancestor[] {
    if (ancestor.kind === "class") return of(ancestor.symbol).ancestors;
    return ancestor.kind === "library" ? ofLibrary(ancestor.model).ancestors : [];
  }

  function ancestorsOfBase(base: Expression, symbol: ClassSymbol): readonly Ancestor[] {
    const scope = { module: symbol.module, owner: undefined };
    switch (base.kind) {
      case "Subscript":
        // `Generic[T]`, `Manager["Order"]`
        return ancestorsOfBase(base.value, symbol);
      case "Starred":
        return [{ kind: "unknown", name: undefined }];
      case "Call": {
        const callee = evaluator.symbol(base.function, scope);
        const name = symbolName(callee);
        // six.with_metaclass(Meta, Base)
        if (name?.endsWith(".with_metaclass")) {
          return base.arguments.slice(1).flatMap((argument) => ancestorsOfBase(argument, symbol));
        }
        if (name !== undefined && isHarmlessBase(name)) return [{ kind: "harmless", name }];
        return [valueOfBase(base, symbol)];
      }
      default:
        return [valueOfBase(base, symbol)];
    }
  }

  function valueOfBase(base: Expression, symbol: ClassSymbol): Ancestor {
    const scope = { module: symbol.module, owner: undefined };
    const resolved = evaluator.symbol(base, scope);
    if (resolved.kind !== "unknown") return ancestorOfSymbol(resolved);
    for (const alternative of alternativesOf(evaluator.evaluate(base, scope))) {
      if (typeof alternative !== "object" || alternative?.type !== "model") continue;
      const model = options.classLabelled(alternative.label);
      if (model) return "path" in model ? { kind: "library", model } : { kind: "class", symbol: model };
    }
    return { kind: "unknown", name: undefined };
  }

  return { of, ofLibrary };
}

function ancestorOfSymbol(symbol: PythonSymbol): Ancestor {
  const name = symbolName(symbol);
  if (name === "django.db.models.Model") return root;
  if (symbol.kind === "class") return { kind: "class", symbol };
  return name === undefined || symbol.kind !== "external" ? { kind: "unknown", name } : ancestorNamed(name);
}

function ancestorNamed(name: string): Ancestor {
  const model = libraryModelAt(name);
  if (model) return { kind: "library", model };
  // All models of Django itself are described: any other class of it is none.
  const harmless = name.startsWith("django.") || isHarmlessBase(name);
  return harmless ? { kind: "harmless", name } : { kind: "unknown", name };
}

export function ancestorKey(ancestor: Ancestor): string {
  switch (ancestor.kind) {
    case "class":
      return ancestor.symbol.id;
    case "library":
      return `library:${ancestor.model.path}`;
    case "root":
      return "root";
    case "harmless":
    case "unknown":
      return `external:${ancestor.name}`;
  }
}
