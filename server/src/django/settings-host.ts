/** What the execution of settings asks of its surroundings. */
import type { Module } from "../python/symbols.ts";
import type { Evaluator } from "./evaluation.ts";
import type { Environment } from "./settings-environment.ts";
import type { StaticValue } from "./static-value.ts";

export interface ExecutionHost {
  readonly evaluator: Evaluator;
  /** What a module's names hold when it has run, or as far as it has while it runs. */
  run(module: Module): Environment;
  /** The module that an import statement of `module` names, where its source is known. */
  importedModule(module: Module, dotted: string, level: number): Module | undefined;
  /** Settings files that django-split-settings' `include("components/*.py")` names. */
  includedModules(module: Module, pattern: string): readonly Module[];
  /** What is not in the project is not there at all: an import of it fails. */
  readonly closed: boolean;
  /** What settings are taken to be whatever is assigned to them: `DEBUG` is off in production. */
  readonly assumptions: ReadonlyMap<string, StaticValue>;
  /** `os.environ["NAME"] = "text"`, by the settings themselves. */
  setVariable(name: string, text: string | undefined): void;
}
