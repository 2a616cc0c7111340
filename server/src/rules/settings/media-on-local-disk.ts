import type { WebProcess } from "../../deployment/deployment.ts";
import { mappingOf } from "../../django/static-value.ts";
import { atLeast } from "../../django/version.ts";
import type { Fix } from "../finding.ts";
import { blockingPlaces } from "../request/blocking-places.ts";
import { routedFiles, routeToFiles } from "../request/file-routes.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { deployedProcesses } from "./deployed.ts";
import { readsEnvironment } from "./environment-style.ts";
import {
  entryPlace,
  type ProductionSettings,
  productionSettings,
  settingPlace,
} from "./production-settings.ts";
import { storageBackends, uploadFields } from "./published-files.ts";
import { settingFinding } from "./setting-finding.ts";
import { joinedFix, replaceEntryFix, setSettingFix } from "./setting-fixes.ts";

export const mediaOnLocalDisk: FactRule = {
  kind: "facts",
  code: "QS842",
  name: "media-on-local-disk",
  summary: "Uploads lie on a disk that the other servers don't see, or that is lost with its container",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production || !isOnDisk(production)) return [];
    const uploads = uploadsOf(context);
    const found = deployedProcesses(context, "web")
      .flatMap((process) => {
        const problem = problemOf(process);
        return problem ? [{ process, ...problem }] : [];
      })
      .toSorted((first, second) => Number(second.isSure) - Number(first.isSure))[0];
    if (uploads === undefined || !found) return [];
    const { process, text, isSure } = found;
    const { options, name } = storageSetting(production);
    return [
      settingFinding(mediaOnLocalDisk, production, {
        message: `${uploads} lie on the disk of a server, and "${process.name}" ${text}.`,
        help: "Keep them in an object store: private, with signed URLs.",
        location: options
          ? entryPlace(production, "STORAGES", options, "BACKEND")
          : settingPlace(production, name),
        confidence: isSure ? "high" : "medium",
        restsOn: [production.settings.evaluateSetting("MEDIA_ROOT")],
        evidence: [{ message: `Starts ${process.program}`, location: process.location }],
        fixes: fixOf(context, production),
      }),
    ];
  },
};

/** What the project stores, as a message names it: columns for files, or files that its code saves or routes. */
function uploadsOf(context: RuleContext): string | undefined {
  const [first, ...others] = uploadFields(context.project);
  if (first) {
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    return `Uploads (${first.model.label}.${first.field.name}${more})`;
  }
  const isRouted = blockingPlaces(context, "serving").some((place) => {
    const route = routeToFiles(context, place);
    return route !== undefined && routedFiles(context, place, route) === "media";
  });
  return isRouted || blockingPlaces(context, "storage").length > 0 ? "Uploads" : undefined;
}

const onDisk = /^django\.core\.files\.storage\.(filesystem\.)?FileSystemStorage$/;

function isOnDisk(production: ProductionSettings): boolean {
  const backends = storageBackends(production, "default");
  return backends?.every((name) => onDisk.test(name)) === true && !production.settings.mayBeUnset("STORAGES");
}

/** Undefined where the disk may be one that stays, and that all copies see. */
function problemOf({ program, replicas, files, purpose, location }: WebProcess) {
  if (program === "runserver" || files === "kept") return undefined;
  if (replicas > 1) return { text: `runs in ${replicas} copies: each has files of its own`, isSure: true };
  if (files === "lost")
    return {
      text: "runs in a container without a volume: they are gone with it",
      isSure: purpose === "production",
    };
  return /(^|\/)Procfile/.test(location.path)
    ? {
        text: "is started from a Procfile: platforms that read one empty the disk at each start",
        isSure: false,
      }
    : undefined;
}

/** Where the storage of uploads is set. */
function storageSetting({ settings }: ProductionSettings) {
  const storages = settings.evaluateSetting("STORAGES");
  const entry = storages && mappingOf(storages)?.entries.get("default");
  const options = entry && mappingOf(entry);
  const name = settings.place("DEFAULT_FILE_STORAGE") ? "DEFAULT_FILE_STORAGE" : "MEDIA_ROOT";
  return {
    options: options?.entries.has("BACKEND") ? options : undefined,
    name,
    isNew: storages !== undefined,
  };
}

const backend = "storages.backends.s3.S3Storage";

/** The bucket has to come from somewhere: from the environment, as other settings of the file do. */
function fixOf(context: RuleContext, production: ProductionSettings): readonly Fix[] {
  const { program, django } = context.project;
  const { settings, module } = production;
  const { options, name, isNew } = storageSetting(production);
  const hasBucket = settings.place("AWS_STORAGE_BUCKET_NAME") !== undefined;
  if (!hasBucket && !readsEnvironment(program, module)) return [];
  const title = "Keep uploads in a private bucket of S3 (needs the package django-storages[s3])";
  const value = { type: "str", value: backend } as const;
  const mayUseStorages = django !== undefined && atLeast(django, 4, 2);
  const storage = options
    ? replaceEntryFix(context, title, options, "BACKEND", value)
    : isNew || name === "DEFAULT_FILE_STORAGE" || !mayUseStorages
      ? isNew
        ? []
        : setSettingFix(context, title, production, "DEFAULT_FILE_STORAGE", value, /^MEDIA_/)
      : setSettingFix(context, title, production, "STORAGES", newStorages(production), /^MEDIA_/);
  if (hasBucket) return storage;
  const bucket = setSettingFix(
    context,
    title,
    production,
    "AWS_STORAGE_BUCKET_NAME",
    { type: "str", value: "", variable: "AWS_STORAGE_BUCKET_NAME" },
    /^(MEDIA_|STORAGES$|DEFAULT_FILE_STORAGE$)/,
  );
  return joinedFix(title, storage, bucket);
}

/** `STORAGES` replaces Django's default as a whole, that of static files as well. */
function newStorages(production: ProductionSettings) {
  const [statics = "django.contrib.staticfiles.storage.StaticFilesStorage"] =
    storageBackends(production, "staticfiles") ?? [];
  const code = `{\n    "default": {"BACKEND": "${backend}"},\n    "staticfiles": {"BACKEND": "${statics}"},\n}`;
  return { type: "code", code } as const;
}
