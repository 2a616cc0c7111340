/** Imports in settings: other modules run, and what they set is set here. */
import type { Module } from "../python/symbols.ts";
import type { ImportFrom } from "../syntax/ast.ts";
import type { Environment } from "./settings-environment.ts";
import type { ExecutionHost } from "./settings-host.ts";
import { alternativesOf, unknownValue } from "./static-value.ts";

/** `import base`: what it sets is read by its name later. */
export function runImported(host: ExecutionHost, module: Module, name: string): void {
  const imported = host.importedModule(module, name, 0);
  if (imported?.firstParty) host.run(imported);
}

/** `from base import *`, `from base import APPS as BASE_APPS` */
export function importNames(
  host: ExecutionHost,
  environment: Environment,
  module: Module,
  statement: ImportFrom,
): void {
  const imported = host.importedModule(module, statement.module, statement.level);
  if (statement.names.some(({ name }) => name === "*")) importStar(host, environment, imported);
  else if (imported?.firstParty) importSingle(host, environment, imported, statement);
  else importForeign(host, environment, module, statement);
}

/** `from company.settings import CACHES`: it is set, and to what, only a library knows. Other names are no settings. */
function importForeign(
  { evaluator }: ExecutionHost,
  environment: Environment,
  module: Module,
  { names }: ImportFrom,
): void {
  for (const { name, alias } of names) {
    const bound = alias ?? name;
    if (!/^[A-Z][A-Z\d_]*$/.test(bound)) continue;
    const value = evaluator.valueOf(evaluator.context.program.resolveName(module, bound));
    const isSymbol = alternativesOf(value).some(
      (each) => typeof each === "object" && each?.type === "symbol",
    );
    environment.names.set(bound, isSymbol ? unknownValue : value);
    environment.uncertain.delete(bound);
  }
}

function importStar(host: ExecutionHost, environment: Environment, imported: Module | undefined): void {
  if (!imported) {
    environment.complete = false;
    return;
  }
  const other = host.run(imported);
  if (!other.complete) environment.complete = false;
  for (const [name, value] of other.declared) environment.declared.set(name, value);
  for (const [name, value] of other.names) {
    if (name.startsWith("_")) continue;
    environment.names.set(name, value);
    if (other.uncertain.has(name)) environment.uncertain.add(name);
    else environment.uncertain.delete(name);
    const place = other.places.get(name);
    if (place) environment.places.set(name, place);
  }
}

function importSingle(
  host: ExecutionHost,
  environment: Environment,
  imported: Module,
  { names }: ImportFrom,
): void {
  const { program } = host.evaluator.context;
  const values = names.filter(({ name }) => program.resolveName(imported, name).kind === "variable");
  if (values.length === 0) return;
  const other = host.run(imported);
  for (const { name, alias } of values) {
    const value = other.names.get(name);
    const place = other.places.get(name);
    if (value) environment.names.set(alias ?? name, value);
    if (value && place) environment.places.set(alias ?? name, place);
  }
}
