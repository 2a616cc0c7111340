import type { CacheCall } from "../../interpret/facts.ts";
import type { Finding, Fix, Level } from "../finding.ts";
import { findingBase } from "../finding-parts.ts";
import { isStartedByHand } from "../functions-in-requests.ts";
import { levelInRoots } from "../levels.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { cacheCalls, writtenName } from "./cache-calls.ts";
import { type BackendKind, type ConfiguredCache, configuredCaches, textSettings } from "./cache-settings.ts";

export const cacheClearShared: FactRule = {
  kind: "facts",
  code: "QS715",
  name: "cache-clear-shared",
  summary: "clear() of a cache empties the whole database of Redis, or the whole server of Memcached",
  level: "warning",
  fix: "unsafe",
  stage: 2,
  run(context) {
    // In development nobody else is there.
    const calls = cacheCalls(context, "clear").filter(({ dormant, exceptional }) => !dormant && !exceptional);
    if (calls.length === 0) return [];
    const caches = configuredCaches(context);
    return calls.flatMap((call) => findingsOf(context, call, caches));
  },
};

function findingsOf(
  context: RuleContext,
  call: CacheCall,
  caches: ReturnType<typeof configuredCaches>,
): readonly Finding[] {
  const { alias } = call;
  const configured = caches && alias !== undefined ? caches.get(alias) : undefined;
  const risky = configured?.find(({ kind }) => isShared(kind));
  if (configured && !risky && configured.every(({ kind }) => kind === "own")) return [];
  const sharers = risky && caches && alias !== undefined ? sharersOf(context, caches, alias, risky) : [];
  return [findingOf(context, call, risky, sharers, keepsSessions(context, alias))];
}

function isShared(kind: BackendKind): boolean {
  return kind === "redis" || kind === "djangoRedis" || kind === "memcached";
}

/** What else lies in the same database, as far as the settings tell. */
function sharersOf(
  context: RuleContext,
  caches: ReadonlyMap<string, readonly ConfiguredCache[]>,
  alias: string,
  { locations }: ConfiguredCache,
): readonly string[] {
  const here = new Set(locations.map(databaseOf));
  const isHere = (texts: readonly string[]): boolean => texts.some((text) => here.has(databaseOf(text)));
  const others = [...caches].flatMap(([other, each]) =>
    other !== alias && each.some((cache) => isHere(cache.locations)) ? [`the cache "${other}"`] : [],
  );
  const [sessionAlias = "default"] = textSettings(context, "SESSION_CACHE_ALIAS");
  const sessionCache = caches.get(sessionAlias) ?? [];
  const hasSessions =
    keepsSessions(context, alias) ||
    (keepsSessions(context, sessionAlias) && sessionCache.some((each) => isHere(each.locations)));
  const brokers = ["CELERY_BROKER_URL", "BROKER_URL", "CELERY_RESULT_BACKEND"];
  const hasQueue = brokers.some((name) => isHere(textSettings(context, name)));
  return [...(hasSessions ? ["all sessions"] : []), ...(hasQueue ? ["the queue of Celery"] : []), ...others];
}

/** Sessions are entries of this very cache. */
function keepsSessions(context: RuleContext, alias: string | undefined): boolean {
  const [sessionAlias = "default"] = textSettings(context, "SESSION_CACHE_ALIAS");
  return (
    sessionAlias === alias &&
    textSettings(context, "SESSION_ENGINE").some((engine) => /\.cache$/.test(engine))
  );
}

/** `redis://user:secret@host:6379/1?x=y` by host, port and number of the database. */
function databaseOf(location: string): string {
  const parts = /^(?:\w+:\/\/)?(?:[^@/]*@)?([^/?]*)(?:\/(\d*))?/.exec(location);
  const [, host = "", database = ""] = parts ?? [];
  const withPort = host.includes(":") ? host : `${host}:6379`;
  return `${withPort.replace(/^127\.0\.0\.1:/, "localhost:")}/${database === "" ? "0" : database}`;
}

function findingOf(
  context: RuleContext,
  call: CacheCall,
  cache: ConfiguredCache | undefined,
  sharers: readonly string[],
  isOfSessions: boolean,
): Finding {
  const { location, symbol } = call;
  const level: Level = !cache ? "info" : sharers.length > 0 ? "error" : cacheClearShared.level;
  return {
    ...findingBase(cacheClearShared),
    remedy: "cache-clear",
    level: levelInRoots(context, level, [call]),
    // Whoever starts a command may want just that.
    confidence: cache && !isStartedByHand(context, [call]) ? "high" : "medium",
    message: messageOf(writtenName(context, call), cache, sharers),
    help: helpOf(cache, isOfSessions),
    location,
    symbol,
    model: undefined,
    origin: location,
    evidence: [{ message: "Empties the cache", location }],
    // The sessions have its prefix, too.
    fixes: isOfSessions ? [] : fixOf(call, cache),
  };
}

function messageOf(written: string, cache: ConfiguredCache | undefined, sharers: readonly string[]): string {
  const lost = sharers.length > 0 ? sharers.join(", ") : "whatever else is kept there";
  switch (cache?.kind) {
    case "redis":
    case "djangoRedis":
      return `${written}() empties the whole database of Redis, without regard to KEY_PREFIX: ${lost} ${sharers.length > 0 ? "included" : "is lost, too"}.`;
    case "memcached":
      return `${written}() empties the whole server of Memcached, without regard to KEY_PREFIX: ${lost} ${sharers.length > 0 ? "included" : "is lost, too"}.`;
    default:
      return `${written}() empties the whole database where the cache is Redis, or the whole server where it is Memcached, without regard to KEY_PREFIX.`;
  }
}

function helpOf(cache: ConfiguredCache | undefined, isOfSessions: boolean): string {
  const always = "delete the keys by name, or make a version part of them that is incremented";
  if (isOfSessions)
    return `Give the sessions a cache of their own (SESSION_CACHE_ALIAS), or better: ${always}.`;
  return cache?.kind === "djangoRedis"
    ? `Delete the keys of this cache alone with delete_pattern("*"), or better: ${always}.`
    : `Give the cache a database of its own, or better: ${always}.`;
}

/** Only django-redis can delete by pattern, of the keys with the prefix and version of this cache. */
function fixOf({ node, location: { path } }: CacheCall, cache: ConfiguredCache | undefined): readonly Fix[] {
  const callee = node.function;
  if (cache?.kind !== "djangoRedis" || callee.kind !== "Attribute" || callee.attribute.name !== "clear")
    return [];
  return [
    {
      title: 'Use delete_pattern("*"): deletes the keys of this cache only, one by one',
      safety: "unsafe",
      preferred: true,
      edits: [
        { path, range: { start: callee.attribute.start, end: node.end }, newText: 'delete_pattern("*")' },
      ],
    },
  ];
}
