/** Settings of caches, sessions and tasks. */
import { routesCode } from "../../rules/settings/task-urgency.ts";
import type { Snippet } from "../report.ts";

/** Every alias that is named exists; the broker is another server than the cache. */
export const sharedCache: Snippet = {
  title: "Cache and sessions in Redis",
  explanation:
    "Sessions have a cache of their own, so that clearing the other logs nobody out. Django reads a session once in a request that looks at it, and writes it only when it has changed. The broker is a Redis of its own with maxmemory-policy noeviction: numbers of databases do not separate what is dropped when the memory is full.",
  language: "python",
  file: "settings.py",
  code: `CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ.get("CACHE_URL", "redis://localhost:6379/0"),
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    },
    "sessions": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ.get("SESSION_CACHE_URL", "redis://localhost:6379/1"),
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_CACHE_ALIAS = "sessions"
`,
};

/** @param routes names of tasks as Celery knows them, by queue */
export function taskRoutes(routes: ReadonlyMap<string, readonly string[]>): Snippet {
  return {
    title: "Queues by urgency",
    explanation: `Routes compare whole names of tasks. Each queue needs a worker that listens to it: celery worker -Q ${[...routes.keys()].join(",")}. A worker with gevent and 100 green threads may open 100 connections to the database; a rate_limit holds for each worker, not for all of them together.`,
    language: "python",
    file: "settings.py",
    code: `CELERY_TASK_ROUTES = ${routesCode(routes)}\n`,
  };
}

/** The task's result comes back, and the connection is set back whatever happens. */
export const tenantTask: Snippet = {
  title: "Tasks that work for one tenant",
  explanation:
    "For tenants with a schema of their own (django-tenants). The task is given the key of its tenant first, and keeps it for its own use; the schema is left again also when the task fails.",
  language: "python",
  file: "common/tenant_tasks.py",
  code: `from celery import Task
from django_tenants.utils import get_tenant_model, tenant_context


class TenantTask(Task):
    abstract = True

    def __call__(self, tenant_id, *args, **kwargs):
        tenant = get_tenant_model().objects.get(pk=tenant_id)
        with tenant_context(tenant):
            return super().__call__(tenant_id, *args, **kwargs)
`,
};
