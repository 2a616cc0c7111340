/** The settings with which a project runs in production: what the rules of this folder speak of. */
import type { Location } from "../../base/text-range.ts";
import type { DjangoProject } from "../../django/project.ts";
import { evaluateSettings, type Settings } from "../../django/settings.ts";
import { findSettingsModule, isForProduction } from "../../django/settings-module.ts";
import type { MappingValue } from "../../django/static-value.ts";
import type { Module } from "../../python/symbols.ts";
import type { RuleContext } from "../rule-context.ts";

export interface ProductionSettings {
  readonly settings: Settings;
  readonly module: Module;
}

interface Answer {
  readonly production: ProductionSettings | undefined;
}

const answers = new WeakMap<Module, Answer>();

/** Undefined for a project whose only settings are those of tests or of development, or that has none. */
export function productionSettings({ project }: RuleContext): ProductionSettings | undefined {
  const module = productionModule(project);
  if (!module) return undefined;
  let answer = answers.get(module);
  if (!answer) {
    const settings = evaluateSettings(project.program, module, () => {}, { production: true });
    answer = { production: { settings, module } };
    answers.set(module, answer);
  }
  return answer.production;
}

function productionModule({ program, settingsModule }: DjangoProject): Module | undefined {
  const names = [findSettingsModule(program), settingsModule];
  const name = names.find((each) => each !== undefined && isForProduction(each));
  const module = name === undefined ? undefined : program.module(name);
  return module?.firstParty ? module : undefined;
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
