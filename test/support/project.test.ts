import { expect, test } from "vitest";
import { dedent, describeSymbol, projectFromFiles } from "./project.ts";

test("a project's files are found, named, parsed and linked as in a real workspace", async () => {
  const project = await projectFromFiles({
    "src/manage.py": 'import os, django\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")',
    "src/config/settings.py": "DEBUG = True",
    "src/shop/models.py": `
      from django.db import models
      from taggit.models import Tag

      class Order(models.Model):
          tag = models.ForeignKey(Tag)
    `,
    "site-packages/taggit/models.py": "class Tag: pass",
  });
  expect(project.root).toBe("src");
  expect(project.settingsModule).toBe("config.settings");
  expect(project.class("shop.models.Order").module).toBe(project.module("shop.models"));
  expect(project.file("src/shop/models.py").text).toMatch(/^from django/);
  expect(describeSymbol(project.symbol("shop.models.Tag"))).toBe("class taggit.models:Tag");
});

test("asking for what is not there says so", async () => {
  const project = await projectFromFiles({ "shop.py": "x = 1" });
  expect(() => project.class("shop.x")).toThrow("shop.x is not a class: it is variable shop:x");
  expect(() => project.module("missing")).toThrow("no module missing; there are shop");
});

test("indentation that all lines share is removed", () => {
  expect(dedent("\n    a\n      b\n\n    c\n")).toBe("a\n  b\n\nc\n");
  expect(dedent("a\n  b")).toBe("a\n  b");
});
