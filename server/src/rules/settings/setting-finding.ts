/** Findings about settings. */
import type { Location } from "../../base/text-range.ts";
import { isForDevelopers } from "../../django/settings-module.ts";
import type { StaticValue } from "../../django/static-value.ts";
import { atMostMedium } from "../confidence.ts";
import type { Confidence, Evidence, Finding, Fix, Level } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { lowered } from "../levels.ts";
import type { RuleMetadata } from "../rule.ts";
import type { ProductionSettings } from "./production-settings.ts";

export interface SettingFinding {
  readonly message: string;
  readonly help: string;
  readonly location: Location;
  /** Tells findings at one place apart: the alias of a database or a cache. */
  readonly subject?: string | undefined;
  readonly confidence?: Confidence;
  readonly level?: Level;
  /** The values that the finding rests on: where one is a default of the environment, the finding weighs less. */
  readonly restsOn?: readonly (StaticValue | undefined)[];
  /** Each machine has its own, so that a module for local settings, which is not in the repository, will say it. */
  readonly isOfMachine?: boolean;
  readonly evidence?: readonly Evidence[];
  readonly fixes?: readonly Fix[];
}

export function settingFinding(
  rule: RuleMetadata,
  production: ProductionSettings,
  found: SettingFinding,
): Finding {
  const { location, subject, level = rule.level, restsOn = [] } = found;
  const variable = restsOn.map(environmentVariable).find((name) => name !== undefined);
  const reservation =
    variable === undefined
      ? ""
      : ` (${variable === "" ? "A variable of the environment" : variable} may say otherwise where it is deployed.)`;
  return {
    ...findingBase(rule),
    remedy: "setting",
    level: variable === undefined ? level : lowered(level),
    confidence: confidenceOf(production, found),
    message: `${found.message}${reservation}`,
    help: found.help,
    location,
    symbol: production.module.name,
    model: undefined,
    fields: subject === undefined ? [] : [subject],
    origin: location,
    evidence: [{ message: "The settings", location }, ...(found.evidence ?? [])],
    fixes: found.fixes ?? [],
  };
}

function confidenceOf(
  { isSure, servesOneMachine, settings, module, project: { program } }: ProductionSettings,
  { confidence = "high", isOfMachine = false, location: { path } }: SettingFinding,
): Confidence {
  // `from .settings_local import *`: a sample for development, which is another where the product runs.
  const place = program.moduleOfFile(path);
  if (place && place !== module && isForDevelopers(place.name)) return "low";
  // What is not sure of settings that run somewhere says nothing of those that run nowhere yet.
  if (servesOneMachine && (isOfMachine || confidence === "medium")) return "low";
  if (!settings.isComplete()) return isOfMachine ? "low" : atMostMedium(confidence);
  return isSure ? confidence : atMostMedium(confidence);
}

/** The variable of the environment of which a value is the default. */
function environmentVariable(value: StaticValue | undefined): string | undefined {
  return value === undefined || value.kind === "unknown" ? undefined : value.variable;
}
