import { isMapping, type KnownValue } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { cacheOption, isPrivateCache, isRedisCache, productionCaches } from "./caches.ts";
import { textsOf } from "./databases.ts";
import { entryPlace, productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const sessionAliasInvalidOrEvictable: FactRule = {
  kind: "facts",
  code: "QS831",
  name: "session-alias-invalid-or-evictable",
  summary: "Sessions are kept in a cache that is missing, private or emptied with others",
  level: "error",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    const { settings } = production;
    const engines = textsOf(settings.evaluateSetting("SESSION_ENGINE"));
    if (
      engines.length === 0 ||
      !engines.every((name) => /^django\.contrib\.sessions\.backends\.(cache|cached_db)$/.test(name))
    )
      return [];
    const given = settings.evaluateSetting("SESSION_CACHE_ALIAS");
    const alias = given === undefined ? "default" : textsOf(given)[0];
    const caches = productionCaches(production);
    const value = settings.evaluateSetting("CACHES");
    if (alias === undefined || !caches || (given && given.kind !== "known")) return [];
    const cache = caches.find((each) => each.alias === alias);
    if (!cache) {
      if (value !== undefined && !(value.kind === "known" && hasAllAliases(value.value))) return [];
      if (alias === "default" && value !== undefined) return [];
      if (alias === "default" && engines.some((name) => name.endsWith("cached_db"))) return [];
      return [
        settingFinding(sessionAliasInvalidOrEvictable, production, {
          message:
            alias === "default"
              ? "Sessions are kept in the cache, and without CACHES that is the memory of each process: users are logged in by chance."
              : `Sessions are kept in the cache "${alias}", which is not in CACHES: every request raises InvalidCacheBackendError.`,
          help:
            alias === "default" ? "Configure a cache that all processes share." : `Add "${alias}" to CACHES.`,
          location: settingPlace(production, alias === "default" ? "SESSION_ENGINE" : "SESSION_CACHE_ALIAS"),
          restsOn: [given],
        }),
      ];
    }
    // A copy in the database survives.
    if (engines.some((name) => name.endsWith("cached_db"))) return [];
    if (isPrivateCache(cache)) {
      return [
        settingFinding(sessionAliasInvalidOrEvictable, production, {
          message: `Sessions are kept in the cache "${alias}", which is private to each process: users are logged in by chance.`,
          help: "Use a cache that all processes share, such as Redis, or cached_db.",
          location: entryPlace(production, "CACHES", cache.options, "BACKEND"),
          subject: alias,
          restsOn: [cacheOption(cache, "BACKEND")],
        }),
      ];
    }
    if (alias !== "default" || !isRedisCache(cache)) return [];
    return [
      settingFinding(sessionAliasInvalidOrEvictable, production, {
        message:
          'Sessions share the cache "default" with everything else: when Redis evicts entries, or cache.clear() runs, users are logged out.',
        help: 'Give sessions a cache of their own (SESSION_CACHE_ALIAS = "sessions", another database of Redis), or use cached_db.',
        location: settingPlace(production, "SESSION_ENGINE"),
        level: "info",
        restsOn: [cacheOption(cache, "BACKEND")],
      }),
    ];
  },
};

/** Everything that `CACHES` has was understood. */
function hasAllAliases(value: KnownValue): boolean {
  return isMapping(value) && value.complete;
}
