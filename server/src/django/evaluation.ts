/** What an evaluator of static expressions is and what it asks of its surroundings. */
import type { PythonProgram } from "../python/program.ts";
import type { Module, PythonSymbol } from "../python/symbols.ts";
import type { Expression } from "../syntax/ast.ts";
import type { Scope, StaticValue } from "./static-value.ts";

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
}

export interface Evaluator {
  readonly context: EvaluationContext;
  evaluate(expression: Expression, scope: Scope): StaticValue;
  /** What a variable holds, or a class, function or module itself. */
  valueOf(symbol: PythonSymbol): StaticValue;
  /** The symbol that an expression names: through variables too, so that an alias of a class gives the class. */
  symbol(expression: Expression, scope: Scope): PythonSymbol;
}
