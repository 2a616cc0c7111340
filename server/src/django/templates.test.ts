import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles } from "../../../test/support/django-project.ts";
import { parseJinja } from "../syntax/jinja/parse-jinja.ts";
import { parseTemplate } from "../syntax/template/parse-template.ts";
import { projectTemplates } from "./templates.ts";

async function templatesOf(files: Readonly<Record<string, string>>) {
  const { project } = await djangoProjectFromFiles({
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
    "config/__init__.py": "",
    "shop/__init__.py": "",
    "shop/models.py": "from django.db import models\n",
    "blog/models.py": "from django.db import models\n",
    ...files,
  });
  const paths = Object.keys(files).filter((path) => path.endsWith(".html"));
  return projectTemplates(project, {
    paths,
    read: (path, language) =>
      language === "jinja" ? parseJinja(path, files[path] ?? "") : parseTemplate(path, files[path] ?? ""),
  });
}

const settings = (templates: string) => `
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
INSTALLED_APPS = ["shop", "blog"]
TEMPLATES = [${templates}]
`;

describe("the file that a name stands for", () => {
  test("is looked for in DIRS, then in the applications as they are installed", async () => {
    const templates = await templatesOf({
      "config/settings.py": settings('{"DIRS": [BASE_DIR / "pages"], "APP_DIRS": True}'),
      "pages/a.html": "",
      "shop/templates/a.html": "",
      "shop/templates/b.html": "",
      "blog/templates/b.html": "",
      "blog/templates/blog/c.html": "",
    });
    expect(templates.find("a.html")?.path).toBe("pages/a.html");
    expect(templates.find("b.html")?.path).toBe("shop/templates/b.html");
    expect(templates.find("blog/c.html")?.path).toBe("blog/templates/blog/c.html");
    expect(templates.find("d.html")).toBeUndefined();
  });

  test("is looked for where loaders say", async () => {
    const loaders =
      '{"OPTIONS": {"loaders": [("django.template.loaders.cached.Loader", [("django.template.loaders.filesystem.Loader", [BASE_DIR / "theme"])])]}}';
    const templates = await templatesOf({
      "config/settings.py": settings(loaders),
      "theme/a.html": "",
      "shop/templates/a.html": "",
    });
    expect(templates.find("a.html")?.path).toBe("theme/a.html");
  });

  test("is any of that name below a folder for templates where settings tell nothing", async () => {
    const templates = await templatesOf({ "shop/ui/templates/shop/a.html": "" });
    expect(templates.find("shop/a.html")?.path).toBe("shop/ui/templates/shop/a.html");
  });

  test("is the only one with that end of its path, where settings lead into a folder for templates", async () => {
    const templates = await templatesOf({
      "shop/templates/shop/orders/list.html": "",
      "shop/templates/shop/a.html": "",
      "blog/templates/old/orders/row.html": "",
      "blog/templates/new/orders/row.html": "",
    });
    expect(templates.find("orders/list.html")?.path).toBe("shop/templates/shop/orders/list.html");
    expect(templates.find("orders/row.html")).toBeUndefined();
    expect(templates.find("a.html")).toBeUndefined();
  });

  test("is read in the language of the engine that finds it", async () => {
    const jinja = '{"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [BASE_DIR / "pages"]}';
    const templates = await templatesOf({ "config/settings.py": settings(jinja), "pages/a.html": "" });
    expect(templates.find("a.html")?.language).toBe("jinja");
  });
});

test("libraries are those of installed applications and of the options", async () => {
  const options =
    '{"OPTIONS": {"libraries": {"extra": "shop.extra"}, "builtins": ["shop.builtin"], "context_processors": ["shop.context.cart"]}}';
  const templates = await templatesOf({
    "config/settings.py": settings(options),
    "shop/templatetags/__init__.py": "",
    "shop/templatetags/prices.py": "",
    "blog/templatetags/prices.py": "",
  });
  expect(templates.libraries("prices")).toEqual(["blog.templatetags.prices", "shop.templatetags.prices"]);
  expect(templates.libraries("extra")).toEqual(["shop.extra"]);
  expect(templates.libraries("missing")).toEqual([]);
  expect(templates.builtins).toEqual(["shop.builtin"]);
  expect(templates.contextProcessors).toEqual(["shop.context.cart"]);
});
