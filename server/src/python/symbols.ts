/**
 * What a name stands for. Symbols are resolved without running anything: a name that can't be followed is
 * `unknown`, one that leads out of the sources is `external` with the dotted name under which it was imported.
 */
import type { ClassDef, Expression, FunctionDef, Lambda } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";

/** A Python module whose source is known. */
export interface Module {
  /** Dotted name as the project imports it: `shop.orders.models`. A package has the name of its folder. */
  readonly name: string;
  readonly isPackage: boolean;
  readonly file: SourceFile;
  /** True for code of the project itself, false for a library read from the environment. */
  readonly firstParty: boolean;
  /** Other dotted names under which the same file can be imported, where two roots of the import path overlap. */
  readonly aliases?: readonly string[];
}

export type PythonSymbol =
  | ModuleSymbol
  | ClassSymbol
  | FunctionSymbol
  | VariableSymbol
  | ExternalSymbol
  | UnknownSymbol;

export interface ModuleSymbol {
  readonly kind: "module";
  readonly module: Module;
}

export interface ClassSymbol {
  readonly kind: "class";
  /** `module:Outer.Inner`, unique in the program. */
  readonly id: string;
  readonly name: string;
  /** `Outer.Inner` */
  readonly qualifiedName: string;
  readonly module: Module;
  readonly node: ClassDef;
}

export interface FunctionSymbol {
  readonly kind: "function";
  /** `module:Class.method` */
  readonly id: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly module: Module;
  readonly node: FunctionDef;
  /** The class in whose body the function stands directly. */
  readonly owner: ClassSymbol | undefined;
}

/** A module-level or class-level name bound by assignment. */
export interface VariableSymbol {
  readonly kind: "variable";
  readonly name: string;
  readonly module: Module;
  readonly owner: ClassSymbol | undefined;
  /** Every value assigned to it in its scope, in order (branches included); empty when only annotated. */
  readonly values: readonly Expression[];
  readonly annotation: Expression | undefined;
}

/** Something of a library whose source is not part of the program. */
export interface ExternalSymbol {
  readonly kind: "external";
  /** `django.db.models.ForeignKey`; builtins are `builtins.len`. */
  readonly name: string;
}

/** Whether a name of a library looks like that of a class: constants and functions are written otherwise. */
export function namesClass({ name }: { readonly name: string }): boolean {
  return /(^|\.)_?[A-Z]\w*[a-z]\w*$/.test(name);
}

export interface UnknownSymbol {
  readonly kind: "unknown";
}

export type FunctionLike = FunctionDef | Lambda;

/** What `Class.name` finds along the method resolution order. */
export type MemberLookup =
  | {
      readonly kind: "found";
      readonly owner: ClassSymbol;
      readonly symbol: ClassMember;
      /** Bases without known source that stand before the owner: one of them may define the name, too. */
      readonly behind?: readonly (ExternalSymbol | UnknownSymbol)[];
    }
  /** Not in the sources, but a base class lies outside of them and may have it; the bases in resolution order. */
  | { readonly kind: "maybeExternal"; readonly externalBases: readonly ExternalSymbol[] }
  /** A base class could not be resolved at all. */
  | { readonly kind: "unknown" }
  | { readonly kind: "absent" };

export type ClassMember = FunctionSymbol | ClassSymbol | VariableSymbol | ExternalSymbol | ModuleSymbol;

/** An entry of a method resolution order. */
export type MroEntry = ClassSymbol | ExternalSymbol | UnknownSymbol;
