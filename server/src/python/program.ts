import type { Call, Expression, Import, ImportFrom } from "../syntax/ast.ts";
import type { ClassSymbol, FunctionSymbol, MemberLookup, Module, MroEntry, PythonSymbol } from "./symbols.ts";

/**
 * The linked Python sources of one Django project: name resolution over all modules.
 * Pure and lazy: answers are computed on first use and cached for the life of this object.
 */
export interface PythonProgram {
  /** First-party modules, ordered by name. */
  readonly modules: readonly Module[];
  module(name: string): Module | undefined;
  moduleOfFile(path: string): Module | undefined;

  /**
   * A name as seen from the module's top level, builtins included (`external` `builtins.len`). A name that is just
   * another name for something (`Base = models.Model`) is followed; one bound to any other value is a `variable`.
   */
  resolveName(module: Module, name: string): PythonSymbol;
  /** `name` as an attribute of the module: what `from module import name` gives, submodules included. */
  resolveExport(module: Module, name: string): PythonSymbol;
  /**
   * A static chain of names and attributes (`models.ForeignKey`, `Task.objects`), or `import_module` of a literal;
   * `unknown` for anything else. `owner`: the expression stands in this class's body, whose names come first.
   */
  resolveExpression(module: Module, expression: Expression, owner?: ClassSymbol): PythonSymbol;
  /** A dotted path in a string (`"shop.models.Order"`, settings such as `AUTH_USER_MODEL` excepted). */
  resolveDottedName(name: string): PythonSymbol;
  /** The names that an import statement binds in the scope where it stands. Star imports give every public name. */
  resolveImport(module: Module, statement: Import | ImportFrom): ReadonlyMap<string, PythonSymbol>;

  /** All classes and functions of the module, nested ones included, in source order. */
  classes(module: Module): readonly ClassSymbol[];
  functions(module: Module): readonly FunctionSymbol[];
  /**
   * The classes that functions have made of others for names of the module: `Topic = model_factory(AbstractTopic)`,
   * where the function returns `type(…, (base,), {…})` or a class of its own that derives from what it is given. Not
   * among `classes()`.
   */
  madeClasses(module: Module): readonly ClassSymbol[];
  /**
   * The class that a call makes of another by giving it attributes: it derives from `base`, an expression of the module,
   * and has the keywords of the call. Not among `classes()`, and no subclass of any. Undefined where `base` is no name.
   */
  derivedClass(module: Module, base: Expression, call: Call): ClassSymbol | undefined;
  /**
   * What the class's own body binds, by name, in the order of first binding. An assignment is a `variable`, whatever
   * its value stands for: `serializer_class = OrderSerializer` is a place of its own.
   */
  members(symbol: ClassSymbol): ReadonlyMap<string, PythonSymbol>;

  /**
   * C3 order, the class itself first; `object`, `Generic` and `Protocol` are left out. Inheritance that C3 rejects,
   * or that is circular, is cut, never an error. `Manager.from_queryset(Q)` as a base is `Manager`, `with_metaclass(M,
   * B)` is `B`; other calls are `unknown`.
   */
  mro(symbol: ClassSymbol): readonly MroEntry[];
  /** `after`: continue behind this class, as `super()` does. */
  lookupMember(symbol: ClassSymbol, name: string, after?: ClassSymbol): MemberLookup;
  /** Whether a class or one of its bases is one of these external dotted names. */
  derivesFrom(symbol: ClassSymbol, externalNames: ReadonlySet<string>): boolean;
  /** Direct and indirect subclasses in first-party code, nearest first; not those defined inside functions. */
  subclasses(symbol: ClassSymbol): readonly ClassSymbol[];
}
