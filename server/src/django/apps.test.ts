import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles } from "../../../test/support/django-project.ts";

async function appsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { project } = await djangoProjectFromFiles(files);
  return project.apps.map((app) => `${app.moduleName}: ${app.label}`);
}

describe("applications of INSTALLED_APPS", () => {
  test("a package has the last part of its name for a label", async () => {
    const files = { "settings.py": 'INSTALLED_APPS = ["company.shop"]', "company/shop/models.py": "" };
    expect(await appsOf(files)).toEqual(["company.shop: shop"]);
  });

  test("an AppConfig says its name and label", async () => {
    const files = {
      "settings.py": 'INSTALLED_APPS = ["shop.apps.ShopConfig", "orders.apps.OrdersConfig"]',
      "shop/apps.py": `
        from django.apps import AppConfig
        class ShopConfig(AppConfig):
            name = "shop"
            label = "store"
      `,
      "orders/apps.py": `
        from django.apps import AppConfig
        class Base(AppConfig):
            label = "company_orders"
        class OrdersConfig(Base):
            name = "orders"
      `,
    };
    expect(await appsOf(files)).toEqual(["shop: store", "orders: company_orders"]);
  });

  test("the only AppConfig of a package is used by default, of several the one that says so", async () => {
    const files = {
      "settings.py": 'INSTALLED_APPS = ["one", "two"]',
      "one/apps.py":
        'from django.apps import AppConfig\nclass OneConfig(AppConfig):\n    name = "one"\n    label = "first"\n',
      "two/apps.py": `
        from django.apps import AppConfig
        class Plain(AppConfig):
            name = "two"
            label = "plain"
        class Usual(AppConfig):
            name = "two"
            label = "usual"
            default = True
      `,
    };
    expect(await appsOf(files)).toEqual(["one: first", "two: usual"]);
  });

  test("libraries whose sources are not there have the labels that are known of them", async () => {
    const files = {
      "settings.py":
        'INSTALLED_APPS = ["django.contrib.auth", "wagtail.images", "company.apps.CompanyConfig", "wagtail"]',
    };
    expect(await appsOf(files)).toEqual([
      "django.contrib.auth: auth",
      "wagtail.images: wagtailimages",
      "company: company",
      "wagtail: wagtailcore",
    ]);
  });
});

test("without settings, packages with models are applications", async () => {
  const files = {
    "shop/__init__.py": "",
    "shop/models.py": "",
    "blog/models/__init__.py": "",
    "tools/x.py": "",
  };
  expect(await appsOf(files)).toEqual(["blog: blog", "shop: shop"]);
});

describe("the application of a model", () => {
  const model = "from django.db import models\nclass Order(models.Model):\n    pass\n";
  async function labelOfOrder(files: Readonly<Record<string, string>>): Promise<string | undefined> {
    const { models } = await djangoProjectFromFiles(files);
    return models.modelsNamed("Order")[0]?.label;
  }

  test("is the one with the longest name in front of the module's", async () => {
    const files = {
      "settings.py": 'INSTALLED_APPS = ["shop", "shop.orders"]',
      "shop/orders/tables/sales.py": model,
    };
    expect(await labelOfOrder(files)).toBe("orders.Order");
  });

  test("is what Meta says", async () => {
    const files = {
      "settings.py": 'INSTALLED_APPS = ["shop"]',
      "shop/models.py": model.replace("pass", 'class Meta:\n        app_label = "store"'),
    };
    expect(await labelOfOrder(files)).toBe("store.Order");
  });

  test("is the package that holds models, where no application contains it", async () => {
    expect(
      await labelOfOrder({ "settings.py": "INSTALLED_APPS = []", "a/shop/models/order.py": model }),
    ).toBe("shop.Order");
    expect(await labelOfOrder({ "settings.py": "INSTALLED_APPS = []", "a/shop/tables.py": model })).toBe(
      "shop.Order",
    );
  });
});
