/** How the production settings publish static files and uploads. */
import type { Field, Model } from "../../django/model-graph.ts";
import type { DjangoProject } from "../../django/project.ts";
import { installedApps } from "../../django/settings.ts";
import { alternativesOf, mappingOf } from "../../django/static-value.ts";
import { textsOf } from "./databases.ts";
import type { ProductionSettings } from "./production-settings.ts";

/** The settingTexts that a setting may be; empty where it is not set, undefined where it is not known. */
export function settingTexts(production: ProductionSettings, name: string): readonly string[] | undefined {
  const value = production.settings.evaluateSetting(name);
  if (value === undefined) return [];
  // An object is made when the settings run, mostly of what the environment says.
  const isMade = alternativesOf(value).some((each) => typeof each === "object" && each !== null);
  return value.kind === "unknown" || isMade ? undefined : textsOf(value);
}

/** A project that serves pages has static files. */
export function servesStatic(production: ProductionSettings): boolean {
  return (
    installedApps(production.settings)?.names.some((name) => /(^|\.)staticfiles(\.|$)/.test(name)) ?? false
  );
}

/** The backend of one of `STORAGES`, under its old name too; undefined where it is not known. */
export function storageBackends(
  production: ProductionSettings,
  alias: "default" | "staticfiles",
): readonly string[] | undefined {
  const storages = production.settings.evaluateSetting("STORAGES");
  const mapping = storages && mappingOf(storages);
  const old = settingTexts(production, alias === "default" ? "DEFAULT_FILE_STORAGE" : "STATICFILES_STORAGE");
  if (storages !== undefined && !mapping) return undefined;
  const entry = mapping?.entries.get(alias);
  if (entry === undefined) return old;
  const backend = mappingOf(entry)?.entries.get("BACKEND");
  return backend && backend.kind !== "unknown" ? textsOf(backend) : undefined;
}

/** Storage that is no disk of the application server. */
export function isRemoteStorage(backend: string): boolean {
  return /s3|gcloud|google|azure|dropbox|minio|cloudinary|swift|ceph|sftp|spaces|oss\./i.test(backend);
}

/** An address with a host: what a CDN needs. */
export function isAbsoluteUrl(url: string): boolean {
  return /^(https?:)?\/\/[^/]/.test(url);
}

/** Columns of the project's own tables that hold files. */
export function uploadFields({
  models,
}: DjangoProject): readonly { readonly model: Model; readonly field: Field }[] {
  return [...models.models.values()]
    .filter(({ abstract, symbol }) => !abstract && symbol?.module.firstParty === true)
    .flatMap((model) =>
      [...model.fields.values()]
        .filter(({ baseClassName }) => /^(File|Image)Field$/.test(baseClassName))
        .map((field) => ({ model, field })),
    );
}
