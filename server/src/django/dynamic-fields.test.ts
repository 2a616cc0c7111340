import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles, type TestDjangoProject } from "../../../test/support/django-project.ts";

const models = `
from django.db import models
class Order(models.Model):
    pass
class Address(models.Model):
    pass
`;

function projectWith(code: string): Promise<TestDjangoProject> {
  return djangoProjectFromFiles({
    "settings.py": 'INSTALLED_APPS = ["django.contrib.auth", "shop", "extra"]',
    "shop/__init__.py": "",
    "shop/models.py": models,
    "extra/__init__.py": "",
    "extra/apps.py": code,
  });
}

describe("fields that other code adds to a model", () => {
  test("with add_to_class, at import time or when the applications are ready", async () => {
    const project = await projectWith(`
      from django.apps import AppConfig
      from django.db import models
      from shop.models import Order
      Order.add_to_class("note", models.TextField())

      class ExtraConfig(AppConfig):
          name = "extra"
          def ready(self):
              from shop.models import Address
              Address.add_to_class("order", models.ForeignKey("shop.Order", models.CASCADE, related_name="addresses"))
    `);
    expect(project.field("shop.Order.note").className).toBe("TextField");
    expect(project.relation("shop.Order.addresses").target).toBe("shop.Address");
    expect(project.model("shop.Order").complete).toBe(true);
  });

  test("with contribute_to_class", async () => {
    const project = await projectWith(`
      from django.db import models
      from shop.models import Order
      models.CharField(max_length=5).contribute_to_class(Order, "code")
    `);
    expect(project.field("shop.Order.code").className).toBe("CharField");
  });

  test("to models of libraries", async () => {
    const project = await projectWith(`
      from django.contrib.auth.models import User
      from django.contrib.auth import get_user_model
      from django.db import models
      User.add_to_class("nickname", models.CharField())
      get_user_model().add_to_class("age", models.IntegerField())
    `);
    expect([...project.model("auth.User").fields.keys()].slice(-2)).toEqual(["nickname", "age"]);
  });

  test("methods are no fields", async () => {
    const project = await projectWith(`
      from shop.models import Order
      def describe(self):
          return "order"
      Order.add_to_class("describe", describe)
      Order.add_to_class("short", property(describe))
      Order.add_to_class("__str__", lambda self: "order")
    `);
    expect(project.model("shop.Order")).toMatchObject({ complete: true });
    expect([...project.model("shop.Order").fields.keys()]).toEqual(["id"]);
  });

  test("that can't be understood leave the model incomplete, and only that one", async () => {
    const project = await projectWith(`
      from shop.models import Order
      for name, field in load_fields():
          Order.add_to_class(name, field)
    `);
    expect(project.model("shop.Order").gaps).toEqual(["fields added by code outside of the class"]);
    expect(project.model("shop.Address").complete).toBe(true);
  });
});
