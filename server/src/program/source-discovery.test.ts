import { describe, expect, test } from "vitest";
import { type MemoryEntry, MemoryFileSystem } from "../platform/memory-file-system.ts";
import { type DiscoveryOptions, discoverSources } from "./source-discovery.ts";

function discover(files: Readonly<Record<string, MemoryEntry>>, options: Partial<DiscoveryOptions> = {}) {
  const fs = new MemoryFileSystem(
    Object.fromEntries(Object.entries(files).map(([path, entry]) => [`/work/${path}`, entry])),
  );
  return discoverSources(fs, "/work", { exclude: [], respectGitignore: true, ...options });
}

const managePy = (settings: string): string =>
  `import os, django\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "${settings}")\n`;

/** `name: path` of every module of the only project. */
function modules(found: ReturnType<typeof discover>): readonly string[] {
  expect(found.projectRoots).toHaveLength(1);
  return found.projectRoots[0]?.modules.map(({ name, path }) => `${name}: ${path}`) ?? [];
}

describe("the files of a workspace", () => {
  test("are Python files outside of environments, builds, installed packages and hidden folders", () => {
    const found = discover({
      "shop/models.py": "import django",
      "shop/README.md": "",
      "env/pyvenv.cfg": "",
      "env/lib/python3.12/site-packages/django/__init__.py": "",
      "conda/conda-meta/history": "",
      "conda/lib/x.py": "",
      "node_modules/x/setup.py": "",
      ".tox/py312/x.py": "",
      ".git/hooks/x.py": "",
      "shop/__pycache__/models.py": "",
      "build/lib/shop/models.py": "",
      "dist/shop/models.py": "",
      "shop.egg-info/x.py": "",
      "vendor/site-packages/x.py": "",
    });
    expect(found.files).toEqual(["shop/models.py"]);
    expect(found.problems).toEqual([]);
  });

  test("include an app that is called build", () => {
    const found = discover({ "build/__init__.py": "", "build/models.py": "from django.db import models" });
    expect(found.files).toEqual(["build/__init__.py", "build/models.py"]);
  });

  const ignoring = {
    ".gitignore": "generated/\n*_local.py\n",
    "generated/x.py": "",
    "settings_local.py": "",
    "shop/.gitignore": "/old\n!keep_local.py\n",
    "shop/old/x.py": "",
    "shop/deep/old/x.py": "",
    "shop/keep_local.py": "",
    "shop/models.py": "import django",
  };

  test("are filtered by .gitignore files, nested ones too", () => {
    expect(discover(ignoring).files).toEqual(["shop/deep/old/x.py", "shop/keep_local.py", "shop/models.py"]);
    expect(discover(ignoring, { respectGitignore: false }).files).toHaveLength(6);
  });

  test("can be excluded by patterns", () => {
    const found = discover(ignoring, { respectGitignore: false, exclude: ["old", "/settings_local.py"] });
    expect(found.files).toEqual(["generated/x.py", "shop/keep_local.py", "shop/models.py"]);
  });

  test("of other kinds are reported on request", () => {
    const found = discover(
      { "shop/templates/a.html": "", "b.txt": "", "c.md": "" },
      { otherExtensions: ["html", "txt"] },
    );
    expect(found.otherFiles).toEqual(["b.txt", "shop/templates/a.html"]);
  });

  test("behind links are visited once, and loops end", () => {
    const found = discover({
      "a/models.py": "import django",
      "a/loop": { link: "/work/a" },
      b: { link: "/work/a" },
      up: { link: "/" },
      outside: { link: "/elsewhere" },
      "/../../elsewhere/shared.py": "",
    });
    expect(found.files).toEqual(["a/models.py", "outside/shared.py"]);
    expect(found.problems).toEqual([
      { path: "up", message: "the link leads to a folder around the workspace; not followed" },
    ]);
  });

  test("that cannot be read are problems, and the rest is found", () => {
    const found = discover({
      "a/models.py": "import django",
      secret: { unreadable: "permission denied", type: "folder" },
    });
    expect(found.files).toEqual(["a/models.py"]);
    expect(found.problems).toEqual([
      { path: "secret", message: "the folder cannot be read: permission denied" },
    ]);
  });

  test("of a folder that does not exist are none", () => {
    const found = discoverSources(new MemoryFileSystem(), "/nowhere", {
      exclude: [],
      respectGitignore: true,
    });
    expect(found).toMatchObject({
      files: [],
      projectRoots: [],
      problems: [{ path: ".", message: "the folder does not exist" }],
    });
  });
});

describe("projects", () => {
  test("none without Django", () => {
    expect(discover({ "app.py": "import flask" }).projectRoots).toEqual([]);
    expect(discover({}).projectRoots).toEqual([]);
    expect(discover({ "manage.py": "import flask_script" }).projectRoots).toEqual([]);
  });

  test("manage.py at the top", () => {
    const found = discover({
      "manage.py": managePy("tenantly.settings"),
      "tenantly/__init__.py": "",
      "tenantly/settings.py": "",
      "shop/models.py": "",
    });
    expect(found.projectRoots).toMatchObject([
      { root: ".", sourceRoots: ["."], settingsModule: "tenantly.settings" },
    ]);
    expect(modules(found)).toContain("shop.models: shop/models.py");
  });

  test.each(["src", "backend", "apps/api"])("manage.py in %s", (folder) => {
    const found = discover({
      [`${folder}/manage.py`]: managePy("config.settings.production"),
      [`${folder}/config/settings/production.py`]: "",
      [`${folder}/shop/models.py`]: "",
    });
    expect(found.projectRoots).toMatchObject([
      { root: folder, sourceRoots: [folder, "."], settingsModule: "config.settings.production" },
    ]);
    expect(modules(found)).toContain(`shop.models: ${folder}/shop/models.py`);
  });

  test("a sandbox project and the package under src that it shows off", () => {
    const found = discover({
      "setup.py": "",
      "sandbox/manage.py": managePy("settings"),
      "sandbox/settings.py": "INSTALLED_APPS = ['oscar']",
      "sandbox/apps/gateway/models.py": "",
      "src/oscar/__init__.py": "",
      "src/oscar/apps/order/models.py": "",
      "tests/test_order.py": "import oscar",
    });
    expect(found.projectRoots).toMatchObject([
      { root: "sandbox", sourceRoots: ["sandbox", "src", "."], settingsModule: "settings" },
    ]);
    expect(modules(found)).toEqual([
      "apps.gateway.models: sandbox/apps/gateway/models.py",
      "manage: sandbox/manage.py",
      "settings: sandbox/settings.py",
      "setup: setup.py",
      "oscar: src/oscar/__init__.py",
      "oscar.apps.order.models: src/oscar/apps/order/models.py",
      "tests.test_order: tests/test_order.py",
    ]);
  });

  test("a package without manage.py", () => {
    const found = discover({
      "polls/__init__.py": "",
      "polls/models.py": "from django.db import models",
      "polls/settings.py": "INSTALLED_APPS = []",
      "tests/settings.py": "INSTALLED_APPS = []",
    });
    expect(found.projectRoots).toMatchObject([
      { root: ".", hasManagePy: false, settingsModule: "polls.settings", sourceRoots: ["."] },
    ]);
  });

  test("a folder of apps is on the import path when they are imported by their own names", () => {
    const shared = {
      "manage.py": managePy("settings"),
      "settings.py": "",
      "apps/orders/__init__.py": "",
      "apps/orders/models.py": "",
    };
    const byName = discover({ ...shared, "settings.py": "INSTALLED_APPS = ['orders']" });
    expect(byName.projectRoots[0]?.sourceRoots).toEqual([".", "apps"]);
    expect(
      byName.projectRoots[0]?.modules.find(({ path }) => path === "apps/orders/models.py"),
    ).toMatchObject({
      name: "orders.models",
      aliases: ["apps.orders.models"],
    });
    const byPath = discover({ ...shared, "settings.py": "INSTALLED_APPS = ['apps.orders']" });
    expect(byPath.projectRoots[0]?.sourceRoots).toEqual(["."]);
  });

  test("what scripts put on sys.path is on the import path", () => {
    const found = discover({
      "backend/manage.py": `${managePy("config.settings")}sys.path.insert(0, os.path.join(BASE_DIR, "lib", "apps"))`,
      "backend/config/settings.py": "",
      "backend/lib/apps/orders/models.py": "",
    });
    expect(found.projectRoots[0]?.sourceRoots).toEqual(["backend", "backend/lib/apps", "."]);
    expect(modules(found)).toContain("orders.models: backend/lib/apps/orders/models.py");
  });

  test("a folder in a package is on the import path when its apps are imported by their bare names", () => {
    const files = {
      "manage.py": managePy("tracker.settings"),
      "tracker/__init__.py": "",
      "tracker/settings.py": "",
      "tracker/apps/__init__.py": "",
      "tracker/apps/orders/__init__.py": "",
      "tracker/apps/orders/models.py": "",
      "tracker/apps/orders/json.py": "",
    };
    const bare = discover({ ...files, "tracker/urls.py": "import json\nfrom orders.models import Order" });
    expect(bare.projectRoots[0]?.sourceRoots).toEqual([".", "tracker/apps"]);
    expect(modules(bare)).toContain("orders.models: tracker/apps/orders/models.py");
    const others = [
      "import tracker.apps.orders.models",
      // A library of that name, and a name in a string.
      "import orders\nfrom orders.prices import Price",
      "urlpatterns = [path('', include('orders.urls'))]",
    ];
    for (const text of others) {
      const found = discover({ ...files, "tracker/urls.py": text });
      expect(found.projectRoots[0]?.sourceRoots).toEqual(["."]);
    }
  });

  test("a project whose folder is a package itself", () => {
    const found = discover({
      "studio/__init__.py": "",
      "studio/manage.py": managePy("core.settings"),
      "studio/core/settings.py": "",
      "studio/core/models.py": "import studio",
    });
    expect(found.projectRoots).toMatchObject([{ root: "studio", settingsModule: "core.settings" }]);
    expect(found.projectRoots[0]?.modules).toContainEqual({
      name: "core.models",
      path: "studio/core/models.py",
      aliases: ["studio.core.models"],
      isPackage: false,
    });
    expect(modules(found)).toContain("studio: studio/__init__.py");
  });

  test("a test project inside the package that it tests is imported by its full name", () => {
    const found = discover({
      "cms/__init__.py": "",
      "cms/test/__init__.py": "",
      "cms/test/manage.py": managePy("cms.test.settings"),
      "cms/test/settings.py": "INSTALLED_APPS = ['cms.test.app']",
      "cms/test/app/__init__.py": "",
      "cms/test/app/models.py": "",
      "cms/project_template/home/__init__.py": "",
      "cms/project_template/urls.py": "from home import views",
    });
    expect(found.projectRoots).toMatchObject([
      { root: "cms/test", sourceRoots: ["."], settingsModule: "cms.test.settings" },
    ]);
    expect(modules(found)).toContain("cms.test.app.models: cms/test/app/models.py");
  });

  test("several in one repository, with a package that one of them imports", () => {
    const found = discover({
      "services/api/manage.py": managePy("api.settings"),
      "services/api/api/settings.py": "from common.base import *",
      "services/web/manage.py": managePy("web.settings"),
      "services/web/web/settings.py": "",
      "libs/common/__init__.py": "from deep import x",
      "libs/common/base.py": "",
      "more/deep/__init__.py": "",
      "tools/report.py": "",
    });
    expect(found.projectRoots.map(({ root, sourceRoots }) => ({ root, sourceRoots }))).toEqual([
      { root: "services/api", sourceRoots: ["services/api", "libs", "more"] },
      { root: "services/web", sourceRoots: ["services/web"] },
    ]);
    expect(found.projectRoots.map(({ settingsModule }) => settingsModule)).toEqual([
      "api.settings",
      "web.settings",
    ]);
    expect(found.projectRoots[1]?.modules.map(({ path }) => path)).toEqual([
      "services/web/manage.py",
      "services/web/web/settings.py",
    ]);
  });

  test("a template for new projects is no project", () => {
    const found = discover({
      "cms/models.py": "import django",
      "cms/project_template/manage.py": managePy("{{ project_name }}.settings"),
    });
    expect(found.projectRoots).toMatchObject([{ root: ".", hasManagePy: false }]);
  });
});

describe("the settings module", () => {
  const settings = {
    "config/settings/production.py": "",
    "config/settings/test.py": "",
    "shop/x.py": "import django",
  };

  test.each([
    ["config/wsgi.py", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.production')"],
    ["config/asgi.py", 'os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.production"'],
    ["pytest.ini", "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings.production"],
    ["pyproject.toml", '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "config.settings.production"'],
    ["setup.cfg", "[tool:pytest]\nDJANGO_SETTINGS_MODULE=config.settings.production"],
    ["tox.ini", "setenv =\n    DJANGO_SETTINGS_MODULE = config.settings.production"],
    ["Dockerfile", "ENV DJANGO_SETTINGS_MODULE config.settings.production"],
    ["docker-compose.yml", `    - DJANGO_SETTINGS_MODULE=$\{SETTINGS:-config.settings.production}`],
    ["compose.prod.yaml", "      DJANGO_SETTINGS_MODULE: config.settings.production"],
    ["Procfile", "web: gunicorn --env DJANGO_SETTINGS_MODULE=config.settings.production config.wsgi"],
    [".env.example", "DJANGO_SETTINGS_MODULE=config.settings.production"],
  ])("is named in %s", (path, text) => {
    expect(discover({ ...settings, [path]: text }).projectRoots).toMatchObject([
      { settingsModule: "config.settings.production" },
    ]);
  });

  test("is the one that the program runs with rather than the one of its tests", () => {
    const found = discover({
      ...settings,
      "manage.py": `import django\nif "test" in sys.argv:\n    ${managePy("config.settings.test")}else:\n    ${managePy("config.settings.production")}`,
      "pytest.ini": "DJANGO_SETTINGS_MODULE = config.settings.test",
    });
    expect(found.projectRoots).toMatchObject([
      {
        settingsModule: "config.settings.production",
        settingsCandidates: ["config.settings.production", "config.settings.test"],
      },
    ]);
  });

  test("must exist", () => {
    const found = discover({ "manage.py": managePy("somewhere.else"), "shop/models.py": "" });
    expect(found.projectRoots).toMatchObject([{ settingsModule: undefined, settingsCandidates: [] }]);
  });

  test("is what the configuration says, before everything else", () => {
    const found = discover(
      { ...settings, "manage.py": managePy("config.settings.production") },
      { settingsModule: "x.y" },
    );
    expect(found.projectRoots).toMatchObject([{ settingsModule: "x.y" }]);
  });
});
