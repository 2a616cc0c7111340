import { describe, expect, it } from "vitest";
import {
  type AuditCircumstances,
  auditOf,
  projectWith,
  taskOf,
} from "../../../../test/support/audited-project.ts";
import { nothingMeasured } from "../live-measurements.ts";
import type { TaskStatus } from "../report.ts";
import { auditTasks } from "./index.ts";

type Files = Readonly<Record<string, string>>;

interface Case {
  readonly task: string;
  readonly when: string;
  readonly settings?: string;
  readonly files?: Files;
  readonly circumstances?: AuditCircumstances;
  readonly status: TaskStatus;
  /** Part of the reason. */
  readonly because: string;
}

const postgres = (host = '"db.example.org"', more = ""): string =>
  `DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": ${host}${more}}}\n`;

const urls = (name: string): string =>
  `from django.urls import path\nfrom shop import views\nurlpatterns = [path("", views.${name})]\n`;

const computedStaticUrl = `
import os
from urllib.parse import urljoin
INSTALLED_APPS += ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
if os.environ.get("CDN"):
    STATIC_URL = urljoin(f"https://{os.environ['CDN']}.example.org", STATIC_URL)
`;

const listView = (queryset: string): Files => ({
  "config/urls.py": urls("books"),
  "shop/views.py": `
from django.http import HttpResponse
from shop.models import Book


def books(request):
    return HttpResponse("".join(book.author.name for book in ${queryset}[:50]))
`,
});

const mailView: Files = {
  "config/urls.py": urls("order"),
  "shop/views.py": `
from django.core.mail import send_mail
from django.http import HttpResponse


def order(request):
    send_mail("Thanks", "…", None, ["a@example.org"])
    return HttpResponse()
`,
};

const sharedCache =
  'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache:6379/0"}}\n';

const hashedNames =
  'STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}\n';

const celery: Files = {
  "config/celery.py": `
from celery import Celery

app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
`,
  "shop/tasks.py": `
from celery import shared_task


@shared_task(soft_time_limit=60)
def rebuild():
    pass
`,
};

const upload: Files = {
  "shop/models.py": `
from django.db import models


class Photo(models.Model):
    image = models.ImageField()
`,
};

const memcached =
  'CACHES = {"default": {"BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache", "LOCATION": "cache:11211"}}\n';
const redis = (url: string): string =>
  `CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "${url}", "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2}}}\n`;
const unknownTo = (name: string): string => `from elsewhere import load\n${name} = load()\n`;

const cases: readonly Case[] = [
  // S1.1
  {
    task: "S1.1",
    when: "the engine is PostgreSQL",
    settings: postgres(),
    status: "done",
    because: "is PostgreSQL",
  },
  {
    task: "S1.1",
    when: "the engine is SQLite",
    settings: 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"}}\n',
    status: "open",
    because: "SQLite",
  },
  {
    task: "S1.1",
    when: "the environment names the engine",
    settings: 'import os\nDATABASES = {"default": {"ENGINE": os.environ["ENGINE"]}}\n',
    status: "unknown",
    because: "decided where it is deployed",
  },
  {
    task: "S1.1",
    when: "there are only settings for development",
    files: {
      "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.dev")\n',
      "config/settings.py": "",
      "config/dev.py": 'SECRET_KEY = "key"\nINSTALLED_APPS = ["shop"]\n',
    },
    status: "unknown",
    because: "No settings for production",
  },
  {
    task: "S1.1",
    when: "local settings will replace SQLite",
    settings:
      'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"}}\ntry:\n    from config.local import *\nexcept ImportError:\n    pass\n',
    status: "unknown",
    because: "local settings",
  },
  ...["S2.4", "S3.1", "S3.2", "S3.7", "S4.2"].map(
    (task): Case => ({
      task,
      when: "local settings will replace SQLite and may name a cache",
      settings:
        'CACHES = {}\nDATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"}}\ntry:\n    from config.local import *\nexcept ImportError:\n    pass\n',
      status: "unknown",
      because: task === "S3.7" ? "server" : "Local settings",
    }),
  ),
  // S1.2
  {
    task: "S1.2",
    when: "gunicorn is started",
    files: { Procfile: "web: gunicorn config.wsgi --workers 4\n" },
    status: "done",
    because: "gunicorn",
  },
  {
    task: "S1.2",
    when: "runserver is started",
    files: { Procfile: "web: python manage.py runserver 0.0.0.0:8000\n" },
    status: "open",
    because: "runserver",
  },
  { task: "S1.2", when: "nothing is started", status: "unknown", because: "No file" },
  {
    task: "S1.2",
    when: "DEBUG is on",
    settings: 'DEBUG = True\nALLOWED_HOSTS = ["shop.example.org"]\n',
    status: "open",
    because: "1 finding",
  },
  {
    task: "S1.2",
    when: "DEBUG is on and no host is named",
    settings: "DEBUG = True\n",
    status: "open",
    because: "a developer's machine",
  },
  // S1.3
  {
    task: "S1.3",
    when: "WhiteNoise is installed",
    settings:
      'INSTALLED_APPS += ["django.contrib.staticfiles"]\nMIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware"]\nSTATIC_URL = "/static/"\n',
    status: "done",
    because: "WhiteNoise",
  },
  {
    task: "S1.3",
    when: "nginx gives out the folder",
    settings: 'INSTALLED_APPS += ["django.contrib.staticfiles"]\nSTATIC_URL = "/static/"\n',
    files: { "nginx.conf": "server {\n  location /static/ {\n    alias /srv/static/;\n  }\n}\n" },
    status: "done",
    because: "web server",
  },
  { task: "S1.3", when: "there are no static files", status: "notApplicable", because: "no static files" },
  // S2.1
  { task: "S2.1", when: "no profiler is installed", status: "open", because: "No profiler" },
  {
    task: "S2.1",
    when: "silk is installed for development",
    files: { "config/dev.py": 'from config.settings import *\nINSTALLED_APPS += ["silk"]\n' },
    status: "done",
    because: "A profiler",
  },
  // S2.2
  {
    task: "S2.2",
    when: "a list loads what it shows",
    files: listView('Book.objects.select_related("author")'),
    status: "done",
    because: "1 of 1",
  },
  {
    task: "S2.2",
    when: "a list sends a query for each row",
    files: listView("Book.objects.all()"),
    status: "open",
    because: "0 of 1",
  },
  { task: "S2.2", when: "no page lists rows", status: "unknown", because: "No page" },
  // S2.3
  {
    task: "S2.3",
    when: "queries use no column without index",
    files: listView('Book.objects.select_related("author")'),
    status: "done",
    because: "lacks an index",
  },
  // S2.4
  { task: "S2.4", when: "there is no cache", status: "open", because: "No cache is configured" },
  {
    task: "S2.4",
    when: "the cache lies in the memory of each process",
    settings: 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}\n',
    status: "open",
    because: "not shared by the processes",
  },
  {
    task: "S2.4",
    when: "the cache is shared, and there are no sessions",
    settings: memcached,
    status: "done",
    because: "shared",
  },
  {
    task: "S2.4",
    when: "sessions stay in the database",
    settings: `${memcached}MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]\n`,
    status: "open",
    because: "sessions",
  },
  {
    task: "S2.4",
    when: "CACHES comes from elsewhere",
    settings: unknownTo("CACHES"),
    status: "unknown",
    because: "decided where it is deployed",
  },
  // S2.5
  {
    task: "S2.5",
    when: "requests wait for a mail server",
    files: mailView,
    status: "open",
    because: "finding",
  },
  {
    task: "S2.5",
    when: "there are tasks, and nobody waits",
    settings: 'CELERY_BROKER_URL = "redis://queue:6379/0"\n',
    files: celery,
    status: "done",
    because: "Celery runs",
  },
  { task: "S2.5", when: "nothing takes long", status: "notApplicable", because: "No request waits" },
  // S2.6
  {
    task: "S2.6",
    when: "STATIC_URL is another host",
    settings: `INSTALLED_APPS += ["django.contrib.staticfiles"]\nSTATIC_URL = "https://cdn.example.org/"\n${hashedNames}`,
    status: "done",
    because: "another host",
  },
  {
    task: "S2.6",
    when: "STATIC_URL is a path",
    settings: 'INSTALLED_APPS += ["django.contrib.staticfiles"]\nSTATIC_URL = "/static/"\n',
    status: "open",
    because: "own host",
  },
  {
    task: "S2.6",
    when: "the environment names STATIC_URL",
    settings: `import os\nINSTALLED_APPS += ["django.contrib.staticfiles"]\nSTATIC_URL = os.environ["STATIC_URL"]\n${hashedNames}`,
    status: "unknown",
    because: "decided where it is deployed",
  },
  {
    task: "S2.6",
    when: "STATIC_URL is computed where the environment names a host",
    settings: `${computedStaticUrl}${hashedNames}`,
    status: "unknown",
    because: "decided where it is deployed",
  },
  {
    task: "S2.6",
    when: "names on another host stay the same from release to release",
    settings:
      'INSTALLED_APPS += ["django.contrib.staticfiles"]\nSTATIC_ROOT = "/srv/static"\nSTATIC_URL = "https://cdn.example.org/"\n',
    status: "open",
    because: "1 finding",
  },
  // S2.7
  { task: "S2.7", when: "nothing is written in loops", status: "done", because: "one by one" },
  {
    task: "S2.7",
    when: "rows are written in a loop",
    files: {
      "config/urls.py": urls("rename"),
      "shop/views.py":
        "from django.http import HttpResponse\nfrom shop.models import Book\n\n\ndef rename(request):\n    for book in Book.objects.all():\n        book.title = book.title.upper()\n        book.save()\n    return HttpResponse()\n",
    },
    status: "open",
    because: "1 finding",
  },
  // S3.1
  {
    task: "S3.1",
    when: "the database has a host of its own",
    settings: postgres(),
    status: "done",
    because: "host of its own",
  },
  {
    task: "S3.1",
    when: "the database is on this machine",
    settings: postgres('"localhost"'),
    status: "open",
    because: "application's server",
  },
  {
    task: "S3.1",
    when: "a variable names the host",
    settings: `import os\n${postgres('os.environ.get("DB_HOST", "localhost")')}`,
    status: "unknown",
    because: "DB_HOST",
  },
  {
    task: "S3.1",
    when: "the database is a container beside the application",
    settings: postgres('"db"'),
    files: { "docker-compose.production.yml": "services:\n  db:\n    image: postgres:16\n" },
    status: "open",
    because: "container",
  },
  {
    task: "S3.1",
    when: "local settings will name the database",
    settings: `${postgres('"localhost"')}try:\n    from config.local import *\nexcept ImportError:\n    pass\n`,
    status: "unknown",
    because: "Local settings",
  },
  // S3.2
  {
    task: "S3.2",
    when: "only the environment knows the host",
    settings: `import os\n${postgres(
      'os.environ["DB_HOST"]',
      ', "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": {"options": "-c statement_timeout=30000"}',
    )}`,
    status: "unknown",
    because: "decided where it is deployed",
  },
  {
    task: "S3.2",
    when: "Django keeps a pool",
    settings: postgres(
      '"db.example.org"',
      ', "OPTIONS": {"pool": True, "options": "-c statement_timeout=30000"}',
    ),
    status: "done",
    because: "pool of connections",
  },
  {
    task: "S3.2",
    when: "only the environment knows whether there is a pool",
    settings: `import json\nimport os\n${postgres(
      '"db.example.org"',
      ', "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": json.loads(os.environ["DB_OPTIONS"])',
    )}`,
    status: "unknown",
    because: "decided where it is deployed",
  },
  {
    task: "S3.2",
    when: "nothing pools connections",
    settings: postgres(
      '"db.example.org"',
      ', "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": {"options": "-c statement_timeout=30000"}',
    ),
    status: "open",
    because: "No pool",
  },
  {
    task: "S3.2",
    when: "the database is SQLite",
    settings: 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"}}\n',
    status: "notApplicable",
    because: "SQLite",
  },
  // S3.3
  { task: "S3.3", when: "nothing is cached", status: "open", because: "caches nothing" },
  {
    task: "S3.3",
    when: "values and whole pages are cached",
    settings: redis("redis://cache:6379/0"),
    files: {
      "config/urls.py":
        'from django.urls import path\nfrom django.views.decorators.cache import cache_page\nfrom shop import views\nurlpatterns = [path("", cache_page(300)(views.prices)), path("x", views.total)]\n',
      "shop/views.py": `
from django.core.cache import cache
from django.http import HttpResponse


def prices(request):
    return HttpResponse("1 EUR")


def total(request):
    return HttpResponse(cache.get_or_set("total", lambda: 3, 300) + cache.get_or_set("rate", lambda: 2, 300))
`,
    },
    status: "done",
    because: "values (2 places) and whole pages (1 place)",
  },
  {
    task: "S3.3",
    when: "one value and one page are cached",
    settings: redis("redis://cache:6379/0"),
    files: {
      "config/urls.py":
        'from django.urls import path\nfrom django.views.decorators.cache import cache_page\nfrom shop import views\nurlpatterns = [path("", cache_page(300)(views.prices)), path("x", views.total)]\n',
      "shop/views.py": `
from django.core.cache import cache
from django.http import HttpResponse


def prices(request):
    return HttpResponse("1 EUR")


def total(request):
    return HttpResponse(cache.get_or_set("total", lambda: 3, 300))
`,
    },
    status: "open",
    because: "Only values (1 place) and whole pages (1 place) are cached",
  },
  // S3.4
  {
    task: "S3.4",
    when: "Sentry is set up",
    settings: 'import sentry_sdk\nsentry_sdk.init(dsn="https://key@sentry.example.org/1")\n',
    status: "done",
    because: "monitored",
  },
  { task: "S3.4", when: "nothing is set up", status: "open", because: "Neither Sentry" },
  // S3.5
  { task: "S3.5", when: "there is no Celery", status: "notApplicable", because: "no tasks" },
  {
    task: "S3.5",
    when: "tasks are routed, with limits",
    settings:
      'CELERY_BROKER_URL = "redis://queue:6379/0"\nCELERY_TASK_SOFT_TIME_LIMIT = 300\nCELERY_TASK_TIME_LIMIT = 330\nCELERY_TASK_ROUTES = {"shop.tasks.rebuild": {"queue": "slow"}}\n',
    files: celery,
    status: "done",
    because: "queues of their own",
  },
  {
    task: "S3.5",
    when: "a task that asks another server has no retry",
    settings: 'CELERY_BROKER_URL = "redis://queue:6379/0"\n',
    files: {
      ...celery,
      "shop/tasks.py":
        'import requests\nfrom celery import shared_task\n\n\n@shared_task(soft_time_limit=60)\ndef push():\n    requests.post("https://crm.example.org", timeout=5)\n',
    },
    status: "open",
    because: "finding",
  },
  // S3.6
  { task: "S3.6", when: "no model holds a file", status: "notApplicable", because: "No model" },
  {
    task: "S3.6",
    when: "uploads lie on the disk",
    files: upload,
    status: "open",
    because: "disk of one server",
  },
  {
    task: "S3.6",
    when: "uploads lie in S3",
    settings:
      'STORAGES = {"default": {"BACKEND": "storages.backends.s3.S3Storage"}}\nAWS_S3_FILE_OVERWRITE = False\nAWS_S3_MAX_MEMORY_SIZE = 8388608\n',
    files: upload,
    status: "done",
    because: "remote storage",
  },
  {
    task: "S3.6",
    when: "STORAGES comes from elsewhere",
    settings: unknownTo("STORAGES"),
    files: upload,
    status: "unknown",
    because: "decided where it is deployed",
  },
  // S3.7
  {
    task: "S3.7",
    when: "nothing was measured",
    settings: postgres(),
    status: "unknown",
    because: "Only the server",
  },
  {
    task: "S3.7",
    when: "the server's parameters were measured and are right",
    settings: postgres(),
    circumstances: {
      live: {
        results: [
          { kind: "measured", code: "QS880", values: [], findings: [] },
          { kind: "measured", code: "QS881", values: [], findings: [] },
        ],
      },
    },
    status: "done",
    because: "Measured",
  },
  {
    task: "S3.7",
    when: "a measurement complains",
    settings: postgres(),
    circumstances: {
      live: {
        results: [
          {
            kind: "measured",
            code: "QS880",
            values: [],
            findings: [{ level: "warning", message: "shared_buffers is 128 MB of 8 GB.", help: "2 GB." }],
          },
        ],
      },
    },
    status: "open",
    because: "1 of the measurements speaks against it",
  },
  // S4.1
  {
    task: "S4.1",
    when: "several copies are started",
    settings: sharedCache,
    files: {
      "docker-compose.production.yml":
        "services:\n  web:\n    command: gunicorn config.wsgi --workers 4\n    deploy:\n      replicas: 2\n",
    },
    status: "done",
    because: "2 copies",
  },
  {
    task: "S4.1",
    when: "one copy is started",
    settings: sharedCache,
    files: { Procfile: "web: gunicorn config.wsgi --workers 4\n" },
    status: "unknown",
    because: "tells how many",
  },
  // S4.2
  {
    task: "S4.2",
    when: "there is one database",
    settings: postgres(),
    status: "open",
    because: "one database",
  },
  {
    task: "S4.2",
    when: "DATABASES comes from elsewhere",
    settings: unknownTo("DATABASES"),
    status: "unknown",
    because: "decided where it is deployed",
  },
  // S4.3
  { task: "S4.3", when: "nothing uses Redis", status: "notApplicable", because: "no Redis" },
  {
    task: "S4.3",
    when: "cache and broker share one Redis",
    settings: `${redis("redis://redis:6379/0")}CELERY_BROKER_URL = "redis://redis:6379/1"\n`,
    files: celery,
    status: "open",
    because: "share one Redis",
  },
  {
    task: "S4.3",
    when: "cache and broker are apart",
    settings: `${redis("redis://cache:6379/0")}CELERY_BROKER_URL = "redis://queue:6379/0"\n`,
    files: celery,
    status: "done",
    because: "different servers",
  },
  // S4.4
  { task: "S4.4", when: "there is no entry into the project", status: "unknown", because: "No entry" },
  {
    task: "S4.4",
    when: "entries send plain queries",
    files: listView('Book.objects.select_related("author")'),
    status: "done",
    because: "No expensive",
  },
  // S4.5
  { task: "S4.5", when: "there are no WebSockets", status: "notApplicable", because: "no WebSockets" },
  {
    task: "S4.5",
    when: "the layer is in memory",
    settings:
      'INSTALLED_APPS += ["channels"]\nCHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\n',
    status: "open",
    because: "memory of one process",
  },
  {
    task: "S4.5",
    when: "the layer is Redis",
    settings:
      'INSTALLED_APPS += ["channels"]\nCHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}\n',
    status: "done",
    because: "shared",
  },
  // S4.6
  {
    task: "S4.6",
    when: "STATIC_URL is computed where the environment names a host",
    settings: computedStaticUrl,
    status: "unknown",
    because: "decided where it is deployed",
  },
  { task: "S4.6", when: "there are no files", status: "notApplicable", because: "neither" },
  { task: "S4.6", when: "uploads come from this host", files: upload, status: "open", because: "own host" },
  {
    task: "S4.6",
    when: "uploads come from another host",
    settings: 'MEDIA_URL = "https://media.example.org/"\n',
    files: upload,
    status: "done",
    because: "another host",
  },
  // S4.7
  { task: "S4.7", when: "no tenants are recognised", status: "notApplicable", because: "No tenants" },
  {
    task: "S4.7",
    when: "the configuration names the tenant",
    circumstances: { configuration: { tenantField: "organization" } },
    status: "done",
    because: "tenant",
  },
];

describe("a task of the roadmap", () => {
  it.each(cases)(
    "$task is $status when $when",
    async ({ task, settings = "", files, circumstances, status, because }) => {
      const judged = await taskOf(task, projectWith(settings, files), circumstances);
      expect({ status: judged.status, reason: judged.reason }).toEqual({
        status,
        reason: expect.stringContaining(because),
      });
    },
  );

  it("tells whether Django learns from the load balancer that a request was encrypted", async () => {
    const evidence = async (settings: string): Promise<readonly string[]> =>
      (await taskOf("S4.1", projectWith(settings))).evidence.map(({ text }) => text);
    expect(await evidence('SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n')).toContain(
      "SECURE_PROXY_SSL_HEADER",
    );
    expect(await evidence("")).toContain("SECURE_PROXY_SSL_HEADER is not set");
  });

  it("tells whether a load balancer can ask which servers work", async () => {
    const evidence = async (files: Files, settings = ""): Promise<readonly string[]> =>
      (await taskOf("S4.1", projectWith(settings, files))).evidence.map(({ text }) => text);
    const withRoute = (route: string): Files => ({
      "config/urls.py": `from django.urls import path, re_path\nfrom shop import views\nurlpatterns = [${route}]\n`,
      "shop/views.py":
        'from django.http import HttpResponse\n\n\ndef works(request):\n    return HttpResponse("yes")\n',
    });
    const none = "No path such as health/ answers whether the server works";
    expect(await evidence(withRoute('path("healthz/", views.works)'))).toContain(
      "healthz answers whether the server works",
    );
    expect(await evidence(withRoute('re_path(r"^api/ping/?$", views.works)'))).toContain(
      "ping answers whether the server works",
    );
    expect(await evidence({}, 'INSTALLED_APPS += ["health_check"]\n')).toContain(
      "An application answers whether the server works",
    );
    expect(await evidence(withRoute('path("status/<int:pk>/", views.works)'))).toContain(none);
    expect(await evidence(withRoute('path("orders/<int:pk>/status/", views.works)'))).toContain(none);
    expect(await evidence(withRoute('path("health/", views.missing)'))).toContain(none);
  });

  it("has a test for each of its judgements", () => {
    const tested = new Set(cases.map(({ task }) => task));
    expect(auditTasks.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual([]);
  });

  it("is not called done where the rules that judge it are turned off", async () => {
    const circumstances = { configuration: { ignore: ["QS1", "QS2", "QS3", "QS6"] } };
    const task = await taskOf("S2.7", projectWith(""), circumstances);
    expect(task).toMatchObject({
      status: "unknown",
      reason: "The configuration turns off the rules that judge it.",
    });
  });

  it("takes longer the more places have to be changed, up to one and a half times", async () => {
    const views = Array.from(
      { length: 15 },
      (_, index) =>
        `def view${index}(request):\n    return HttpResponse("".join(b.author.name for b in Book.objects.all()))\n`,
    );
    const files = {
      "config/urls.py": `from django.urls import path\nfrom shop import views\nurlpatterns = [${views.map((_, index) => `path("${index}", views.view${index})`).join(", ")}]\n`,
      "shop/views.py": `from django.http import HttpResponse\nfrom shop.models import Book\n\n\n${views.join("\n\n")}`,
    };
    const task = await taskOf("S2.2", projectWith("", files), { configuration: { dayRate: 100 } });
    expect(task).toMatchObject({ findings: 15, days: { from: 3, to: 3 }, cost: { from: 300, to: 300 } });
  });
});

describe("the stage of a product", () => {
  it("is the one that its users need, or an earlier one that is not done", async () => {
    const report = await auditOf(projectWith(postgres(), listView("Book.objects.all()")), {
      configuration: { users: 120, targetUsers: 800, concurrentUsers: 60 },
    });
    expect(report?.summary).toMatchObject({
      nextStage: 2,
      reason: "800 users to come, 60 at the same time need stage 4; stage 2 comes before it.",
    });
  });

  it("is not judged where most of it is unknown", async () => {
    const report = await auditOf(projectWith(unknownTo("DATABASES")), { live: nothingMeasured });
    expect(report?.summary.currentStage).toBeUndefined();
  });
});
