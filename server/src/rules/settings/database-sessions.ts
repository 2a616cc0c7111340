import { stringsOf } from "../../django/static-value.ts";
import type { Fix } from "../finding.ts";
import type { FactRule } from "../rule.ts";
import type { RuleContext } from "../rule-context.ts";
import { productionCaches } from "./caches.ts";
import { textsOf } from "./databases.ts";
import { type ProductionSettings, productionSettings, settingPlace } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { setSettingFix } from "./setting-fixes.ts";

export const databaseSessions: FactRule = {
  kind: "facts",
  code: "QS830",
  name: "database-sessions",
  summary: "Every request with a session asks the database for it",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production || !hasSessions(production)) return [];
    const engine = production.settings.evaluateSetting("SESSION_ENGINE");
    const names = textsOf(engine);
    const isDatabase = engine === undefined || (names.length > 0 && names.every((name) => name === database));
    if (!isDatabase) return [];
    const isShared = hasSharedCache(production);
    return [
      settingFinding(databaseSessions, production, {
        // Without a cache of all processes there is nothing better for them yet.
        confidence: isShared ? "high" : "medium",
        level: isShared ? databaseSessions.level : "hint",
        message: `Sessions are kept in the database${engine ? "" : ", as SESSION_ENGINE is not set"}: one query for each request that looks at its session, and a write when it changes.`,
        help: "Use django.contrib.sessions.backends.cached_db, which reads from the cache and survives its loss, or .cache with SESSION_CACHE_ALIAS.",
        location: settingPlace(production, "SESSION_ENGINE"),
        restsOn: [engine],
        fixes: isShared ? fixOf(context, production) : [],
      }),
    ];
  },
};

const database = "django.contrib.sessions.backends.db";

function hasSessions({ settings }: ProductionSettings): boolean {
  const middleware = settings.evaluateSetting("MIDDLEWARE");
  return (
    middleware !== undefined &&
    stringsOf(middleware).includes("django.contrib.sessions.middleware.SessionMiddleware")
  );
}

/** The default cache is one that all processes share. */
function hasSharedCache(production: ProductionSettings): boolean {
  const cache = productionCaches(production)?.find(({ alias }) => alias === "default");
  return (
    cache !== undefined &&
    cache.backends.length > 0 &&
    cache.backends.every((name) => /redis|valkey|memcached/i.test(name))
  );
}

function fixOf(context: RuleContext, production: ProductionSettings): readonly Fix[] {
  const value = { type: "str", value: "django.contrib.sessions.backends.cached_db" } as const;
  return setSettingFix(
    context,
    "Read sessions from the cache, and keep them in the database",
    production,
    "SESSION_ENGINE",
    value,
    /^SESSION_|^CACHES$/,
  );
}
