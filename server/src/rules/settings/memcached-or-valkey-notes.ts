import { atLeast } from "../../django/version.ts";
import type { FactRule } from "../rule.ts";
import { cacheOption, productionCaches } from "./caches.ts";
import { entryPlace, productionSettings } from "./production-settings.ts";
import { settingFinding } from "./setting-finding.ts";
import { replaceEntryFix } from "./setting-fixes.ts";

export const memcachedOrValkeyNotes: FactRule = {
  kind: "facts",
  code: "QS828",
  name: "memcached-or-valkey-notes",
  summary: "A cache uses the backend for python-memcached, which newer Django does not have",
  level: "info",
  fix: "unsafe",
  stage: 2,
  run(context) {
    const production = productionSettings(context);
    if (!production) return [];
    const { django } = context.project;
    const isGone = django !== undefined && atLeast(django, 4, 1);
    return (productionCaches(production) ?? [])
      .filter(({ backends }) => backends.length > 0 && backends.every((name) => name === removed))
      .map((cache) =>
        settingFinding(memcachedOrValkeyNotes, production, {
          message: isGone
            ? `The cache "${cache.alias}" uses MemcachedCache, which Django removed in 4.1: the first use of the cache fails.`
            : `The cache "${cache.alias}" uses MemcachedCache, which Django removed in 4.1, and whose client, python-memcached, is hardly maintained.`,
          help: "Use PyMemcacheCache with the package pymemcache, or a Redis or Valkey server.",
          location: entryPlace(production, "CACHES", cache.options, "BACKEND"),
          subject: cache.alias,
          level: isGone ? "error" : memcachedOrValkeyNotes.level,
          restsOn: [cacheOption(cache, "BACKEND")],
          fixes: replaceEntryFix(context, "Use pymemcache (needs the package)", cache.options, "BACKEND", {
            type: "str",
            value: "django.core.cache.backends.memcached.PyMemcacheCache",
          }),
        }),
      );
  },
};

const removed = "django.core.cache.backends.memcached.MemcachedCache";
