/** What the production settings say, as tasks of the roadmap ask for it. */
import type { Location } from "../../base/text-range.ts";
import { installedApps } from "../../django/settings.ts";
import { type StaticValue, stringsOf } from "../../django/static-value.ts";
import {
  configuredDatabases,
  type Database,
  databaseOption,
  databasePlace,
  isWrittenOut,
  textsOf,
} from "../../rules/settings/databases.ts";
import { type ProductionSettings, settingPlace } from "../../rules/settings/production-settings.ts";
import { uploadFields } from "../../rules/settings/published-files.ts";
import type { Product } from "../product.ts";
import type { JudgementEvidence } from "./task.ts";

/** The names of a setting that is a list: every branch taken. */
export function listed(production: ProductionSettings, name: string): readonly string[] {
  const value = production.settings.evaluateSetting(name);
  return value ? stringsOf(value) : [];
}

/** Where a setting is written; undefined where it is not. */
export function placeOf(production: ProductionSettings, name: string): Location | undefined {
  return production.settings.place(name) ? settingPlace(production, name) : undefined;
}

export function setting(production: ProductionSettings, name: string, text: string): JudgementEvidence {
  const location = placeOf(production, name);
  return { text: location ? text : `${name} is not set`, location };
}

function apps(production: ProductionSettings): readonly string[] {
  return installedApps(production.settings)?.names ?? [];
}

export function hasApp(production: ProductionSettings, pattern: RegExp): boolean {
  return apps(production).some((name) => pattern.test(name));
}

export interface DefaultDatabase {
  readonly database: Database;
  readonly kind: "postgresql" | "sqlite" | "other" | "several" | "unknown";
  readonly place: Location;
}

export function defaultDatabase(production: ProductionSettings): DefaultDatabase | undefined {
  const database = configuredDatabases(production).find(({ alias }) => alias === "default");
  return database && { database, kind: kindOf(database), place: databasePlace(production, "default") };
}

function kindOf({ engines }: Database): DefaultDatabase["kind"] {
  const kinds = new Set(
    engines.map((engine) =>
      /postg|cockroach/.test(engine) ? "postgresql" : /sqlite|spatialite/.test(engine) ? "sqlite" : "other",
    ),
  );
  const [only = "unknown", ...others] = kinds;
  return others.length > 0 ? "several" : only;
}

/** Local settings, which are not in the folder, will say what it is: each machine has its own. */
export function isOfMachine({ settings }: ProductionSettings, database: Database): boolean {
  return !settings.isComplete() && isWrittenOut(database);
}

/** Whether the product's database is certainly one without a server. */
export function usesSqlite(production: ProductionSettings | undefined): boolean {
  if (!production) return false;
  const found = defaultDatabase(production);
  return found?.kind === "sqlite" && !isOfMachine(production, found.database);
}

export function storagePlace(
  production: ProductionSettings,
  alias: "default" | "staticfiles",
): Location | undefined {
  return (
    placeOf(production, "STORAGES") ??
    placeOf(production, alias === "default" ? "DEFAULT_FILE_STORAGE" : "STATICFILES_STORAGE")
  );
}

/** Models of the project with a field that holds a file. */
export function fileFields({ project }: Product): readonly JudgementEvidence[] {
  return uploadFields(project).map(({ model, field }) => ({
    text: `${model.label}.${field.name} holds a file`,
    location: model.location,
  }));
}

/** Hosts of the database; undefined where they come from somewhere that is not known. */
export function databaseHosts(database: Database): readonly string[] | undefined {
  const host = databaseOption(database, "HOST");
  if (host === undefined) return [""];
  if (host.kind === "unknown") return undefined;
  return textsOf(host);
}

export function isLocalHost(host: string): boolean {
  return /^(|localhost|127\.\d+\.\d+\.\d+|::1|\/.*)$/.test(host);
}

/** The variable of the environment that decides a value. */
export function variableOf(value: StaticValue | undefined): string | undefined {
  return value === undefined || value.kind === "unknown" ? undefined : value.variable;
}
