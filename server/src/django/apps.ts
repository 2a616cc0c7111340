/** The applications of a project: what `INSTALLED_APPS` names, or what its packages look like without settings. */
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, Module } from "../python/symbols.ts";
import type { Evaluator } from "./evaluation.ts";
import { libraryAppLabel } from "./library-facts/library-facts.ts";
import type { DjangoApp } from "./project.ts";
import { installedApps, type Settings } from "./settings.ts";
import { stringOf } from "./static-value.ts";

export interface Apps {
  readonly apps: readonly DjangoApp[];
  /** True when `INSTALLED_APPS` was read completely: no other application exists. */
  readonly complete: boolean;
  /** `AppConfig.default_auto_field` by application label. */
  readonly defaultAutoFields: ReadonlyMap<string, string>;
  /** The application that a module belongs to: the one with the longest name in front of the module's. */
  containing(moduleName: string): DjangoApp | undefined;
}

const appConfigNames: ReadonlySet<string> = new Set([
  "django.apps.AppConfig",
  "django.apps.config.AppConfig",
]);

export function findApps(program: PythonProgram, settings: Settings, evaluator: Evaluator): Apps {
  const installed = installedApps(settings);
  const defaultAutoFields = new Map<string, string>();
  const apps = installed
    ? installed.names.map((entry) => installedApp(program, evaluator, entry, defaultAutoFields))
    : packagesWithModels(program, evaluator, defaultAutoFields);
  return {
    apps,
    complete: installed?.complete ?? false,
    defaultAutoFields,
    containing: containingApp(apps),
  };
}

function installedApp(
  program: PythonProgram,
  evaluator: Evaluator,
  entry: string,
  defaultAutoFields: Map<string, string>,
): DjangoApp {
  const symbol = program.module(entry) ? undefined : program.resolveDottedName(entry);
  if (symbol?.kind === "class")
    return configuredApp(evaluator, symbol, defaultAutoFields) ?? appNamed(parentOf(entry));
  // `shop.apps.ShopConfig` of a library that is not part of the program: the package is what stands before `apps`.
  const config = /^(.+)\.apps\.\w+$/.exec(entry) ?? /^(.+)\.[A-Z]\w*Config$/.exec(entry);
  if (config?.[1] !== undefined && !program.module(entry)) return appNamed(config[1]);
  return appOfPackage(program, evaluator, entry, defaultAutoFields);
}

/** An application named by its package: its `apps` module may hold a configuration, of which one is the default. */
function appOfPackage(
  program: PythonProgram,
  evaluator: Evaluator,
  packageName: string,
  defaultAutoFields: Map<string, string>,
): DjangoApp {
  const appsModule = program.module(`${packageName}.apps`);
  const config = appsModule ? defaultConfig(program, evaluator, appsModule) : undefined;
  const app = config ? configuredApp(evaluator, config, defaultAutoFields) : undefined;
  return app?.moduleName === packageName ? app : appNamed(packageName);
}

function defaultConfig(
  program: PythonProgram,
  evaluator: Evaluator,
  module: Module,
): ClassSymbol | undefined {
  const configs = program
    .classes(module)
    .filter((symbol) => !symbol.qualifiedName.includes(".") && program.derivesFrom(symbol, appConfigNames));
  if (configs.length <= 1) return configs[0];
  return configs.find((symbol) => {
    const value = classConstant(program, evaluator, symbol, "default");
    return value?.kind === "known" && value.value === true;
  });
}

function configuredApp(
  evaluator: Evaluator,
  symbol: ClassSymbol,
  defaultAutoFields: Map<string, string>,
): DjangoApp | undefined {
  const { program } = evaluator.context;
  const text = (name: string): string | undefined => {
    const value = classConstant(program, evaluator, symbol, name);
    return value ? stringOf(value) : undefined;
  };
  const moduleName = text("name") ?? packageOfConfig(symbol.module);
  if (moduleName === undefined) return undefined;
  const label = text("label") ?? lastSegment(moduleName);
  const autoField = text("default_auto_field");
  if (autoField !== undefined) defaultAutoFields.set(label, autoField);
  return { moduleName, label };
}

/** `name = __name__.rpartition(".")[0]` and the like: the package that holds the `apps` module. */
function packageOfConfig(module: Module): string | undefined {
  return module.isPackage ? module.name : parentOf(module.name);
}

function classConstant(program: PythonProgram, evaluator: Evaluator, symbol: ClassSymbol, name: string) {
  const found = program.lookupMember(symbol, name);
  if (found.kind !== "found" || found.symbol.kind !== "variable") return undefined;
  const value = found.symbol.values.at(-1);
  return value ? evaluator.evaluate(value, { module: found.owner.module, owner: found.owner }) : undefined;
}

/** Without settings, every package with a `models` module is taken for an application. */
function packagesWithModels(
  program: PythonProgram,
  evaluator: Evaluator,
  defaultAutoFields: Map<string, string>,
): readonly DjangoApp[] {
  const packages = new Set<string>();
  for (const module of program.modules) {
    if (module.name.endsWith(".models")) packages.add(parentOf(module.name));
  }
  return [...packages].map((name) => appOfPackage(program, evaluator, name, defaultAutoFields));
}

function containingApp(apps: readonly DjangoApp[]): (moduleName: string) => DjangoApp | undefined {
  const byModule = new Map(apps.map((app) => [app.moduleName, app]));
  return (moduleName) => {
    for (let name = moduleName; name !== ""; name = parentOf(name)) {
      const app = byModule.get(name);
      if (app) return app;
    }
    return undefined;
  };
}

function appNamed(moduleName: string): DjangoApp {
  return { moduleName, label: libraryAppLabel(moduleName) ?? lastSegment(moduleName) };
}

/**
 * The application label of a model by the place of its module, where no installed application contains it: the package
 * that holds `models`, else the package that holds the module.
 */
export function labelByPlace(moduleName: string): string {
  const parts = moduleName.split(".");
  const models = parts.lastIndexOf("models");
  if (models > 0) return parts[models - 1] ?? moduleName;
  return parts.at(-2) ?? moduleName;
}

function parentOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot === -1 ? "" : name.slice(0, dot);
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
