/** What an evaluator of static expressions is and what it asks of its surroundings. */
import type { PythonProgram } from "../python/program.ts";
import type { FunctionSymbol, Module, PythonSymbol } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";
import type { Scope, StaticValue } from "./static-value.ts";

export interface InstalledLibraries {
  /** Whether a library can be imported, by the first part of its name. */
  has(library: string): boolean;
  /** Whether any of them announces something to a group of entry points: `pretix.plugin`. */
  hasEntryPoints(group: string): boolean;
}

/** How settings modules are run, for evaluations that run them. */
export interface SettingsRun {
  /** What a name of a module's top level holds as far as the module has run; undefined where that does not tell. */
  global(module: Module, name: string): StaticValue | undefined;
  /** What a function of the project answers; undefined where its body is not understood. */
  call(callee: FunctionSymbol, bindings: ReadonlyMap<string, StaticValue>): StaticValue | undefined;
  /** The text of an environment variable: null where it is not set, undefined where that is not known. */
  variable(name: string): string | null | undefined;
  /** It is set, to a text that is not known: its default does not apply. */
  isSetElsewhere(name: string): boolean;
  /** The names of all variables that are set; undefined where that is not known. */
  variableNames(): readonly string[] | undefined;
  /** Whether there is such a file or folder; undefined where that is not known. */
  fileExists(path: string): boolean | undefined;
  /** Whether the project's folder has the file; undefined where that is not known. */
  isOwnFile(path: string): boolean | undefined;
  /** Undefined where it is not known which libraries are installed. */
  readonly installed: InstalledLibraries | undefined;
  /** Whether a condition holds where the settings are used; undefined where both may be. */
  decide(condition: StaticValue): boolean | undefined;
}

export interface EvaluationContext {
  readonly program: PythonProgram;
  /** `settings.NAME`; undefined where the settings don't set it. */
  setting(name: string): StaticValue | undefined;
  /** The label that `get_user_model()` answers for; undefined where it is not known. */
  userModelLabel(): string | undefined;
  /** Told of each module from whose function bodies something was concluded. */
  bodyRead(module: Module): void;
  /** django-oscar's `get_class("catalogue.models", "Product")` and its like. */
  loadClass(moduleLabel: string, className: string): PythonSymbol | undefined;
  readonly execution?: SettingsRun;
}

export interface Evaluator {
  readonly context: EvaluationContext;
  evaluate(expression: Expression, scope: Scope): StaticValue;
  /** Runs another module in the middle of an expression, without counting it to that expression. */
  apart<Result>(run: () => Result): Result;
  /** What a variable holds, or a class, function or module itself. */
  valueOf(symbol: PythonSymbol): StaticValue;
  /** The symbol that an expression names: through variables too, so that an alias of a class gives the class. */
  symbol(expression: Expression, scope: Scope): PythonSymbol;
}
