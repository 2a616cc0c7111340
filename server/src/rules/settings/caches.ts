/** The caches of the production settings, and the Redis databases that settings name. */
import { urlParts } from "../../django/connection-urls.ts";
import {
  alternativesOf,
  type MappingValue,
  mappingOf,
  type StaticValue,
  sequenceOf,
  stringsOf,
} from "../../django/static-value.ts";
import { textsOf } from "./databases.ts";
import type { ProductionSettings } from "./production-settings.ts";

export interface Cache {
  readonly alias: string;
  readonly options: MappingValue;
  /** Dotted names of its backend, all that the branches give; empty where it is not known. */
  readonly backends: readonly string[];
}

/** Each cache that is written as a dictionary; undefined where the setting is not known. */
export function productionCaches({
  settings,
}: Pick<ProductionSettings, "settings">): readonly Cache[] | undefined {
  const value = settings.evaluateSetting("CACHES");
  if (value === undefined) return [];
  const caches = mappingOf(value);
  if (!caches) return undefined;
  return [...caches.entries].flatMap(([alias, entry]) => {
    const options = mappingOf(entry);
    return options ? [{ alias, options, backends: textsOf(options.entries.get("BACKEND")) }] : [];
  });
}

export function isRedisCache({ backends }: Cache): boolean {
  return (
    backends.length > 0 &&
    backends.every((name) => /^django\.core\.cache\.backends\.redis\.|^django_(redis|valkey)\./.test(name))
  );
}

/** One of the packages whose options are those of django-redis, not Django's own backend. */
export function isDjangoRedis({ backends }: Cache): boolean {
  return backends.every((name) => !name.startsWith("django.core."));
}

/** The memory of one process, or none. */
export function isPrivateCache({ backends }: Cache): boolean {
  return backends.length > 0 && backends.every((name) => /\.(locmem|dummy)\./.test(name));
}

/** A cache's entry of that name: undefined where it is certainly not set. */
export function cacheOption({ options }: Cache, name: string): StaticValue | undefined {
  return options.entries.get(name) ?? (options.complete ? undefined : { kind: "unknown" });
}

/** An entry of the cache's `OPTIONS`. */
export function clientOption(cache: Cache, name: string): StaticValue | undefined {
  const options = cacheOption(cache, "OPTIONS");
  if (options === undefined) return undefined;
  const mapping = mappingOf(options);
  if (!mapping) return { kind: "unknown" };
  return mapping.entries.get(name) ?? (mapping.complete ? undefined : { kind: "unknown" });
}

/** One database of a Redis server. */
export interface RedisDatabase {
  readonly host: string;
  readonly port: number;
  readonly database: number;
}

/** The database that a `redis://` URL names; undefined for other addresses. */
export function redisDatabase(url: string): RedisDatabase | undefined {
  const parts = urlParts(url);
  if (!parts || !/^(redis|rediss|valkey|valkeys)$/.test(parts.scheme) || parts.host === "") return undefined;
  const inPath = /^\/(\d+)$/.exec(parts.path)?.[1];
  const inQuery = parts.query.get("db");
  if (parts.path.length > 1 && inPath === undefined) return undefined;
  return { host: parts.host, port: parts.port ?? 6379, database: Number(inPath ?? inQuery ?? 0) };
}

/** The only database that a cache on Redis uses, where the settings tell. */
export function databaseOfCache(cache: Cache): RedisDatabase | undefined {
  if (!isRedisCache(cache)) return undefined;
  const location = cacheOption(cache, "LOCATION");
  const texts = location ? (sequenceOf(location) ? stringsOf(location) : textsOf(location)) : [];
  const [first, ...others] = texts;
  const found = first === undefined || others.length > 0 ? undefined : redisDatabase(first);
  if (!found) return undefined;
  const given = clientOption(cache, "db");
  if (given === undefined) return found;
  const [database, ...more] = alternativesOf(given);
  return typeof database === "number" && more.length === 0 ? { ...found, database } : undefined;
}

export function isSameDatabase(first: RedisDatabase, second: RedisDatabase): boolean {
  return isSameServer(first, second) && first.database === second.database;
}

function isSameServer(first: RedisDatabase, second: RedisDatabase): boolean {
  return first.host === second.host && first.port === second.port;
}
