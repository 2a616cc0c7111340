/**
 * What a project's settings say, evaluated without running them: star imports, concatenations, branches, environment
 * variables with their defaults, and the classes of django-configurations.
 */
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, Module } from "../python/symbols.ts";
import { type Environment, type ExecutionHost, executeStatements } from "./settings-execution.ts";
import { createEvaluator } from "./static-evaluator.ts";
import { parentPath } from "./static-paths.ts";
import { joinValues, type StaticValue, sequenceOf, stringsOf, unknownValue } from "./static-value.ts";

export interface Settings {
  /** The settings module; undefined when the project has none that is known. */
  readonly module: Module | undefined;
  /**
   * The value of a setting; undefined where the settings certainly don't set it, so that Django's default applies.
   * Branches of conditions that depend on the environment are joined.
   */
  evaluateSetting(name: string): StaticValue | undefined;
  /** Everything that the settings module sets, in order. */
  names(): readonly string[];
}

/** Settings of a project whose settings module is not known: nothing is. */
export const unknownSettings: Settings = {
  module: undefined,
  evaluateSetting: () => unknownValue,
  names: () => [],
};

/** @param bodyRead told of each module from whose function bodies something was concluded */
export function evaluateSettings(
  program: PythonProgram,
  module: Module | undefined,
  bodyRead: (module: Module) => void = () => {},
): Settings {
  if (!module) return unknownSettings;
  const host = createHost(program, bodyRead);
  let computed: Environment | undefined;
  const environment = (): Environment => {
    computed ??= settingsEnvironment(program, host, module);
    return computed;
  };
  return {
    module,
    evaluateSetting: (name) =>
      environment().names.get(name) ?? (environment().complete ? undefined : unknownValue),
    names: () => [...environment().names.keys()],
  };
}

/** The applications of `INSTALLED_APPS`, every branch taken. */
export interface InstalledApps {
  readonly names: readonly string[];
  /** False when more may be installed than were understood. */
  readonly complete: boolean;
}

export function installedApps(settings: Settings): InstalledApps | undefined {
  const value = settings.evaluateSetting("INSTALLED_APPS");
  if (!value || value.kind === "unknown") return undefined;
  const elements = sequenceOf(value);
  if (!elements) return undefined;
  const names = [...new Set(stringsOf(value))];
  return {
    names,
    complete: elements.complete && elements.elements.every((element) => element.kind === "known"),
  };
}

function createHost(program: PythonProgram, bodyRead: (module: Module) => void): ExecutionHost {
  const evaluator = createEvaluator({
    program,
    setting: () => undefined,
    userModelLabel: () => undefined,
    bodyRead,
    loadClass: () => undefined,
  });
  const environments = new Map<Module, Environment>();
  const host: ExecutionHost = {
    evaluator,
    run(module) {
      const finished = environments.get(module);
      if (finished) return finished;
      const environment: Environment = { names: new Map(), complete: true };
      // Stored before it is filled, so that settings which import each other end.
      environments.set(module, environment);
      executeStatements(host, module.file.tree.body, environment, module);
      return environment;
    },
    importedModule: (module, dotted, level) => program.module(absoluteName(module, dotted, level)),
    includedModules: (module, pattern) => matchingModules(program, module, pattern),
  };
  return host;
}

function absoluteName(module: Module, dotted: string, level: number): string {
  if (level === 0) return dotted;
  const parts = module.name.split(".");
  const base = parts.slice(0, parts.length - (module.isPackage ? level - 1 : level));
  return [...base, ...(dotted === "" ? [] : [dotted])].join(".");
}

function matchingModules(program: PythonProgram, module: Module, pattern: string): readonly Module[] {
  const folder = parentPath(module.file.path);
  const path = folder === "." ? pattern : `${folder}/${pattern}`;
  if (!path.includes("*")) {
    const found = program.moduleOfFile(path);
    return found ? [found] : [];
  }
  const expression = new RegExp(`^${path.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*")}$`);
  return program.modules.filter((candidate) => expression.test(candidate.file.path));
}

/** Bases of settings classes: django-configurations and its relatives. */
const settingsClasses: ReadonlySet<string> = new Set([
  "configurations.Configuration",
  "configurations.base.Configuration",
  "class_settings.Settings",
  "cbs.BaseSettings",
]);

function settingsEnvironment(program: PythonProgram, host: ExecutionHost, module: Module): Environment {
  const environment = host.run(module);
  const classes = program.classes(module).filter((symbol) => program.derivesFrom(symbol, settingsClasses));
  if (classes.length === 0) return environment;
  const names = new Map(environment.names);
  // Which class is used depends on DJANGO_CONFIGURATION: as with branches, all of them count.
  for (const symbol of classes) {
    for (const [name, value] of classEnvironment(program, host, symbol).names) {
      const other = names.get(name);
      names.set(name, other ? joinValues(other, value) : value);
    }
  }
  return { names, complete: environment.complete };
}

function classEnvironment(program: PythonProgram, host: ExecutionHost, symbol: ClassSymbol): Environment {
  const environment: Environment = { names: new Map(), complete: true };
  for (const base of [...program.mro(symbol)].reverse()) {
    if (base.kind === "class") executeStatements(host, base.node.body, environment, base.module, base);
  }
  return environment;
}
