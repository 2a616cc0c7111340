import { mappingOf } from "../../django/static-value.ts";
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
import { numberOf } from "./connection-budget.ts";
import { deployedProcesses } from "./deployed.ts";
import { greenProcesses } from "./green-processes.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { addEntriesFix } from "./setting-fixes.ts";

export const redisConnectionPool: FactRule = {
  kind: "facts",
  code: "QS825",
  name: "redis-connection-pool",
  summary: "The connections to Redis have no limit, or one that the server does not bear",
  level: "hint",
  fix: "unsafe",
  stage: 4,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    return (productionCaches(production) ?? []).filter(isRedisCache).flatMap((cache) => {
      const problem = problemOf(context, cache);
      if (!problem) return [];
      return settingFinding(redisConnectionPool, production, {
        ...problem,
        location: entryPlace(production, "CACHES", cache.options, "BACKEND"),
        subject: cache.alias,
        restsOn: [cacheOption(cache, "BACKEND")],
      });
    });
  },
};

/** A few for each thread of a process, and far below what a server accepts. */
const goodSize = 50;

function problemOf(context: RuleContext, cache: Cache) {
  const size = sizeOf(cache);
  if (size === "unknown") return undefined;
  if (size === undefined) {
    const [green] = greenProcesses(context);
    return (
      green && {
        message: `The cache "${cache.alias}" opens as many connections to Redis as "${green.process.name}" has green threads that ask it at once: max_connections is not set.`,
        help: `Let a process have ${goodSize} connections at most.`,
        evidence: [{ message: `Runs ${green.library}`, location: green.process.location }],
        fixes: fixOf(context, cache),
      }
    );
  }
  const limit = clientLimit(context);
  const processes = processCount(context);
  if (limit === undefined || size * processes <= limit.clients) return undefined;
  return {
    message: `The cache "${cache.alias}" may open ${size * processes} connections to Redis (max_connections ${size} × ${processes} processes), and maxclients is ${limit.clients}.`,
    help: "Let max_connections be the threads of a process, or raise maxclients.",
    evidence: [{ message: "maxclients", location: limit.location }],
    fixes: [],
  };
}

/** `max_connections`; undefined where it is certainly not set. */
function sizeOf(cache: Cache): number | "unknown" | undefined {
  const direct = clientOption(cache, "max_connections");
  const inPool = clientOption(cache, "CONNECTION_POOL_KWARGS");
  const mapping = inPool && mappingOf(inPool);
  const value =
    direct ?? mapping?.entries.get("max_connections") ?? (inPool && !mapping?.complete ? inPool : undefined);
  if (clientOption(cache, "CONNECTION_POOL_CLASS") || clientOption(cache, "pool_class")) return "unknown";
  if (value === undefined) return undefined;
  return value.kind === "known" && typeof value.value === "number" ? value.value : "unknown";
}

function clientLimit({ deployment: { redis } }: RuleContext) {
  const setting = redis.find(({ purpose }) => purpose !== "development")?.settings.get("maxclients");
  return setting && { clients: Number(setting.value), location: setting.location };
}

function processCount(context: RuleContext): number {
  const web = deployedProcesses(context, "web").map(({ replicas, workers }) => replicas * numberOf(workers));
  const workers = deployedProcesses(context, "celeryWorker").map(
    ({ replicas, concurrency }) => replicas * numberOf(concurrency),
  );
  return [...web, ...workers].reduce((total, count) => total + count, 0);
}

function fixOf(context: RuleContext, cache: Cache): readonly Fix[] {
  const title = `Open at most ${goodSize} connections`;
  const size = ["max_connections", { type: "int", value: goodSize }] as const;
  const path = ["CACHES", cache.alias];
  const code = `{"max_connections": ${goodSize}}`;
  const options = cacheOption(cache, "OPTIONS");
  const mapping = options && mappingOf(options);
  const pool = clientOption(cache, "CONNECTION_POOL_KWARGS");
  const poolMapping = pool && mappingOf(pool);
  if (poolMapping)
    return addEntriesFix(context, title, poolMapping, [size], [...path, "OPTIONS", "CONNECTION_POOL_KWARGS"]);
  const entry = isDjangoRedis(cache) ? (["CONNECTION_POOL_KWARGS", { type: "code", code }] as const) : size;
  if (mapping) return addEntriesFix(context, title, mapping, [entry], [...path, "OPTIONS"]);
  if (options) return [];
  const all = isDjangoRedis(cache) ? `{"CONNECTION_POOL_KWARGS": ${code}}` : code;
  return addEntriesFix(context, title, cache.options, [["OPTIONS", { type: "code", code: all }]], path);
}
