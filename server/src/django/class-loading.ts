/** django-oscar's way of letting a project replace a class: `get_class("catalogue.models", "Product")`. */
import type { PythonProgram } from "../python/program.ts";
import type { PythonSymbol } from "../python/symbols.ts";
import type { DjangoApp } from "./project.ts";

/**
 * The class, or the variable that holds it, of that name in the module of the application that `moduleLabel` starts with. An application is meant by
 * the end of its name; the one that is installed first counts.
 */
export function findClassOfApp(
  program: PythonProgram,
  apps: readonly DjangoApp[],
  moduleLabel: string,
  className: string,
): PythonSymbol | undefined {
  const parts = moduleLabel.split(".");
  const inApp = parts.slice(0, -1).join(".");
  const rest = parts.at(-1) ?? "";
  const candidates = apps
    .filter((app) => app.moduleName === inApp || app.moduleName.endsWith(`.${inApp}`))
    .map((app) => `${app.moduleName}.${rest}`);
  const byName = program.modules
    .map((module) => module.name)
    .filter((name) => name === moduleLabel || name.endsWith(`.${moduleLabel}`));
  for (const moduleName of [...candidates, ...byName]) {
    const module = program.module(moduleName);
    const symbol = module && program.resolveExport(module, className);
    if (symbol?.kind === "class" || symbol?.kind === "variable") return symbol;
  }
  return undefined;
}
