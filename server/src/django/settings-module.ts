/** Finds the settings module of a project from what its entry points say, else from the names of its modules. */
import type { PythonProgram } from "../python/program.ts";
import type { Module } from "../python/symbols.ts";

const assignment = /DJANGO_SETTINGS_MODULE["']\s*(?:,|\]\s*=)\s*f?["']([\w.]+)["']/g;

/** Entry points in the order in which they tell what runs in production. */
const entryPoints: readonly RegExp[] = [
  /(^|\.)wsgi$/,
  /(^|\.)asgi$/,
  /(^|\.)celery(_app)?$/,
  /(^|\.)manage$/,
];

const developmentName =
  /(^|[._])(dev|devel|develop|development|local|test|tests|testing|unittests?|ci|debug|pytest)([._]|$)/i;
const productionName = /(^|[._])(prod|production|live|deploy|deployed|deployment)([._]|$)/i;

/** The dotted name of the settings module; undefined where the sources don't tell. */
export function findSettingsModule(program: PythonProgram): string | undefined {
  return best(namedByEntryPoints(program)) ?? best(settingsLikeModules(program));
}

/**
 * The modules that may be the settings of production, the likeliest first: what files of the deployment name, what the entry
 * points name, and what is called settings of production. An entry point often names what developers start with, or what
 * others import: then the names tell more.
 * @param deployed what files of the deployment set as `DJANGO_SETTINGS_MODULE`
 * @param chosen what the project was linked with
 */
export function productionSettingsModules(
  program: PythonProgram,
  deployed: readonly string[],
  chosen: string | undefined,
): readonly string[] {
  const started = best(namedByEntryPoints(program));
  const called = settingsLikeModules(program).filter((name) => productionName.test(name));
  const likely =
    started === undefined || isNamedForOthers(started) ? [...called, started] : [started, ...called];
  return [...new Set([...deployed, ...likely, chosen])].filter(
    (name): name is string =>
      name !== undefined && isForProduction(name) && program.module(name) !== undefined,
  );
}

/** Modules of the program that its entry points name, those that run in production first. */
function namedByEntryPoints(program: PythonProgram): readonly string[] {
  const found: { name: string; rank: number }[] = [];
  for (const module of program.modules) {
    const rank = entryPoints.findIndex((pattern) => pattern.test(module.name));
    if (!module.file.text.includes("DJANGO_SETTINGS_MODULE")) continue;
    for (const match of module.file.text.matchAll(assignment)) {
      if (match[1] !== undefined && program.module(match[1]) !== undefined)
        found.push({ name: match[1], rank: rank === -1 ? entryPoints.length : rank });
    }
  }
  return found.sort((first, second) => first.rank - second.rank).map((entry) => entry.name);
}

/** `shop.settings`, `settings.production`, `settings_production`, `production_settings` */
const settingsName = /(^|\.)(settings\.\w+|([^\W_]+_)?settings(_[^\W_]+)?)$/;

function settingsLikeModules(program: PythonProgram): readonly string[] {
  return program.modules
    .filter((module) => settingsName.test(module.name) && setsInstalledApps(program, module))
    .map((module) => module.name)
    .sort(
      (first, second) => first.split(".").length - second.split(".").length || first.localeCompare(second),
    );
}

function setsInstalledApps(program: PythonProgram, module: Module): boolean {
  const symbol = program.resolveName(module, "INSTALLED_APPS");
  return symbol.kind === "variable" && symbol.values.length > 0;
}

/** Projects that are there to try something out: `sandbox.settings`, `devproject.settings`. */
const trialProject =
  /(^|\.)((dev|test|demo|sandbox|example|sample|playground)_?(project|site|app|server)?)\./i;

/** Whether a settings module may be that of production, by its name. */
function isForProduction(name: string): boolean {
  return isNamedForProduction(name) || !(isForDevelopers(name) || trialProject.test(`${name}.`));
}

/** What only developers and tests run, by its name: `settings.local`, `shop.settings_dev`. */
export function isForDevelopers(name: string): boolean {
  return developmentName.test(name) && !isNamedForProduction(name);
}

export function isNamedForProduction(name: string): boolean {
  return productionName.test(name);
}

const nameForOthers = /(^|[._])(defaults?|base|common|shared|global(_settings)?)([._]|$)/i;

/** Settings that others import and change: what they say is where those begin. */
export function isNamedForOthers(name: string): boolean {
  return nameForOthers.test(name);
}

/** The first name for production, else the first that is not for development, else the first. */
function best(names: readonly string[]): string | undefined {
  return (
    names.find((name) => productionName.test(name)) ??
    names.find((name) => !developmentName.test(name)) ??
    names[0]
  );
}
