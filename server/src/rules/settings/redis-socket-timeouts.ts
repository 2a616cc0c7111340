import { mappingOf, type StaticValue } from "../../django/static-value.ts";
import type { Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import {
  type Cache,
  cacheOption,
  clientOption,
  isDjangoRedis,
  isRedisCache,
  productionCaches,
} from "./caches.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { addEntriesFix, type NewEntry } from "./setting-fixes.ts";

export const redisSocketTimeouts: FactRule = {
  kind: "facts",
  code: "QS824",
  name: "redis-socket-timeouts",
  summary: "A request waits without limit for a Redis that does not answer",
  level: "info",
  fix: "unsafe",
  stage: 3,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return (productionCaches(production) ?? [])
      .filter((cache) => isRedisCache(cache) && waits(cache))
      .map((cache) =>
        settingFinding(redisSocketTimeouts, production, {
          message: `The cache "${cache.alias}" has no timeout for its connections: when Redis hangs, all that ask it hang as well.`,
          help: "Wait 2 to 5 seconds, for connecting and for answers.",
          location: entryPlace(production, "CACHES", cache.options, "BACKEND"),
          subject: cache.alias,
          restsOn: [cacheOption(cache, "BACKEND")],
          fixes: fixOf(context, cache),
        }),
      );
  },
};

function namesOf(cache: Cache): readonly [connect: string, answer: string] {
  return isDjangoRedis(cache)
    ? ["SOCKET_CONNECT_TIMEOUT", "SOCKET_TIMEOUT"]
    : ["socket_connect_timeout", "socket_timeout"];
}

/** No timeout is set, in the options or in those of the pool. */
function waits(cache: Cache): boolean {
  const location = cacheOption(cache, "LOCATION");
  if (location?.kind === "known" && /timeout/.test(String(location.value))) return false;
  if (namesOf(cache).some((name) => clientOption(cache, name) !== undefined)) return false;
  if (clientOption(cache, "CONNECTION_FACTORY") !== undefined) return false;
  return ["CONNECTION_POOL_KWARGS", "REDIS_CLIENT_KWARGS"].every((name) =>
    hasNoTimeout(clientOption(cache, name)),
  );
}

function hasNoTimeout(options: StaticValue | undefined): boolean {
  if (options === undefined) return true;
  const mapping = mappingOf(options);
  return (
    mapping?.complete === true && !mapping.entries.has("socket_timeout") && !mapping.entries.has("timeout")
  );
}

function fixOf(context: RuleContext, cache: Cache): readonly Fix[] {
  const title = "Wait for Redis at most 5 seconds";
  const entries = namesOf(cache).map((name): NewEntry => [name, { type: "int", value: 5 }]);
  const options = cacheOption(cache, "OPTIONS");
  const mapping = options && mappingOf(options);
  if (mapping) return addEntriesFix(context, title, mapping, entries, ["CACHES", cache.alias, "OPTIONS"]);
  if (options) return [];
  const code = `{${entries.map(([name]) => `"${name}": 5`).join(", ")}}`;
  return addEntriesFix(
    context,
    title,
    cache.options,
    [["OPTIONS", { type: "code", code }]],
    ["CACHES", cache.alias],
  );
}
