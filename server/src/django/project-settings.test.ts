import { describe, expect, test } from "vitest";
import { projectFromFiles } from "../../../test/support/project.ts";
import {
  configuresCelery,
  databaseEngines,
  databaseRouters,
  emailBackends,
  middleware,
  restFrameworkPagination,
  templateFolders,
  usesOnly,
} from "./project-settings.ts";
import { evaluateSettings, type Settings } from "./settings.ts";

async function settingsOf(source: string): Promise<Settings> {
  const { program } = await projectFromFiles({ "settings.py": source });
  return evaluateSettings(program, program.module("settings"));
}

describe("database engines", () => {
  test.each([
    [
      'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}',
      ["django.db.backends.postgresql"],
    ],
    [
      'import dj_database_url\nDATABASES = {"default": dj_database_url.config(default="mysql://localhost/shop")}',
      ["django.db.backends.mysql"],
    ],
    [
      'import dj_database_url\nDATABASES = {"default": dj_database_url.parse("postgres://localhost/shop")}',
      ["django.db.backends.postgresql"],
    ],
    [
      'import environ\nenv = environ.Env()\nDATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///db.sqlite3")}',
      ["django.db.backends.sqlite3"],
    ],
    [
      'import os\nDATABASES = {"default": {"ENGINE": os.environ.get("ENGINE", "django.db.backends.oracle")}}',
      ["django.db.backends.oracle"],
    ],
  ])("%s", async (source, names) => {
    expect(databaseEngines(await settingsOf(source))).toEqual({ names, complete: true });
  });

  test("of several databases and branches", async () => {
    const engines = databaseEngines(
      await settingsOf(`
        DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}, "old": {"ENGINE": "django.db.backends.mysql"}}
        if TESTING:
            DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
      `),
    );
    expect([...engines.names].sort()).toEqual([
      "django.db.backends.mysql",
      "django.db.backends.postgresql",
      "django.db.backends.sqlite3",
    ]);
  });

  test("that are not known are no reason to conclude anything", async () => {
    const engines = databaseEngines(await settingsOf('DATABASES = {"default": load()}'));
    expect(engines).toEqual({ names: [], complete: false });
    expect(usesOnly(engines, "sqlite3")).toBe(false);
    expect(usesOnly({ names: ["django.db.backends.sqlite3"], complete: true }, "sqlite3")).toBe(true);
  });
});

test("routers, mail, templates", async () => {
  const settings = await settingsOf(`
    from pathlib import Path
    BASE_DIR = Path(__file__).parent
    DATABASE_ROUTERS = ["shop.routers.Reader"]
    MIDDLEWARE = ["a.B"] + EXTRA
    EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    TEMPLATES = [{"BACKEND": "x", "DIRS": [BASE_DIR / "templates"]}]
  `);
  expect(databaseRouters(settings)).toEqual({ names: ["shop.routers.Reader"], complete: true });
  expect(middleware(settings)).toEqual({ names: ["a.B"], complete: false });
  expect(emailBackends(settings)).toEqual({
    names: ["anymail.backends.mailgun.EmailBackend"],
    complete: true,
  });
  expect(templateFolders(settings)).toEqual({ names: ["templates"], complete: true });
});

test("Django's defaults apply to what is not set", async () => {
  const settings = await settingsOf("X = 1");
  expect(emailBackends(settings).names).toEqual(["django.core.mail.backends.smtp.EmailBackend"]);
  expect(databaseRouters(settings)).toEqual({ names: [], complete: true });
  expect(restFrameworkPagination(settings)).toEqual({
    paginationClass: undefined,
    pageSize: undefined,
    hasNoPageSize: true,
    known: true,
  });
});

test("pagination of Django REST framework", async () => {
  const settings = await settingsOf(
    'REST_FRAMEWORK = {"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination", "PAGE_SIZE": 50}',
  );
  expect(restFrameworkPagination(settings)).toEqual({
    paginationClass: "rest_framework.pagination.LimitOffsetPagination",
    pageSize: 50,
    hasNoPageSize: false,
    known: true,
  });
  expect(restFrameworkPagination(await settingsOf("REST_FRAMEWORK = load()")).known).toBe(false);
});

test.each([
  ['CELERY_BROKER_URL = "redis://"', true],
  ['INSTALLED_APPS = ["django_celery_beat"]', true],
  ["X = 1", false],
])("%s configures Celery: %s", async (source, expected) => {
  expect(configuresCelery(await settingsOf(source))).toBe(expected);
});
