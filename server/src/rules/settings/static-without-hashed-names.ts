import { installedApps } from "../../django/settings.ts";
import { mappingOf, type StaticValue, truthOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { textsOf } from "./databases.ts";
import {
  entryPlace,
  type ProductionSettings,
  productionSettings,
  settingPlace,
} from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { replaceEntryFix, setSettingFix } from "./setting-fixes.ts";

export const staticWithoutHashedNames: FactRule = {
  kind: "facts",
  code: "QS841",
  name: "static-without-hashed-names",
  summary: "The names of static files don't change with their content",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !installedApps(production.settings)?.names.includes("django.contrib.staticfiles"))
      return [];
    const { backend, options } = staticStorage(production);
    const names = textsOf(backend);
    const isPlain = backend === undefined || (names.length > 0 && names.every((name) => plain.has(name)));
    if (!isPlain || (backend === undefined && collectsNowhere(production))) return [];
    const [name = ""] = names;
    const hashed = name.startsWith("whitenoise.")
      ? "whitenoise.storage.CompressedManifestStaticFilesStorage"
      : "django.contrib.staticfiles.storage.ManifestStaticFilesStorage";
    const isOldSetting = production.settings.place("STATICFILES_STORAGE") !== undefined;
    const value = { type: "str", value: hashed } as const;
    const title = "Name static files by their content (needs collectstatic before each start)";
    const isOffered = mayCollect(context);
    return [
      settingFinding(staticWithoutHashedNames, production, {
        message: `Static files keep their names when their content changes${backend === undefined ? ", as no storage for them is set" : ""}: browsers ask for each of them again, or show an old one.`,
        help: "Use a storage with a manifest, and let everything be kept for a year.",
        location: options
          ? entryPlace(production, "STORAGES", options, "BACKEND")
          : settingPlace(production, isOldSetting ? "STATICFILES_STORAGE" : "STATIC_URL"),
        restsOn: [backend],
        fixes: !isOffered
          ? []
          : options
            ? replaceEntryFix(context, title, options, "BACKEND", value)
            : isOldSetting
              ? setSettingFix(context, title, production, "STATICFILES_STORAGE", value)
              : [],
      }),
    ];
  },
};

/** `collectstatic` refuses to run: these settings are not those that static files are published with. */
function collectsNowhere({ settings }: ProductionSettings): boolean {
  const root = settings.evaluateSetting("STATIC_ROOT");
  return root === undefined || (root.kind === "known" && truthOf(root) === false);
}

/** Where files start the product and none of them collects static files, pages would lack the manifest. */
function mayCollect({ deployment: { processes } }: RuleContext): boolean {
  const deployed = processes.filter(({ purpose }) => purpose !== "development");
  return (
    deployed.length === 0 ||
    deployed.some((each) => each.kind === "managementCommand" && each.command === "collectstatic")
  );
}

const plain: ReadonlySet<string> = new Set([
  "django.contrib.staticfiles.storage.StaticFilesStorage",
  "django.core.files.storage.FileSystemStorage",
  "whitenoise.storage.CompressedStaticFilesStorage",
]);

/** `STORAGES["staticfiles"]`, or the setting of before Django 4.2; Django's default is a plain one. */
function staticStorage({ settings }: ProductionSettings) {
  const storages = settings.evaluateSetting("STORAGES");
  const unknown: StaticValue = { kind: "unknown" };
  if (storages === undefined)
    return { backend: settings.evaluateSetting("STATICFILES_STORAGE"), options: undefined };
  const mapping = mappingOf(storages);
  const options = mappingOf(mapping?.entries.get("staticfiles") ?? unknown);
  return { backend: options?.entries.get("BACKEND") ?? unknown, options };
}
