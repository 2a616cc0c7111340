/** Counting hits and misses by key pattern: what finds the keys that are never there. */
import type { Snippet } from "../report.ts";

export function cacheHits(backend: "django" | "django-redis" | "memcached"): Snippet {
  const { module, name } = backends[backend];
  return {
    title: "Hits of the cache by key pattern",
    explanation: `The backend below counts what is found and what is not, and logs it once a minute: a pattern that is hardly ever found is computed again and again. Name it in CACHES: "BACKEND": "common.counted_cache.CountedCache".`,
    language: "python",
    file: "common/counted_cache.py",
    code: `import logging
import re
import threading
import time
from collections import Counter

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from ${module} import ${name}

logger = logging.getLogger("cache.hits")

SECONDS = 60
# Numbers, UUIDs and hashes tell entries apart, not kinds of entries.
VARIABLE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|\\d+", re.IGNORECASE)
MISSING = object()


class HitCounter:
    def __init__(self):
        self.lock = threading.Lock()
        self.counts = Counter()
        self.logged = time.monotonic()

    def add(self, key, hit):
        pattern = VARIABLE.sub("*", str(key))
        with self.lock:
            self.counts[pattern, hit] += 1
            if time.monotonic() - self.logged < SECONDS:
                return
            counts, self.counts, self.logged = self.counts, Counter(), time.monotonic()
        for pattern in sorted({pattern for pattern, _ in counts}):
            hits, misses = counts[pattern, True], counts[pattern, False]
            logger.info("%s: %d hits, %d misses", pattern, hits, misses)


counter = HitCounter()


class CountedCache(${name}):
    def get(self, key, default=None, version=None, **options):
        value = super().get(key, MISSING, version=version, **options)
        counter.add(key, value is not MISSING)
        return default if value is MISSING else value

    def get_many(self, keys, version=None, **options):
        keys = list(keys)
        found = super().get_many(keys, version=version, **options)
        for key in keys:
            counter.add(key, key in found)
        return found

    def get_or_set(self, key, default, timeout=DEFAULT_TIMEOUT, version=None):
        value = self.get(key, MISSING, version=version)
        if value is not MISSING:
            return value
        value = default() if callable(default) else default
        self.add(key, value, timeout=timeout, version=version)
        # Somebody may have been faster. Read past the counter: it is one miss.
        return super().get(key, value, version=version)
`,
  };
}

const backends = {
  django: { module: "django.core.cache.backends.redis", name: "RedisCache" },
  "django-redis": { module: "django_redis.cache", name: "RedisCache" },
  memcached: { module: "django.core.cache.backends.memcached", name: "PyMemcacheCache" },
} as const;

/** Reading asks for the version; only what changes the data counts it up. */
export const versionedKeys: Snippet = {
  title: "Entries that one step makes invalid",
  explanation:
    "The version is part of the key. Reading only asks for it: counting it up there would make each read a miss. Whoever changes the data counts it up, once the transaction is committed.",
  language: "python",
  file: "common/versioned_cache.py",
  code: `from functools import partial

from django.core.cache import cache
from django.db import transaction


def version_of(name):
    return cache.get_or_set(f"{name}:version", 1, None)


def cached(name, part, compute, timeout=300):
    key = f"{name}:{part}:v{version_of(name)}"
    return cache.get_or_set(key, compute, timeout)


def invalidate(name):
    transaction.on_commit(partial(_count_up, name))


def _count_up(name):
    key = f"{name}:version"
    if not cache.add(key, 2, None):
        cache.incr(key)
`,
};
