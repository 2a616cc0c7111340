/** URLs that name a database, a cache or a mail server, as django-environ and dj-database-url read them. */
import { known, type MappingValue, type StaticValue } from "./static-value.ts";

/** Django's engine for the scheme of a database URL. */
export const engineByScheme: ReadonlyMap<string, string> = new Map([
  ["postgres", "django.db.backends.postgresql"],
  ["postgresql", "django.db.backends.postgresql"],
  ["pgsql", "django.db.backends.postgresql"],
  ["postgis", "django.contrib.gis.db.backends.postgis"],
  ["psql", "django.db.backends.postgresql"],
  ["mysql", "django.db.backends.mysql"],
  ["mysql2", "django.db.backends.mysql"],
  ["mysqlgis", "django.contrib.gis.db.backends.mysql"],
  ["sqlite", "django.db.backends.sqlite3"],
  ["spatialite", "django.contrib.gis.db.backends.spatialite"],
  ["oracle", "django.db.backends.oracle"],
  ["cockroachdb", "django_cockroachdb"],
  ["redshift", "django_redshift_backend"],
]);

const cacheByScheme: ReadonlyMap<string, string> = new Map([
  ["dbcache", "django.core.cache.backends.db.DatabaseCache"],
  ["dummycache", "django.core.cache.backends.dummy.DummyCache"],
  ["locmemcache", "django.core.cache.backends.locmem.LocMemCache"],
  ["pymemcache", "django.core.cache.backends.memcached.PyMemcacheCache"],
  ["pylibmc", "django.core.cache.backends.memcached.PyLibMCCache"],
]);

const mailByScheme: ReadonlyMap<string, string> = new Map([
  ["smtp", "django.core.mail.backends.smtp.EmailBackend"],
  ["consolemail", "django.core.mail.backends.console.EmailBackend"],
  ["filemail", "django.core.mail.backends.filebased.EmailBackend"],
  ["memorymail", "django.core.mail.backends.locmem.EmailBackend"],
  ["dummymail", "django.core.mail.backends.dummy.EmailBackend"],
]);

export interface UrlParts {
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  readonly host: string;
  /** Undefined where the URL has none. */
  readonly port: number | undefined;
  /** With the leading slash. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
}

const urlPattern = /^([\w+.-]+):\/\/(?:([^/?#@]*)@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?/;

/** The parts of a URL with an authority; undefined for other texts. */
export function urlParts(url: string): UrlParts | undefined {
  const match = urlPattern.exec(url);
  if (!match) return undefined;
  const [, scheme = "", credentials = "", authority = "", path = "", search = ""] = match;
  const [user = "", ...password] = credentials.split(":");
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? ["", authority];
  return {
    scheme: scheme.toLowerCase(),
    user: decoded(user),
    password: decoded(password.join(":")),
    host: host.replace(/^\[|\]$/g, ""),
    port: port === undefined ? undefined : Number(port),
    path: decoded(path),
    query: new Map(new URLSearchParams(search)),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export type UrlReader = "django-environ" | "dj-database-url";

const databaseOptions: ReadonlySet<string> = new Set([
  "CONN_MAX_AGE",
  "ATOMIC_REQUESTS",
  "AUTOCOMMIT",
  "DISABLE_SERVER_SIDE_CURSORS",
  "CONN_HEALTH_CHECKS",
]);

/** An entry of `DATABASES`; undefined for a URL that names no engine. */
export function databaseOfUrl(url: string, reader: UrlReader): MappingValue | undefined {
  if (url === "sqlite://:memory:") {
    return mapping({ ENGINE: known("django.db.backends.sqlite3"), NAME: known(":memory:") });
  }
  const parts = urlParts(url);
  const engine = parts && engineByScheme.get(parts.scheme.split("+")[0] ?? "");
  if (!parts || engine === undefined) return undefined;
  const name = parts.path.replace(/^\//, "");
  const entries: Record<string, StaticValue> = {
    NAME: known(name === "" && parts.scheme === "sqlite" ? ":memory:" : name),
    USER: known(parts.user),
    PASSWORD: known(parts.password),
    HOST: known(parts.host.toLowerCase()),
    PORT: known(parts.port ?? ""),
  };
  const options: Record<string, StaticValue> = {};
  for (const [key, text] of parts.query) {
    const isBase = reader === "django-environ" && databaseOptions.has(key.toUpperCase());
    (isBase ? entries : options)[isBase ? key.toUpperCase() : key] = literal(text);
  }
  if (Object.keys(options).length > 0 || (reader === "django-environ" && parts.query.size > 0)) {
    entries.OPTIONS = known(mapping(options));
  }
  entries.ENGINE = known(engine);
  return mapping(entries);
}

/** An entry of `CACHES`, as `env.cache()` makes it. */
export function cacheOfUrl(url: string): MappingValue | undefined {
  const parts = urlParts(url);
  if (!parts) return undefined;
  const isRedis = /^(redis|rediss|valkey|valkeys|rediscache)$/.test(parts.scheme);
  const backend = isRedis ? "django_redis.cache.RedisCache" : cacheByScheme.get(parts.scheme);
  if (backend === undefined || parts.query.size > 0) return undefined;
  const authority = url.slice(url.indexOf("://") + 3).split("/")[0] ?? "";
  const location = isRedis ? `${parts.scheme.replace("cache", "")}://${authority}${parts.path}` : authority;
  // The name of the backend depends on what is installed.
  return isRedis && authority.includes(",")
    ? undefined
    : mapping({ BACKEND: known(backend), LOCATION: known(location) });
}

/** The settings that `env.email()` makes of a URL. */
export function mailOfUrl(url: string): MappingValue | undefined {
  const parts = urlParts(url);
  const backend = parts && mailByScheme.get(parts.scheme.split("+")[0]?.replace("smtps", "smtp") ?? "");
  if (!parts || backend === undefined) return undefined;
  const entries: Record<string, StaticValue> = {
    EMAIL_BACKEND: known(backend),
    EMAIL_HOST: known(parts.host),
  };
  return { ...mapping(entries), complete: false };
}

function literal(text: string): StaticValue {
  if (/^\d+$/.test(text)) return known(Number(text));
  if (/^(true|false)$/i.test(text)) return known(text.toLowerCase() === "true");
  return text === "None" ? known(null) : known(text);
}

function mapping(entries: Readonly<Record<string, StaticValue>>): MappingValue {
  return { type: "mapping", entries: new Map(Object.entries(entries)), complete: true };
}
