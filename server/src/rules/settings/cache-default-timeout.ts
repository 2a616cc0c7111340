import { alternativesOf } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import { type Cache, cacheOption, productionCaches } from "./caches.ts";
import { textsOf } from "./databases.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { replaceEntryFix } from "./setting-fixes.ts";

export const cacheDefaultTimeout: FactRule = {
  kind: "facts",
  code: "QS823",
  name: "cache-default-timeout",
  summary: "Entries of a cache live for days, or for ever, unless the code says otherwise",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    const sessions = textsOf(production.settings.evaluateSetting("SESSION_CACHE_ALIAS"));
    return (productionCaches(production) ?? [])
      .filter((cache) => isLong(cache) && !sessions.includes(cache.alias))
      .map((cache) => {
        const timeout = cacheOption(cache, "TIMEOUT");
        const isEndless = timeout?.kind === "known" && timeout.value === null;
        return settingFinding(cacheDefaultTimeout, production, {
          // What lives on may be renewed in time.
          confidence: "medium",
          message: `Entries of the cache "${cache.alias}" ${isEndless ? "never expire" : "live for more than a day"} unless the code gives them a timeout: what no signal deletes stays stale.`,
          help: "Let the default be short, 300 seconds as Django's or up to an hour, and give what may live longer a timeout of its own.",
          location: entryPlace(production, "CACHES", cache.options, "TIMEOUT"),
          subject: cache.alias,
          // A long time that is written out may be meant.
          level: isEndless ? cacheDefaultTimeout.level : "hint",
          restsOn: [timeout],
          fixes: replaceEntryFix(context, "Let entries live for an hour", cache.options, "TIMEOUT", {
            type: "int",
            value: 3600,
          }),
        });
      });
  },
};

const day = 24 * 60 * 60;

function isLong(cache: Cache): boolean {
  const timeout = cacheOption(cache, "TIMEOUT");
  if (!timeout || timeout.kind === "unknown" || cache.backends.some((name) => name.includes("dummy")))
    return false;
  return alternativesOf(timeout).every((each) => each === null || (typeof each === "number" && each > day));
}
