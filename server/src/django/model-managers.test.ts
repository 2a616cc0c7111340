import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles, type TestDjangoProject } from "../../../test/support/django-project.ts";

function shop(models: string): Promise<TestDjangoProject> {
  return djangoProjectFromFiles({
    "shop/__init__.py": "",
    "shop/models.py": `
from typing import ClassVar, Generic, TypeVar
from django.db import models
from somewhere import FancyManager, FancyQuerySet

class OrderQuerySet(models.QuerySet):
    pass
class OrderManager(models.Manager):
    pass
class TypedManager(models.Manager["Order"]):
    pass
class FancyOrderManager(FancyManager):
    pass
class CombinedManager(OrderManager.from_queryset(OrderQuerySet)):
    pass
NamedManager = models.Manager.from_queryset(OrderQuerySet)
class NamedSubclass(NamedManager):
    pass
class RenewedManager(models.Manager):
    pass
RenewedManager = RenewedManager.from_queryset(OrderQuerySet)
EndlessManager = EndlessManager.from_queryset(OrderQuerySet)
def wrapped(manager_class):
    manager = manager_class()
    manager.wrapped = True
    return manager
def make_manager():
    return OrderManager()
${models}`,
  });
}

describe("a manager", () => {
  test.each([
    ["models.Manager()", undefined, undefined, true],
    ["OrderManager()", "OrderManager", undefined, true],
    ["OrderQuerySet.as_manager()", undefined, "OrderQuerySet", true],
    ["models.Manager.from_queryset(OrderQuerySet)()", undefined, "OrderQuerySet", true],
    ["OrderManager.from_queryset(OrderQuerySet)()", "OrderManager", "OrderQuerySet", true],
    ["CombinedManager()", "CombinedManager", "OrderQuerySet", true],
    ["NamedManager()", undefined, "OrderQuerySet", true],
    ["NamedSubclass()", "NamedSubclass", "OrderQuerySet", true],
    // The name is assigned what is made of the class that had it before.
    ["RenewedManager()", "RenewedManager", "OrderQuerySet", true],
    ["EndlessManager()", undefined, undefined, false],
    ["TypedManager()", "TypedManager", undefined, true],
    ["make_manager()", "OrderManager", undefined, true],
    ["FancyManager()", undefined, undefined, false],
    ["wrapped(OrderManager)", undefined, undefined, false],
    ["FancyOrderManager()", "FancyOrderManager", undefined, false],
    ["FancyQuerySet.as_manager()", undefined, undefined, false],
    ["models.Manager.from_queryset(FancyQuerySet)()", undefined, undefined, false],
  ])("%s", async (value, managerClass, querysetClass, known) => {
    const project = await shop(`class Order(models.Model):\n    objects = ${value}\n`);
    const manager = project.model("shop.Order").managers.get("objects");
    expect(manager).toMatchObject({ name: "objects", known });
    expect(manager?.managerClass?.name).toBe(managerClass);
    expect(manager?.querysetClass?.name).toBe(querysetClass);
  });

  test("may be annotated", async () => {
    const project = await shop(
      "class Order(models.Model):\n    objects: ClassVar[OrderManager] = OrderManager()\n",
    );
    expect(project.model("shop.Order").managers.get("objects")?.managerClass?.name).toBe("OrderManager");
  });

  test("that is only annotated is Django's own", async () => {
    const project = await shop("class Order(models.Model):\n    objects: ClassVar[OrderManager]\n");
    expect(project.model("shop.Order").managers.get("objects")?.managerClass).toBeUndefined();
  });

  test("named objects is made by Django where none is declared", async () => {
    const project = await shop("class Order(models.Model):\n    pass\n");
    expect(project.model("shop.Order")).toMatchObject({ defaultManager: "objects", baseManager: undefined });
    expect([...project.model("shop.Order").managers.keys()]).toEqual(["objects"]);
  });
});

describe("the default manager", () => {
  test("is the first that is declared", async () => {
    const project = await shop(
      "class Order(models.Model):\n    everything = models.Manager()\n    objects = OrderManager()\n",
    );
    expect(project.model("shop.Order").defaultManager).toBe("everything");
    expect([...project.model("shop.Order").managers.keys()]).toEqual(["everything", "objects"]);
  });

  test("is what Meta says", async () => {
    const project = await shop(`
class Order(models.Model):
    everything = models.Manager()
    objects = OrderManager()
    class Meta:
        default_manager_name = "objects"
        base_manager_name = "everything"
class OldOrder(Order):
    class Meta:
        proxy = True
`);
    expect(project.model("shop.Order")).toMatchObject({
      defaultManager: "objects",
      baseManager: "everything",
    });
    expect(project.model("shop.OldOrder")).toMatchObject({
      defaultManager: "objects",
      baseManager: "everything",
    });
  });

  test("is inherited from abstract and concrete bases, nearer ones first", async () => {
    const project = await shop(`
class Base(models.Model):
    shared = OrderManager()
    class Meta:
        abstract = True
class Order(Base):
    pass
class Urgent(Order):
    urgent = OrderQuerySet.as_manager()
class Plain(Base):
    shared = models.Manager()
`);
    expect(project.model("shop.Order")).toMatchObject({ defaultManager: "shared" });
    expect([...project.model("shop.Urgent").managers.keys()]).toEqual(["urgent", "shared"]);
    expect(project.model("shop.Urgent").defaultManager).toBe("urgent");
    expect(project.model("shop.Plain").managers.get("shared")?.managerClass).toBeUndefined();
  });
});
