import type { Location } from "../../base/text-range.ts";
import type { StaticValue } from "../../django/static-value.ts";
import type { FactRule } from "../rule.ts";
import {
  cacheOption,
  databaseOfCache,
  isSameDatabase,
  productionCaches,
  type RedisDatabase,
  redisDatabase,
} from "./caches.ts";
import { textsOf } from "./databases.ts";
import {
  entryPlace,
  type ProductionSettings,
  productionSettings,
  settingPlace,
} from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";

export const redisDbCollision: FactRule = {
  kind: "facts",
  code: "QS821",
  name: "redis-db-collision",
  summary: "Caches, sessions, queues or results share one database of Redis",
  level: "warning",
  fix: "none",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    const caches = cacheUses(production);
    const others = [...caches.filter(({ isSessions }) => isSessions), ...queueUses(production)];
    return others.flatMap((other) => {
      const cache = caches.find((each) => !each.isSessions && isSameDatabase(each.database, other.database));
      if (!cache) return [];
      const { host, port, database } = other.database;
      return settingFinding(redisDbCollision, production, {
        message: `${other.what} and ${cache.what} share database ${database} of Redis at ${host}:${port}: clearing the cache, or evicting from it, takes ${other.lost} with it.`,
        help: "Give each a database of its own: cache 0, broker 1, results 2, sessions 3. Eviction is set for a whole server: queues belong on one that evicts nothing.",
        location: other.location,
        subject: other.what,
        restsOn: [other.value, cache.value],
        evidence: [
          { message: `${cache.what[0]?.toUpperCase()}${cache.what.slice(1)}`, location: cache.location },
        ],
      });
    });
  },
};

interface Use {
  readonly what: string;
  /** What is gone when the database is emptied. */
  readonly lost: string;
  readonly database: RedisDatabase;
  readonly value: StaticValue | undefined;
  readonly location: Location;
  readonly isSessions: boolean;
}

function cacheUses(production: ProductionSettings): readonly Use[] {
  const { settings } = production;
  const engine = textsOf(settings.evaluateSetting("SESSION_ENGINE"));
  const inCache = engine.length > 0 && engine.every((name) => /backends\.cache$/.test(name));
  const sessions = inCache
    ? (textsOf(settings.evaluateSetting("SESSION_CACHE_ALIAS"))[0] ?? "default")
    : undefined;
  return (productionCaches(production) ?? []).flatMap((cache) => {
    const database = databaseOfCache(cache);
    if (!database) return [];
    const isSessions = cache.alias === sessions && sessions !== "default";
    return {
      what: isSessions ? "the sessions" : `the cache "${cache.alias}"`,
      lost: "all sessions",
      database,
      value: cacheOption(cache, "LOCATION"),
      location: entryPlace(production, "CACHES", cache.options, "LOCATION"),
      isSessions,
    };
  });
}

const queues = [
  ["CELERY_BROKER_URL", "the queue of Celery", "waiting tasks"],
  ["BROKER_URL", "the queue of Celery", "waiting tasks"],
  ["CELERY_RESULT_BACKEND", "the results of Celery", "the results"],
] as const;

function queueUses(production: ProductionSettings): readonly Use[] {
  return queues.flatMap(([name, what, lost]) => {
    const value = production.settings.evaluateSetting(name);
    const [url, ...more] = textsOf(value);
    const database = url === undefined || more.length > 0 ? undefined : redisDatabase(url);
    if (!database) return [];
    return { what, lost, database, value, location: settingPlace(production, name), isSessions: false };
  });
}
