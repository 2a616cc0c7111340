import type { Expression, Import, ImportFrom } from "../syntax/ast.ts";
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

  /** A name as seen from the module's top level, builtins included (`external` `builtins.len`). */
  resolveName(module: Module, name: string): PythonSymbol;
  /** `name` as an attribute of the module: what `from module import name` gives, submodules included. */
  resolveExport(module: Module, name: string): PythonSymbol;
  /** A static chain of names and attributes (`models.ForeignKey`, `Task.objects`): `unknown` for anything else. */
  resolveExpression(module: Module, expression: Expression, owner?: ClassSymbol): PythonSymbol;
  /** A dotted path in a string (`"shop.models.Order"`, settings such as `AUTH_USER_MODEL` excepted). */
  resolveDottedName(name: string): PythonSymbol;
  /** The names that an import statement binds in the scope where it stands. Star imports give every public name. */
  resolveImport(module: Module, statement: Import | ImportFrom): ReadonlyMap<string, PythonSymbol>;

  /** All classes and functions of the module, nested ones included, in source order. */
  classes(module: Module): readonly ClassSymbol[];
  functions(module: Module): readonly FunctionSymbol[];
  /** The classes and functions that stand directly in the class's body, by name. */
  members(symbol: ClassSymbol): ReadonlyMap<string, PythonSymbol>;

  /** C3 order, the class itself first. Inheritance that C3 rejects, or that is circular, is cut, never an error. */
  mro(symbol: ClassSymbol): readonly MroEntry[];
  /** `after`: continue behind this class, as `super()` does. */
  lookupMember(symbol: ClassSymbol, name: string, after?: ClassSymbol): MemberLookup;
  /** Whether a class or one of its bases is one of these external dotted names. */
  derivesFrom(symbol: ClassSymbol, externalNames: ReadonlySet<string>): boolean;
  /** Direct and indirect subclasses in first-party code. */
  subclasses(symbol: ClassSymbol): readonly ClassSymbol[];
}
