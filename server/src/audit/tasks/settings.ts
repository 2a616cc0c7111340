/** What the production settings say, as tasks of the roadmap ask for it. */
import type { Location } from "../../base/text-range.ts";
import { installedApps } from "../../django/settings.ts";
import { mappingOf, type StaticValue, stringsOf } from "../../django/static-value.ts";
import {
  configuredDatabases,
  type Database,
  databaseOption,
  databasePlace,
  textsOf,
} from "../../rules/settings/databases.ts";
import { type ProductionSettings, settingPlace } from "../../rules/settings/production-settings.ts";
import type { Product } from "../product.ts";
import type { JudgementEvidence } from "./task.ts";

/** The names of a setting that is a list: every branch taken. */
export function listed(production: ProductionSettings, name: string): readonly string[] {
  const value = production.settings.evaluateSetting(name);
  return value ? stringsOf(value) : [];
}

/** The texts that a setting may be; empty where it is not set, undefined where it is not known. */
export function texts(production: ProductionSettings, name: string): readonly string[] | undefined {
  const value = production.settings.evaluateSetting(name);
  if (value === undefined) return [];
  if (value.kind === "unknown") return undefined;
  return textsOf(value);
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

/** Whether the product's database is certainly one without a server. */
export function usesSqlite(production: ProductionSettings | undefined): boolean {
  return production !== undefined && defaultDatabase(production)?.kind === "sqlite";
}

/** The backend of one of `STORAGES`, under its old name too; undefined where it is not known. */
export function storageBackends(
  production: ProductionSettings,
  alias: "default" | "staticfiles",
): readonly string[] | undefined {
  const storages = production.settings.evaluateSetting("STORAGES");
  const mapping = storages && mappingOf(storages);
  const old = texts(production, alias === "default" ? "DEFAULT_FILE_STORAGE" : "STATICFILES_STORAGE");
  if (storages !== undefined && !mapping) return undefined;
  const entry = mapping?.entries.get(alias);
  if (entry === undefined) return old;
  const backend = mappingOf(entry)?.entries.get("BACKEND");
  return backend && backend.kind !== "unknown" ? textsOf(backend) : undefined;
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

/** Storage that is no disk of the application server. */
export function isRemoteStorage(backend: string): boolean {
  return /s3|gcloud|google|azure|dropbox|minio|cloudinary|swift|ceph|sftp|spaces|oss\./i.test(backend);
}

/** An address with a host: what a CDN needs. */
export function isAbsoluteUrl(url: string): boolean {
  return /^(https?:)?\/\/[^/]/.test(url);
}

/** A project that serves pages has static files. */
export function servesStatic(production: ProductionSettings): boolean {
  return hasApp(production, /(^|\.)staticfiles(\.|$)/);
}

/** Models of the project with a field that holds a file. */
export function fileFields({ project }: Product): readonly JudgementEvidence[] {
  return [...project.models.models.values()]
    .filter(({ abstract, symbol }) => !abstract && symbol?.module.firstParty === true)
    .flatMap((model) =>
      [...model.fields.values()]
        .filter(({ baseClassName }) => /^(File|Image)Field$/.test(baseClassName))
        .map(({ name }) => ({ text: `${model.label}.${name} holds a file`, location: model.location })),
    );
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
