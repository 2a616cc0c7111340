import { evaluateSettings, type Settings } from "../../django/settings.ts";
import type { StaticValue } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { type Cache, cacheOption, databaseOfCache, isSameDatabase, productionCaches } from "./caches.ts";
import { textsOf } from "./databases.ts";
import { entryPlace, type ProductionSettings, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { addEntriesFix } from "./setting-fixes.ts";

export const cacheWithoutKeyPrefix: FactRule = {
  kind: "facts",
  code: "QS822",
  name: "cache-without-key-prefix",
  summary: "Two caches keep their entries in one database of Redis under the same keys",
  level: "hint",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    const sessions = textsOf(production.settings.evaluateSetting("SESSION_CACHE_ALIAS"));
    // Another rule speaks of sessions beside a cache.
    const caches: readonly ForeignCache[] = (productionCaches(production) ?? []).filter(
      ({ alias }) => !sessions.includes(alias),
    );
    return caches.flatMap((cache, index) => {
      const other =
        caches.slice(0, index).find((each) => sharesKeys(each, cache)) ??
        otherEnvironments(context, production).find((each) => sharesKeys(each, cache));
      const database = databaseOfCache(cache);
      if (!other || !database) return [];
      const isHere = caches.includes(other);
      const prefix = isHere ? cache.alias : `${nameOf(context)}-production`;
      const whose = isHere ? `the cache "${other.alias}"` : `the settings "${other.module}"`;
      return settingFinding(cacheWithoutKeyPrefix, production, {
        message: `The cache "${cache.alias}" and ${whose} use database ${database.database} of Redis at ${database.host} without a KEY_PREFIX of their own: each finds what the other stored under the same key.`,
        help: "Give each a KEY_PREFIX, or a database of its own: cache.clear() empties the whole database.",
        location: entryPlace(production, "CACHES", cache.options, "LOCATION"),
        subject: cache.alias,
        restsOn: [cacheOption(cache, "LOCATION"), cacheOption(other, "LOCATION")],
        fixes: addEntriesFix(
          context,
          `Begin its keys with "${prefix}"`,
          cache.options,
          [["KEY_PREFIX", { type: "str", value: prefix, variable: "CACHE_KEY_PREFIX" }]],
          ["CACHES", cache.alias],
        ),
      });
    });
  },
};

interface ForeignCache extends Cache {
  /** The settings that it comes from, where they are not those of production. */
  readonly module?: string;
}

/** The caches of other settings that are deployed: staging beside production, on servers that both reach by name. */
function otherEnvironments(
  { project: { program } }: RuleContext,
  { module: own }: ProductionSettings,
): readonly ForeignCache[] {
  return program.modules
    .filter((module) => module.firstParty && module !== own && /settings/.test(module.name))
    .filter(({ name }) => /(^|[._])(staging|stage|preprod|qa|uat|demo)([._]|$)/i.test(name))
    .flatMap((module) => {
      const settings: Settings = evaluateSettings(program, module, () => {}, { production: true });
      return (productionCaches({ settings }) ?? [])
        .filter((cache) => /[a-z][^.]*\./i.test(databaseOfCache(cache)?.host ?? ""))
        .map((cache) => ({ ...cache, module: module.name }));
    });
}

function sharesKeys(first: ForeignCache, second: Cache): boolean {
  const [one, two] = [databaseOfCache(first), databaseOfCache(second)];
  if (!one || !two || !isSameDatabase(one, two)) return false;
  const isSame = ["KEY_PREFIX", "VERSION"].every((option) => isSameText(first, second, option));
  return isSame && !hasKeyFunction(first) && !hasKeyFunction(second);
}

/** Both certainly say the same, or nothing. */
function isSameText(first: Cache, second: Cache, option: string): boolean {
  const [one, two] = [cacheOption(first, option), cacheOption(second, option)];
  const isKnown = (value: StaticValue | undefined) => value === undefined || value.kind === "known";
  return isKnown(one) && isKnown(two) && textsOf(one)[0] === textsOf(two)[0];
}

function hasKeyFunction(cache: Cache): boolean {
  return cacheOption(cache, "KEY_FUNCTION") !== undefined;
}

function nameOf({ project: { settingsModule = "shop" } }: RuleContext): string {
  return (
    settingsModule.split(".").find((part) => !/^(config|settings|conf|core|project)$/.test(part)) ?? "shop"
  );
}
