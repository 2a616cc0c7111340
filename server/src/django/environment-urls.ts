/** Readers of environment variables that hold a URL: `env.db()`, `dj_database_url.config()`, `env.cache_url()`. */

import type { Call } from "../syntax/ast.ts";
import { cacheOfUrl, databaseOfUrl, mailOfUrl } from "./connection-urls.ts";
import { isSetElsewhere, variableText } from "./environment-variables.ts";
import type { Evaluator } from "./evaluation.ts";
import {
  dependingOn,
  known,
  type MappingValue,
  type Scope,
  type StaticValue,
  stringOf,
  unknownValue,
} from "./static-value.ts";

export type UrlKind = keyof typeof urlReaders;

const urlReaders = {
  db: "database",
  db_url: "database",
  dj_db_url: "database",
  cache: "cache",
  cache_url: "cache",
  dj_cache_url: "unknown",
  email: "mail",
  email_url: "mail",
  dj_email_url: "unknown",
} as const;

export function isUrlReader(method: string): method is UrlKind {
  return Object.hasOwn(urlReaders, method);
}

interface UrlReading {
  readonly kind: UrlKind;
  /** Of the variable: null where it is not set, undefined where that is not known. */
  readonly text: string | null | undefined;
  readonly fallback: StaticValue | undefined;
  readonly variable: string | undefined;
}

export function environmentUrl(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  { kind, text, fallback, variable }: UrlReading,
): StaticValue {
  const url = text ?? (fallback && stringOf(fallback));
  if (url === undefined || url === null) return unknownValue;
  const parsed = parseUrl(kind, url);
  if (!parsed) return unknownValue;
  const engine = call.keywords.find(({ name }) => name?.name === "engine" || name?.name === "backend");
  const entries = new Map(parsed.entries);
  if (engine) {
    entries.set(kind.includes("cache") ? "BACKEND" : "ENGINE", evaluator.evaluate(engine.value, scope));
  }
  const value =
    kind === "dj_db_url"
      ? withDatabaseOptions(evaluator, call, scope, { ...parsed, entries })
      : { ...parsed, entries };
  return fromVariable(value, text === undefined ? (variable ?? "") : undefined, {
    module: scope.module,
    node: call,
  });
}

function parseUrl(kind: UrlKind, url: string): MappingValue | undefined {
  switch (urlReaders[kind]) {
    case "database":
      return databaseOfUrl(url, kind === "dj_db_url" ? "dj-database-url" : "django-environ");
    case "cache":
      return cacheOfUrl(url);
    case "mail":
      return mailOfUrl(url);
    case "unknown":
      return undefined;
  }
}

/** `dj_database_url.config(default=…, conn_max_age=600)` and `dj_database_url.parse(url, …)` */
export function databaseUrlCall(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  name: string | undefined,
): StaticValue | undefined {
  const isConfig = name === "dj_database_url.config";
  if (!isConfig && name !== "dj_database_url.parse") return undefined;
  const given = (keyword: string, position: number): StaticValue | undefined => {
    const expression =
      call.keywords.find((each) => each.name?.name === keyword)?.value ?? call.arguments[position];
    return expression && evaluator.evaluate(expression, scope);
  };
  if (!isConfig) {
    const url = given("url", 0);
    const text = url && stringOf(url);
    const parsed = text === undefined ? undefined : databaseOfUrl(text, "dj-database-url");
    const value = withDatabaseOptions(evaluator, call, scope, parsed ?? unknownDatabase);
    const variable = url && url.kind !== "unknown" ? url.variable : undefined;
    return fromVariable(value, variable, { module: scope.module, node: call });
  }
  const named = given("env", 0);
  const variable = named ? stringOf(named) : "DATABASE_URL";
  const text = variableText(evaluator, variable);
  const fallback = isSetElsewhere(evaluator, variable) ? undefined : given("default", 1);
  const url = text ?? (fallback && stringOf(fallback));
  // Neither a variable nor a default: no database.
  if (text === null && (fallback === undefined || (fallback.kind === "known" && !fallback.value))) {
    return known({ type: "mapping", entries: new Map(), complete: true });
  }
  const parsed = url === undefined || url === null ? undefined : databaseOfUrl(url, "dj-database-url");
  const value = withDatabaseOptions(evaluator, call, scope, parsed ?? unknownDatabase);
  return fromVariable(value, text === undefined ? (variable ?? "") : undefined, {
    module: scope.module,
    node: call,
  });
}

const unknownDatabase: MappingValue = { type: "mapping", entries: new Map(), complete: false };

const databaseKeywords: readonly (readonly [keyword: string, key: string, fallback: StaticValue])[] = [
  ["conn_max_age", "CONN_MAX_AGE", known(0)],
  ["conn_health_checks", "CONN_HEALTH_CHECKS", known(false)],
  ["disable_server_side_cursors", "DISABLE_SERVER_SIDE_CURSORS", known(false)],
];

function withDatabaseOptions(
  evaluator: Evaluator,
  call: Call,
  scope: Scope,
  parsed: MappingValue,
): MappingValue {
  const entries = new Map(parsed.entries);
  if (entries.size === 2 && parsed.complete) return parsed; // sqlite://:memory:
  const given = (name: string) => call.keywords.find((each) => each.name?.name === name)?.value;
  for (const [keyword, key, fallback] of databaseKeywords) {
    const expression = given(keyword);
    entries.set(key, expression ? evaluator.evaluate(expression, scope) : fallback);
  }
  const engine = given("engine");
  if (engine) entries.set("ENGINE", evaluator.evaluate(engine, scope));
  const understood = new Set([
    ...databaseKeywords.map(([keyword]) => keyword),
    "engine",
    "env",
    "default",
    "url",
  ]);
  const isComplete = call.keywords.every(({ name }) => name !== undefined && understood.has(name.name));
  return { type: "mapping", entries, complete: parsed.complete && isComplete };
}

/** The entries of a URL all hang on its variable; those that the call itself sets don't, but nobody asks. */
function fromVariable(
  value: MappingValue,
  variable: string | undefined,
  literal: MappingValue["literal"],
): StaticValue {
  const ofUrl = new Set(["ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "BACKEND", "LOCATION"]);
  const entries = new Map(
    [...value.entries].map(([key, entry]) => [key, ofUrl.has(key) ? dependingOn(entry, variable) : entry]),
  );
  return dependingOn(known({ ...value, entries, literal }), variable);
}
