/** The evaluator of settings against Python: what it says is what importing the module gives, or that it does not know. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { nodeFileSystem } from "../../../server/src/platform/node-file-system.ts";
import { skipIfUnavailable, Unavailable } from "../../support/django-environment.ts";
import { inRepository } from "../../support/repository.ts";
import { type ComparedSetting, compareSettings } from "./compare-settings.ts";
import {
  evaluateInFolder,
  importFromFolder,
  type SettingsModule,
  settingsPython,
} from "./settings-of-folder.ts";

beforeAll(async () => {
  try {
    await settingsPython();
  } catch (error) {
    // Each test says so for itself, or is skipped.
    if (!(error instanceof Unavailable)) throw error;
  }
}, 600_000);

async function compareIn(root: string, settings: SettingsModule): Promise<readonly ComparedSetting[]> {
  const imported = await importFromFolder(root, settings);
  return compareSettings(await evaluateInFolder(nodeFileSystem, root, settings), imported, root);
}

function differing(compared: readonly ComparedSetting[]): readonly ComparedSetting[] {
  return compared.filter(({ verdict }) => verdict !== "equal");
}

test("the example project's settings", async ({ skip }) => {
  const settings = { module: "tenantly.settings", environment: {} };
  const compared = await compareIn(inRepository("examples/tenantly"), settings).catch((error: unknown) =>
    skipIfUnavailable(error, skip),
  );
  expect(compared.length).toBeGreaterThan(3);
  expect(differing(compared)).toEqual([]);
});

interface Written {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Settings of which the evaluator says that it does not know them. */
  readonly unknown?: readonly string[];
}

const written: readonly Written[] = [
  {
    title: "split modules, star imports and changes of what is imported",
    files: {
      "base.py": `
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
INSTALLED_APPS = ["a", "b"]
MIDDLEWARE = ("m",)
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"}}
`,
      "settings.py": `
from base import *
CACHES["default"]["TIMEOUT"] = 60 * 60
INSTALLED_APPS += ["c"]
INSTALLED_APPS.remove("a")
INSTALLED_APPS.insert(0, "first")
MIDDLEWARE = MIDDLEWARE[:1] + ("n",)
for alias, database in DATABASES.items():
    database["CONN_MAX_AGE"] = 300
OPTIONS = {"x": 1}
CACHES["other"] = {"OPTIONS": OPTIONS}
OPTIONS.update(y=2)
globals()["MEDIA_URL"] = "/media/"
`,
    },
  },
  {
    title: "os.environ, and functions that wrap it",
    environment: { DB: "postgres", DEBUG: "False", APPS: "x,y", PORT: "5433" },
    files: {
      "settings.py": `
import os
from os import getenv

def env_bool(name, default):
    value = os.environ.get(name)
    if value is None:
        return default
    if value not in ("True", "False"):
        raise ValueError(name)
    return value == "True"

def first(*names, **options):
    for name in names:
        value = os.getenv(name)
        if value is not None:
            break
    else:
        return options.get("default")
    return value

def number(name, default):
    try:
        return int(os.environ[name])
    except KeyError:
        return default

DEBUG = env_bool("DEBUG", True)
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"}}
if getenv("DB") == "postgres":
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "PORT": number("PORT", 1), "HOST": first("A", "B", default="localhost")}}
EMAIL_BACKEND = "smtp" if not DEBUG else "console"
INSTALLED_APPS = ["a", *os.environ["APPS"].split(",")]
MIDDLEWARE = [m for m in ["m", "toolbar" if DEBUG else None] if m]
if "MISSING" in os.environ:
    MIDDLEWARE.append("missing")
CELERY_TASK_TIME_LIMIT = number("LIMIT", 30)
try:
    from settings_local import *
except ImportError:
    pass
`,
    },
  },
  {
    title: "django-environ",
    environment: {
      DATABASE_URL: "postgres://u:p%40@db:5433/shop?conn_max_age=60&sslmode=require",
      WORKERS: "4",
    },
    files: {
      "settings.py": `
import environ
env = environ.Env(EMAIL=(str, "smtp"), FLAG=(bool, False))
DATABASES = {"default": env.db()}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
CACHES = {"default": env.cache("CACHE_URL", default="redis://cache:6379/1")}
EMAIL_BACKEND = env("EMAIL")
CELERY_WORKER_CONCURRENCY = env.int("WORKERS", default=2)
CELERY_TASK_ALWAYS_EAGER = env("FLAG")
INSTALLED_APPS = env.list("APPS", default=["a"])
MEDIA_URL = env("MEDIA", default="/media/")
`,
    },
  },
  {
    title: "python-decouple and dj-database-url",
    environment: { DATABASE_URL: "mysql://u:p@db/shop", HOSTS: "a, b", LIMIT: "5" },
    files: {
      "settings.py": `
import dj_database_url
from decouple import Csv, config
DATABASES = {"default": dj_database_url.config(conn_max_age=600, conn_health_checks=True), "other": dj_database_url.parse("sqlite:///db.sqlite3")}
INSTALLED_APPS = config("HOSTS", cast=Csv())
CELERY_TASK_TIME_LIMIT = config("LIMIT", default=1, cast=int)
CELERY_TASK_ALWAYS_EAGER = config("EAGER", default="off", cast=bool)
MEDIA_URL = config("MEDIA_URL", default="/media/")
`,
    },
  },
  {
    title: "environs",
    environment: { APPS: "a,b", EAGER: "false" },
    files: {
      "settings.py": `
from urllib.parse import urlparse
from environs import Env
env = Env()
INSTALLED_APPS = env.list("APPS")
CELERY_TASK_ALWAYS_EAGER = env.bool("EAGER", True)
DATABASES = {"default": env.dj_db_url("DATABASE_URL", default="postgres://db/shop")}
EMAIL_BACKEND = env.str("MAIL", "smtp")
MEDIA_URL = f"{urlparse('https://Files.example.org:8/').hostname}/{urlparse('a://b').port}"
`,
    },
  },
  {
    title: "pydantic-settings",
    environment: { SHOP_EAGER: "true", SHOP_HOST: "db" },
    files: {
      "settings.py": `
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

class Config(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")
    host: str = "localhost"
    port: int = 5432
    eager: bool = False
    media: str = Field(default="/media/")

config = Config()
DATABASES = {"default": {"HOST": config.host, "PORT": config.port}}
CELERY_TASK_ALWAYS_EAGER = config.eager
MEDIA_URL = config.media
`,
    },
  },
  {
    title: "configparser, through a class of the project that asks the environment first",
    environment: { SHOP_DATABASE_HOST: "db", SHOP_CACHE_URL: "redis://cache" },
    files: {
      "configuration.py": `
import os
import re
from configparser import _UNSET

class Configuration:
    def __init__(self, parser):
        self.parser = parser

    def _name(self, section, option):
        return f"SHOP_{re.sub('[^a-zA-Z0-9]', '_', section.upper())}_{option.upper()}"

    def get(self, section, option, *, fallback=_UNSET):
        if self._name(section, option) in os.environ:
            return os.environ[self._name(section, option)]
        return self.parser.get(section, option, fallback=fallback)

    def getboolean(self, section, option, *, fallback=_UNSET):
        return self.parser.getboolean(section, option, fallback=fallback)

    def has_section(self, section):
        if any(name.startswith(self._name(section, "")) for name in os.environ):
            return True
        return self.parser.has_section(section)
`,
      "settings.py": `
import configparser
from configuration import Configuration

def layered(parser):
    parser.read_dict({"mail": {"Backend": "smtp", "port": 25, "eager": None}, "tasks": {"eager": "no"}})
    return parser

_parser = layered(configparser.RawConfigParser())
_parser.read(["/nowhere/shop.cfg", "shop.cfg"], encoding="utf-8")
config = Configuration(_parser)
DATABASES = {"default": {"HOST": config.get("database", "host", fallback=""), "NAME": config.get("database", "name", fallback="shop")}}
CACHES = {"default": {"BACKEND": "locmem"}}
if config.has_section("cache"):
    CACHES["default"] = {"BACKEND": "redis", "LOCATION": config.get("cache", "url")}
if config.has_section("replica"):
    DATABASES["replica"] = {"HOST": config.get("replica", "host")}
EMAIL_BACKEND = config.get("mail", "BACKEND")
CELERY_TASK_ALWAYS_EAGER = config.getboolean("tasks", "eager")
CELERY_TASK_TIME_LIMIT = int(_parser["mail"]["port"])
MEDIA_URL = "/media/" if _parser.has_option("mail", "none") else "/files/"
`,
    },
  },
  {
    title: "django-configurations",
    environment: {
      DJANGO_CONFIGURATION: "Production",
      DJANGO_EAGER: "yes",
      DJANGO_CELERY_TASK_TIME_LIMIT: "9",
    },
    files: {
      "settings.py": `
from configurations import Configuration, values

class Common(Configuration):
    INSTALLED_APPS = ["a"]
    MEDIA_URL = "/media/"
    EMAIL_BACKEND = values.Value("smtp")
    CELERY_TASK_TIME_LIMIT = values.IntegerValue(5)

class Development(Common):
    EMAIL_BACKEND = "console"

class Production(Common):
    INSTALLED_APPS = Common.INSTALLED_APPS + ["b"]
    CELERY_TASK_ALWAYS_EAGER = values.BooleanValue(False, environ_name="EAGER")
`,
    },
  },
  {
    title: "what nobody can know without running it",
    files: {
      "settings.py": `
import os, socket
os.environ["SHOP"] = socket.gethostname()
EMAIL_BACKEND = os.environ.get("SHOP", "smtp")
MEDIA_URL = "/a/" if socket.gethostname() == "production" else "/b/"
INSTALLED_APPS = ["a"]
if os.path.exists("/nowhere"):
    INSTALLED_APPS.append("b")
    CELERY_TASK_ALWAYS_EAGER = True
DATABASES = {"default": {"NAME": os.getcwd()}}
`,
    },
    unknown: ["DATABASES", "EMAIL_BACKEND", "MEDIA_URL"],
  },
];

describe("settings written for the test", () => {
  test.each(written)("$title", async ({ files, environment = {}, unknown = [] }) => {
    const root = mkdtempSync(join(tmpdir(), "queryscope-settings-"));
    try {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      const compared = await compareIn(root, { module: "settings", environment });
      expect(compared.length).toBeGreaterThan(1);
      expect(compared.filter(({ verdict }) => verdict === "wrong")).toEqual([]);
      expect(differing(compared).map(({ name }) => name)).toEqual(unknown);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
