/**
 * What a project's settings say, evaluated without running them: star imports, concatenations, branches, environment
 * variables with their defaults, and the classes of django-configurations.
 */
import type { PythonProgram } from "../python/program.ts";
import type { ClassSymbol, Module } from "../python/symbols.ts";
import type { FunctionDef } from "../syntax/ast.ts";
import { walkExpressions } from "../syntax/walk.ts";
import type { InstalledLibraries, SettingsRun } from "./evaluation.ts";
import { isSettingsClass } from "./settings-classes.ts";
import { type Environment, emptyEnvironment } from "./settings-environment.ts";
import { executeFunction, executeStatements } from "./settings-execution.ts";
import type { ExecutionHost } from "./settings-host.ts";
import { createEvaluator } from "./static-evaluator.ts";
import { parentPath } from "./static-paths.ts";
import {
  joinValues,
  known,
  type Place,
  type StaticValue,
  sequenceOf,
  stringsOf,
  truthOf,
  unknownValue,
} from "./static-value.ts";

export interface Settings {
  /** The settings module; undefined when the project has none that is known. */
  readonly module: Module | undefined;
  /**
   * The value of a setting; undefined where the settings certainly don't set it, so that Django's default applies.
   * Branches of conditions that depend on the environment are joined.
   */
  evaluateSetting(name: string): StaticValue | undefined;
  /** Where a setting is assigned last; undefined where it is not assigned by its name. */
  place(name: string): Place | undefined;
  /** Only some of the branches set it: elsewhere Django's default applies. */
  mayBeUnset(name: string): boolean;
  /** False where code that is not understood, or not there, may set more, and something else. */
  isComplete(): boolean;
  /** Everything that the settings module sets, in order. */
  names(): readonly string[];
}

/** Settings of a project whose settings module is not known: nothing is. */
export const unknownSettings: Settings = {
  module: undefined,
  evaluateSetting: () => unknownValue,
  place: () => undefined,
  mayBeUnset: () => true,
  isComplete: () => false,
  names: () => [],
};

/** Where settings are used. Nothing said: anywhere, with any environment. */
export interface Circumstances {
  /** The variables of the environment; others are not set. */
  readonly environment?: ReadonlyMap<string, string>;
  /** Where not all variables are known: those that are set, with their texts where these are known. */
  readonly knownVariables?: ReadonlyMap<string, string | undefined>;
  /** In production: `DEBUG` is off, and conditions hold as the values in the settings say. */
  readonly production?: boolean;
  /** Whether there is a file or folder; paths are relative to the workspace, or absolute. */
  readonly fileExists?: (path: string) => boolean;
  /** Whether the folder of the project has it: others may be made where it is deployed. */
  readonly isOwnFile?: (path: string) => boolean;
  readonly installed?: InstalledLibraries;
}

/** @param bodyRead told of each module from whose function bodies something was concluded */
export function evaluateSettings(
  program: PythonProgram,
  module: Module | undefined,
  bodyRead: (module: Module) => void = () => {},
  circumstances: Circumstances = {},
): Settings {
  if (!module) return unknownSettings;
  let computed: Environment | undefined;
  const environment = (): Environment => {
    computed ??= settingsEnvironment(
      program,
      createHost(program, bodyRead, circumstances),
      module,
      circumstances,
    );
    return computed;
  };
  return {
    module,
    evaluateSetting: (name) =>
      environment().declared.get(name) ??
      environment().names.get(name) ??
      (environment().complete ? undefined : unknownValue),
    place: (name) => environment().places.get(name),
    mayBeUnset: (name) =>
      environment().uncertain.has(name) || !(environment().complete || environment().names.has(name)),
    isComplete: () => environment().complete,
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

/** Calls of functions in functions of settings: deeper ones are unknown. */
const maximumCallDepth = 12;

function createHost(
  program: PythonProgram,
  bodyRead: (module: Module) => void,
  {
    environment: variables,
    knownVariables,
    production = false,
    fileExists,
    isOwnFile,
    installed,
  }: Circumstances,
): ExecutionHost {
  const environments = new Map<Module, Environment>();
  const ownVariables = new Map<string, string | undefined>();
  let callDepth = 0;
  const execution: SettingsRun = {
    global: (module, name) => (module.firstParty ? environments.get(module)?.names.get(name) : undefined),
    call(callee, bindings) {
      if (callDepth >= maximumCallDepth || callee.node.async || isGenerator(callee.node)) return unknownValue;
      bodyRead(callee.module);
      callDepth += 1;
      try {
        if (callee.module.firstParty) evaluator.apart(() => host.run(callee.module));
        return executeFunction(host, callee.node.body, emptyEnvironment(bindings), callee.module);
      } finally {
        callDepth -= 1;
      }
    },
    variable(name) {
      if (ownVariables.has(name)) return ownVariables.get(name);
      return variables ? (variables.get(name) ?? null) : knownVariables?.get(name);
    },
    // The settings themselves may have set it as well, to something that is not known.
    isSetElsewhere: (name) =>
      ownVariables.has(name)
        ? ownVariables.get(name) === undefined
        : knownVariables?.has(name) === true && knownVariables.get(name) === undefined,
    fileExists: (path) => fileExists?.(path),
    isOwnFile: (path) => isOwnFile?.(path),
    installed,
    variableNames() {
      if (!variables) return undefined;
      const own = [...ownVariables.entries()].filter(([, text]) => text !== undefined).map(([name]) => name);
      return [...new Set([...variables.keys(), ...own])];
    },
    decide(condition) {
      if (!variables && !production) return undefined;
      return condition.kind === "known" && condition.variable === undefined ? truthOf(condition) : undefined;
    },
  };
  const evaluator = createEvaluator({
    program,
    setting: () => undefined,
    userModelLabel: () => undefined,
    bodyRead,
    loadClass: () => undefined,
    execution,
  });
  const host: ExecutionHost = {
    evaluator,
    closed: variables !== undefined,
    assumptions: new Map(production ? [["DEBUG", known(false)]] : []),
    run(module) {
      const finished = environments.get(module);
      if (finished) return finished;
      const environment = emptyEnvironment();
      // Stored before it is filled, so that settings which import each other end.
      environments.set(module, environment);
      executeStatements(host, module.file.tree.body, environment, module);
      return environment;
    },
    importedModule: (module, dotted, level) => program.module(absoluteName(module, dotted, level)),
    includedModules: (module, pattern) => matchingModules(program, module, pattern),
    setVariable: (name, text) => {
      ownVariables.set(name, text);
    },
  };
  return host;
}

function isGenerator(node: FunctionDef): boolean {
  let found = false;
  for (const statement of node.body) {
    walkExpressions(statement, ({ kind }) => {
      if (kind === "Yield" || kind === "YieldFrom") found = true;
      return !found;
    });
  }
  return found;
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

function settingsEnvironment(
  program: PythonProgram,
  host: ExecutionHost,
  module: Module,
  { production = false, environment: variables }: Circumstances,
): Environment {
  const environment = host.run(module);
  const classes = program.classes(module).filter((symbol) => isSettingsClass(program, symbol));
  if (classes.length === 0) return environment;
  const chosen = variables?.get("DJANGO_CONFIGURATION");
  const used = chosen
    ? classes.filter(({ name }) => name === chosen)
    : production
      ? productionClasses(classes)
      : classes;
  const names = new Map(environment.names);
  const places = new Map(environment.places);
  const declared = new Map(environment.declared);
  // Which class is used depends on DJANGO_CONFIGURATION: as with branches, all of them count.
  const joined = new Set<string>();
  for (const symbol of used) {
    const ofClass = classEnvironment(program, host, symbol);
    for (const [name, value] of ofClass.names) {
      const other = joined.has(name) ? names.get(name) : undefined;
      names.set(name, other ? joinValues(other, value) : value);
      joined.add(name);
    }
    for (const [name, place] of ofClass.places) places.set(name, place);
    for (const [name, value] of ofClass.declared) declared.set(name, value);
  }
  return { ...environment, names, places, declared };
}

/** The classes named for production, else those that are not for development, else all. */
function productionClasses(classes: readonly ClassSymbol[]): readonly ClassSymbol[] {
  const named = classes.filter(({ name }) => /^(prod|live|deploy)|prod(uction)?$/i.test(name));
  if (named.length > 0) return named;
  const others = classes.filter(({ name }) => !/^(dev|local|test|ci|debug|base|common)/i.test(name));
  return others.length > 0 ? others : classes;
}

function classEnvironment(program: PythonProgram, host: ExecutionHost, symbol: ClassSymbol): Environment {
  const environment = emptyEnvironment();
  for (const base of [...program.mro(symbol)].reverse()) {
    if (base.kind === "class") executeStatements(host, base.node.body, environment, base.module, base);
  }
  return environment;
}
