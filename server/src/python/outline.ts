/**
 * The outline of a file: what other files can see of it. It holds names and how they are bound, classes with their
 * bases and members, functions, imports; no syntax nodes and no positions. Two versions of a file that differ only
 * inside function bodies have equal outlines, so everything that is concluded from outlines survives such an edit.
 *
 * Definitions are numbered in source order (`index`); a file version keeps its nodes in an array of the same order.
 */

/** A static chain of names: `models.Model` is `["models", "Model"]`. Never empty. */
export type NameChain = readonly string[];

export interface ModuleOutline {
  readonly kind: "moduleOutline";
  readonly scope: Scope;
  /** What `__all__` is made of, in order; undefined where the module has none that could be understood. */
  readonly publicNames: readonly PublicNames[] | undefined;
  /** Names are created on access by a module-level `__getattr__`. */
  readonly hasDynamicAttributes: boolean;
  /** In source order. */
  readonly classes: readonly ClassOutline[];
  /** In source order, methods included. */
  readonly functions: readonly FunctionOutline[];
  /** Names of the module that a call may have made a class of. */
  readonly made: readonly MadeClass[];
}

/** A part of `__all__`: literal names, or the `__all__` of a module (`__all__ += views.__all__`). */
export type PublicNames =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "sameAs"; readonly module: NameChain };

/** The names of a module, a class body or a function body. */
export interface Scope {
  readonly kind: "module" | "class" | "function";
  /** Scopes of the functions around it, innermost first: after its own, names are looked up there, then in the module. */
  readonly parents: readonly Scope[];
  /** Every binding of a name, in source order. */
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  readonly starImports: readonly ImportSource[];
}

export interface ImportSource {
  /** Dotted name behind the leading dots. */
  readonly module: string;
  /** Number of leading dots. */
  readonly level: number;
}

interface BindingPlace {
  /** Position among all bindings of the file. */
  readonly order: number;
  /** It may not happen: it stands in a branch, a loop or a `try`. */
  readonly conditional: boolean;
}

export type Binding = BindingPlace &
  (
    | { readonly kind: "class"; readonly definition: ClassOutline }
    | { readonly kind: "function"; readonly definition: FunctionOutline }
    | { readonly kind: "assignment"; readonly definition: VariableOutline; readonly value: AssignedValue }
    /** `import a.b` binds `a`; `import a.b as c` binds the module itself. */
    | { readonly kind: "import"; readonly module: string }
    | { readonly kind: "importFrom"; readonly source: ImportSource; readonly name: string }
    /** A parameter, or a name whose value comes from a statement that is not an assignment. */
    | { readonly kind: "opaque" }
  );

export type AssignedValue =
  /** Another name for something: `Base = models.Model`. */
  | { readonly kind: "alias"; readonly chain: NameChain }
  /** A call; `item` where the name takes one element of what it returns. */
  | {
      readonly kind: "call";
      readonly call: CallOutline;
      readonly item: number | undefined;
      readonly made?: MadeClass | undefined;
    }
  /** An expression that can be understood where a class is wanted: `Manager.from_queryset(OrderQuerySet)`. */
  | { readonly kind: "base"; readonly base: BaseOutline }
  /** `None`: a placeholder for another binding. */
  | { readonly kind: "none" }
  /** `name: type` without a value binds nothing. */
  | { readonly kind: "annotation" }
  | { readonly kind: "other" };

/** The class that a call gives if its function makes one: `Topic = model_factory(AbstractTopic)`. */
export interface MadeClass {
  readonly definition: ClassOutline;
  /** Positions of the arguments that are its bases; undefined for a call of `type()` itself. */
  readonly positions: readonly number[] | undefined;
  /** It has the body of a class statement of the function, which stands in the same module. */
  readonly hasBody: boolean;
}

/** A call of a named function with the positional arguments that can name something. */
export interface CallOutline {
  readonly function: NameChain;
  readonly arguments: readonly ArgumentOutline[];
}

export type ArgumentOutline =
  | { readonly kind: "text"; readonly value: string }
  /** A list or tuple of literals. */
  | { readonly kind: "texts"; readonly values: readonly string[] }
  | { readonly kind: "name"; readonly chain: NameChain }
  | { readonly kind: "other" };

export type BaseOutline =
  | { readonly kind: "chain"; readonly chain: NameChain }
  | { readonly kind: "call"; readonly call: CallOutline }
  /** `A if condition else B` */
  | { readonly kind: "alternatives"; readonly options: readonly BaseOutline[] }
  | { readonly kind: "unknown" };

export interface ClassOutline {
  readonly kind: "class";
  readonly index: number;
  readonly name: string;
  readonly qualifiedName: string;
  /** The qualified name, made unique in the file where it is defined more than once. */
  readonly key: string;
  readonly order: number;
  readonly bases: readonly BaseOutline[];
  readonly scope: Scope;
  /** The class in whose body it stands directly. */
  readonly owner: ClassOutline | undefined;
  readonly outline: ModuleOutline;
}

export interface FunctionOutline {
  readonly kind: "function";
  readonly index: number;
  readonly name: string;
  readonly qualifiedName: string;
  readonly key: string;
  readonly owner: ClassOutline | undefined;
  /** What other files may see of a body, this and the next; only of functions of the module's top level. */
  readonly returns: ReturnedClasses | undefined;
  /** It returns a class that it makes of the arguments at these positions. */
  readonly makes: (Pick<MadeClass, "hasBody"> & { readonly positions: readonly number[] }) | undefined;
  readonly outline: ModuleOutline;
}

/** The classes of which a function returns one, as names in its scope. */
export interface ReturnedClasses {
  readonly chains: readonly NameChain[];
  readonly scope: Scope;
}

export interface VariableOutline {
  readonly kind: "variable";
  readonly index: number;
  readonly name: string;
  readonly owner: ClassOutline | undefined;
  readonly outline: ModuleOutline;
}

export type Definition = ClassOutline | FunctionOutline | VariableOutline;
