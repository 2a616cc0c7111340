import { describe, expect, test } from "vitest";
import { projectFromFiles } from "../../../test/support/project.ts";
import { findSettingsModule, productionSettingsModules } from "./settings-module.ts";

async function settingsModuleOf(files: Readonly<Record<string, string>>): Promise<string | undefined> {
  return findSettingsModule((await projectFromFiles(files)).program);
}

const setsDefault = (module: string): string =>
  `import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "${module}")\n`;

describe("the settings module", () => {
  test("is the one that manage.py names", async () => {
    const files = { "manage.py": setsDefault("site.conf"), "site/conf.py": "", "shop/settings.py": "" };
    expect(await settingsModuleOf(files)).toBe("site.conf");
  });

  test("is rather the one for production, as wsgi.py names it", async () => {
    const files = {
      "manage.py": setsDefault("config.settings.local"),
      "config/wsgi.py": setsDefault("config.settings.live"),
      "config/settings/local.py": "",
      "config/settings/live.py": "",
    };
    expect(await settingsModuleOf(files)).toBe("config.settings.live");
  });

  test("can be set as an item of the environment", async () => {
    const files = { "celery.py": 'os.environ["DJANGO_SETTINGS_MODULE"] = "conf.base"', "conf/base.py": "" };
    expect(await settingsModuleOf(files)).toBe("conf.base");
  });

  test("is found by its name where nothing names it, tests last", async () => {
    const files = {
      "shop/settings.py": 'INSTALLED_APPS = ["shop"]',
      "tests/settings.py": 'INSTALLED_APPS = ["shop", "tests"]',
      "other/settings.py": "COLOR = 1",
    };
    expect(await settingsModuleOf(files)).toBe("shop.settings");
  });

  test("is rather one that is called production than one that is called development", async () => {
    const files = {
      "shop/develop/settings.py": 'INSTALLED_APPS = ["shop"]',
      "shop/production/settings.py": "from shop.develop.settings import *\n",
    };
    expect(await settingsModuleOf(files)).toBe("shop.production.settings");
  });

  test("is none where there is none", async () => {
    expect(await settingsModuleOf({ "shop/models.py": "" })).toBeUndefined();
    expect(await settingsModuleOf({ "manage.py": setsDefault("missing.settings") })).toBeUndefined();
  });
});

describe("the settings of production", () => {
  const apps = 'INSTALLED_APPS = ["shop"]\n';
  const split = {
    "shop/__init__.py": "",
    "shop/settings/__init__.py": "",
    "shop/settings/base.py": apps,
    "shop/settings/dev.py": "from .base import *\n",
    "shop/settings/prod.py": "from .base import *\n",
    "shop/settings/staging.py": "from .base import *\n",
  };

  async function candidates(
    files: Readonly<Record<string, string>>,
    deployed: readonly string[] = [],
  ): Promise<readonly string[]> {
    const { program } = await projectFromFiles(files);
    return productionSettingsModules(program, deployed, findSettingsModule(program));
  }

  test("are those that are called so, where wsgi.py names those of development", async () => {
    const files = { ...split, "shop/wsgi.py": setsDefault("shop.settings.dev") };
    expect(await candidates(files)).toEqual(["shop.settings.prod"]);
  });

  test("are those that are called so rather than those that others import", async () => {
    const files = { ...split, "shop/wsgi.py": setsDefault("shop.settings.base") };
    expect(await candidates(files)).toEqual(["shop.settings.prod", "shop.settings.base"]);
  });

  test("are those that wsgi.py names, where these are for no purpose of their own", async () => {
    const files = { ...split, "shop/wsgi.py": setsDefault("shop.settings.staging") };
    expect(await candidates(files)).toEqual(["shop.settings.staging", "shop.settings.prod"]);
  });

  test("are first of all those that the deployment names", async () => {
    const files = { ...split, "shop/wsgi.py": setsDefault("shop.settings.prod") };
    expect(await candidates(files, ["shop.settings.staging", "missing.settings"])).toEqual([
      "shop.settings.staging",
      "shop.settings.prod",
    ]);
  });

  test("are none where all are for development or tests", async () => {
    const files = {
      "shop/settings/develop.py": apps,
      "shop/settings/unittest.py": apps,
      "manage.py": setsDefault("shop.settings.develop"),
    };
    expect(await candidates(files)).toEqual([]);
  });
});
