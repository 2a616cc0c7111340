import { alternativesOf } from "../../django/static-value.ts";
import type { CacheCall } from "../../interpret/facts.ts";
import { cacheCalls, writtenName } from "../caching/cache-calls.ts";
import { keyTreatments, treatsKey } from "../caching/key-writers.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
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
        const stored = storedForGood(context, cache);
        const isEndless = timeout?.kind === "known" && timeout.value === null;
        return settingFinding(cacheDefaultTimeout, production, {
          // What nobody is seen to store may be renewed in time.
          confidence: stored.length > 0 ? "high" : "low",
          message: `Entries of the cache "${cache.alias}" ${isEndless ? "never expire" : "live for more than a day"} unless the code gives them a timeout: what no signal deletes stays stale.`,
          help: "Let the default be short, 300 seconds as Django's or up to an hour, and give what may live longer a timeout of its own.",
          location: entryPlace(production, "CACHES", cache.options, "TIMEOUT"),
          subject: cache.alias,
          // A long time that is written out may be meant.
          level: isEndless ? cacheDefaultTimeout.level : "hint",
          restsOn: [timeout],
          evidence: stored.slice(0, shown).map((call) => ({
            message: `${writtenName(context, call)}() gives no timeout, and nothing deletes the key or renews it`,
            location: call.location,
          })),
          fixes: replaceEntryFix(context, "Let entries live for an hour", cache.options, "TIMEOUT", {
            type: "int",
            value: 3600,
          }),
        });
      });
  },
};

/** Entries in the evidence of a finding. */
const shown = 5;

/** Entries that are stored while somebody waits, without a timeout, under keys that nothing else treats. */
function storedForGood(context: RuleContext, { alias }: Cache): readonly CacheCall[] {
  return cacheCalls(context, "set", "add", "get_or_set", "set_many").filter(
    (call) =>
      call.alias === alias &&
      call.timeout === undefined &&
      !call.open &&
      call.root.context === "request" &&
      treatsKey(context, call, keyTreatments) === "no",
  );
}

const day = 24 * 60 * 60;

function isLong(cache: Cache): boolean {
  const timeout = cacheOption(cache, "TIMEOUT");
  if (!timeout || timeout.kind === "unknown" || cache.backends.some((name) => name.includes("dummy")))
    return false;
  return alternativesOf(timeout).every((each) => each === null || (typeof each === "number" && each > day));
}
