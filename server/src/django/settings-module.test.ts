import { describe, expect, test } from "vitest";
import { projectFromFiles } from "../../../test/support/project.ts";
import { findSettingsModule } from "./settings-module.ts";

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

  test("is none where there is none", async () => {
    expect(await settingsModuleOf({ "shop/models.py": "" })).toBeUndefined();
    expect(await settingsModuleOf({ "manage.py": setsDefault("missing.settings") })).toBeUndefined();
  });
});
