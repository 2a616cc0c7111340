/** The settings with which a project runs in production: what the rules of this folder speak of. */
import { groupBy } from "../../base/group-by.ts";
import { remembered } from "../../base/remembered.ts";
import type { Location } from "../../base/text-range.ts";
import type { Deployment, Purpose } from "../../deployment/deployment.ts";
import type { DjangoProject } from "../../django/project.ts";
import { evaluateSettings, installedApps, type Settings } from "../../django/settings.ts";
import {
  isNamedForOthers,
  isNamedForProduction,
  productionSettingsModules,
} from "../../django/settings-module.ts";
import { type MappingValue, type StaticValue, truthOf } from "../../django/static-value.ts";
import type { Module } from "../../python/symbols.ts";
import type { RuleContext } from "../rule-context.ts";

export interface ProductionSettings {
  readonly settings: Settings;
  readonly module: Module;
  /**
   * False for settings that debug and are not called those of production, since many a project starts with only these, and
   * for those that others import.
   */
  readonly isSure: boolean;
  /**
   * They debug and name no host: Django then answers requests to `localhost` only, so that as they are written nothing but a
   * developer's machine runs with them.
   */
  readonly servesOneMachine: boolean;
  /** The project as it runs with these settings. */
  readonly project: DjangoProject;
}

interface Answer {
  readonly production: ProductionSettings | undefined;
}

/** By the settings that the project was linked with: they are others when a file changes that settings depend on. */
const answers = new WeakMap<Settings, WeakMap<Deployment, Answer>>();

/** Undefined for a project whose only settings are those of tests or of development, or that has none. */
export function productionSettings({
  project,
  deployment,
}: Pick<RuleContext, "project" | "deployment">): ProductionSettings | undefined {
  const byDeployment = remembered(answers, project.settings, () => new WeakMap<Deployment, Answer>());
  return remembered(byDeployment, deployment, () => ({ production: readProduction(project, deployment) }))
    .production;
}

/** The first module that lists applications and can start: other modules are called settings as well. */
function readProduction(project: DjangoProject, deployment: Deployment): ProductionSettings | undefined {
  const { program, settingsModule, isSettingsModuleConfigured, isOwnFile } = project;
  // In a workspace of several projects, the configuration names a module of one of them.
  const isConfigured =
    isSettingsModuleConfigured &&
    settingsModule !== undefined &&
    program.module(settingsModule) !== undefined;
  const knownVariables = deployedVariables(deployment);
  const names = isConfigured
    ? [settingsModule]
    : productionSettingsModules(program, deployedSettingsModules(deployment), settingsModule);
  for (const name of names) {
    const module = program.module(name);
    if (!module?.firstParty) continue;
    const settings = evaluateSettings(program, module, () => {}, {
      production: true,
      knownVariables,
      ...(isOwnFile && { isOwnFile }),
    });
    if ((installedApps(settings)?.names.length ?? 0) > 0 && canStart(settings))
      return {
        settings,
        module,
        isSure: isDeployed(name, settings),
        servesOneMachine: servesOneMachine(settings),
        project: { ...project, settings },
      };
  }
  return undefined;
}

/** Those of files for production first, of others only what no file is known to be for development. */
function deployedSettingsModules({ variables }: Deployment): readonly string[] {
  const named = (wanted: Purpose): readonly string[] =>
    variables.flatMap(({ name, value, purpose }) =>
      name === "DJANGO_SETTINGS_MODULE" && value !== undefined && purpose === wanted ? [value] : [],
    );
  return [...named("production"), ...named("unclear")];
}

/**
 * Variables that files of the deployment set. What they are set to is only known where these files are for production
 * and agree; in any other case, what counts is that the default of the settings does not apply. So it is with switches: they
 * are turned for one run of the containers, and a finding about one would stand where it is not written.
 */
function deployedVariables({ variables }: Deployment): ReadonlyMap<string, string | undefined> {
  const used = variables.filter(({ purpose }) => purpose !== "development");
  return new Map(
    [...groupBy(used, ({ name }) => name)].map(([name, [first, ...others]]) => {
      const agree = others.every(({ value, purpose }) => value === first.value && purpose === first.purpose);
      const isTold = agree && first.purpose === "production" && !isSwitch.test(first.value ?? "");
      return [name, isTold ? first.value : undefined];
    }),
  );
}

const isSwitch = /^(true|false|yes|no|on|off|[01])$/i;

/** Django refuses to start without the key. */
function canStart(settings: Settings): boolean {
  const key = settings.evaluateSetting("SECRET_KEY");
  const comesFromOutside = key !== undefined && key.kind !== "unknown" && key.variable !== undefined;
  return comesFromOutside || (key !== undefined && truthOf(key) !== false) || !settings.isComplete();
}

/** Its name says that it is for production, or it does not debug, and is not there for others to begin with. */
function isDeployed(name: string, settings: Settings): boolean {
  const debug = settings.evaluateSetting("DEBUG");
  if (isNamedForProduction(name)) return true;
  return !isNamedForOthers(name) && (debug === undefined || truthOf(debug) !== true);
}

function servesOneMachine(settings: Settings): boolean {
  const isWritten = (value: StaticValue | undefined, truth: boolean): boolean =>
    value?.kind === "known" && value.variable === undefined && truthOf(value) === truth;
  const hosts = settings.evaluateSetting("ALLOWED_HOSTS");
  return (
    isWritten(settings.evaluateSetting("DEBUG"), true) && (hosts === undefined || isWritten(hosts, false))
  );
}

/** Where a setting is assigned; the first line of the settings where it is not. */
export function settingPlace({ settings, module }: ProductionSettings, name: string): Location {
  const place = settings.place(name);
  if (!place?.module.firstParty) return firstLine(module);
  return { path: place.module.file.path, range: { start: place.node.start, end: place.node.end } };
}

/** Where an entry of a dictionary in a setting is written; that of the setting where it is not. */
export function entryPlace(
  production: ProductionSettings,
  name: string,
  mapping: MappingValue | undefined,
  key: string,
): Location {
  const place = mapping?.places?.get(key);
  if (!place?.module.firstParty) return settingPlace(production, name);
  return { path: place.module.file.path, range: { start: place.node.start, end: place.node.end } };
}

function firstLine({ file: { path, text } }: Module): Location {
  const end = text.search(/[\r\n]/);
  return { path, range: { start: 0, end: end === -1 ? text.length : end } };
}
