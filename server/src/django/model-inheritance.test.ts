import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles, type TestDjangoProject } from "../../../test/support/django-project.ts";

/** A project whose application `shop` has these models. */
function shop(models: string, files: Readonly<Record<string, string>> = {}): Promise<TestDjangoProject> {
  return djangoProjectFromFiles({
    "shop/__init__.py": "",
    "shop/models.py": `from django.db import models\n${models}`,
    ...files,
  });
}

function fieldNames(project: TestDjangoProject, label: string): readonly string[] {
  return [...project.model(label).fields.keys()];
}

describe("abstract models", () => {
  test("give each concrete model a copy of their fields", async () => {
    const project = await shop(`
class Named(models.Model):
    name = models.CharField()
    class Meta:
        abstract = True
class Product(Named):
    price = models.IntegerField()
`);
    expect(fieldNames(project, "shop.Product")).toEqual(["id", "name", "price"]);
    expect(project.field("shop.Product.name")).toMatchObject({
      declaredIn: "shop.Named",
      model: "shop.Product",
    });
    expect(project.model("shop.Named")).toMatchObject({ abstract: true });
    expect(project.model("shop.Product").abstract).toBe(false);
  });

  test("in other files, four deep, one of a library", async () => {
    const project = await djangoProjectFromFiles({
      "settings.py": 'INSTALLED_APPS = ["shop", "base"]',
      "base/__init__.py": "",
      "base/one.py": `
        from model_utils.models import TimeStampedModel
        class One(TimeStampedModel):
            one = models.IntegerField()
            class Meta(TimeStampedModel.Meta):
                abstract = True
        from django.db import models
      `,
      "base/models.py": `
        from django.db import models
        from .one import One
        class Two(One):
            two = models.ForeignKey("Category", models.CASCADE)
            class Meta(One.Meta):
                abstract = True
      `,
      "shop/models.py": `
        from base import models as base
        from django.db import models
        class Three(base.Two):
            class Meta:
                abstract = True
        class Four(Three):
            pass
        class Category(models.Model):
            pass
      `,
    });
    expect(fieldNames(project, "shop.Four")).toEqual(["id", "created", "modified", "one", "two"]);
    // A name without an application is one of the concrete model's application.
    expect(project.field("shop.Four.two").target).toBe("shop.Category");
    expect(project.field("shop.Four.created")).toMatchObject({ baseClassName: "DateTimeField" });
    expect(project.model("shop.Four").complete).toBe(true);
  });

  test("that refer to themselves refer to the concrete model", async () => {
    const project = await shop(`
class Node(models.Model):
    parent = models.ForeignKey("self", models.CASCADE, null=True)
    class Meta:
        abstract = True
class Page(Node):
    pass
`);
    expect(project.field("shop.Page.parent").target).toBe("shop.Page");
    expect([...project.model("shop.Page").relations.keys()]).toEqual(["parent", "page_set"]);
  });

  test("fields can be taken away or replaced", async () => {
    const project = await shop(`
class Base(models.Model):
    a = models.CharField()
    b = models.CharField()
    c = models.CharField()
    class Meta:
        abstract = True
class Thing(Base):
    a = None
    b = models.TextField()
    def c(self):
        return 1
`);
    expect(fieldNames(project, "shop.Thing")).toEqual(["id", "b"]);
    expect(project.field("shop.Thing.b").className).toBe("TextField");
  });

  test("in a diamond the nearer one in resolution order wins", async () => {
    const project = await shop(`
class Base(models.Model):
    x = models.CharField()
    class Meta:
        abstract = True
class Left(Base):
    x = models.IntegerField()
    class Meta:
        abstract = True
class Right(Base):
    x = models.TextField()
    class Meta:
        abstract = True
class Thing(Left, Right):
    pass
`);
    expect(project.field("shop.Thing.x").className).toBe("IntegerField");
  });

  test("attributes of mixins that are no models are no fields", async () => {
    const project = await shop(`
class Mixin:
    x = models.CharField()
class Thing(Mixin, models.Model):
    pass
`);
    expect(fieldNames(project, "shop.Thing")).toEqual(["id"]);
  });

  test("of oscar-like applications, loaded by name and guarded", async () => {
    const project = await djangoProjectFromFiles({
      "settings.py": 'INSTALLED_APPS = ["core.catalogue"]',
      "core/loading.py": "def get_class(module, name): ...\ndef is_model_registered(app, name): ...\n",
      "core/catalogue/__init__.py": "",
      "core/catalogue/abstract_models.py": `
        from django.db import models
        class AbstractProduct(models.Model):
            title = models.CharField()
            class Meta:
                abstract = True
                app_label = "catalogue"
      `,
      "core/catalogue/models.py": `
        from core.loading import get_class, is_model_registered
        AbstractProduct = get_class("catalogue.abstract_models", "AbstractProduct")
        if not is_model_registered("catalogue", "Product"):
            class Product(AbstractProduct):
                pass
      `,
    });
    expect(fieldNames(project, "catalogue.Product")).toEqual(["id", "title"]);
    expect(project.model("catalogue.Product").complete).toBe(true);
  });
});

describe("multi-table inheritance", () => {
  const places = `
class Place(models.Model):
    name = models.CharField()
class Restaurant(Place):
    pizza = models.BooleanField()
class Pizzeria(Restaurant):
    pass
class Visit(models.Model):
    place = models.ForeignKey(Place, models.CASCADE)
`;

  test("links a child to its parent, whose columns come with the row", async () => {
    const project = await shop(places);
    const restaurant = project.model("shop.Restaurant");
    expect(fieldNames(project, "shop.Restaurant")).toEqual(["id", "name", "place_ptr", "pizza"]);
    expect(restaurant).toMatchObject({ parents: ["shop.Place"], primaryKey: "place_ptr" });
    expect(project.field("shop.Restaurant.name")).toMatchObject({
      model: "shop.Place",
      declaredIn: "shop.Place",
    });
    expect(project.relation("shop.Restaurant.place_ptr")).toMatchObject({
      kind: "oneToOne",
      nullable: false,
      inverse: "restaurant",
    });
    expect(project.relation("shop.Place.restaurant")).toMatchObject({
      kind: "reverseOneToOne",
      nullable: true,
      target: "shop.Restaurant",
    });
  });

  test("over several tables, nearest first", async () => {
    const project = await shop(places);
    expect(project.model("shop.Pizzeria").parents).toEqual(["shop.Restaurant", "shop.Place"]);
    expect(fieldNames(project, "shop.Pizzeria")).toEqual([
      "id",
      "name",
      "place_ptr",
      "pizza",
      "restaurant_ptr",
    ]);
  });

  test("children have the reverse relations of their parents, but for the links to children", async () => {
    const { lookupRelations, relations } = (await shop(places)).model("shop.Restaurant");
    expect([...lookupRelations.keys()]).toEqual(["place_ptr", "pizzeria", "visit"]);
    expect([...relations.keys()]).toContain("visit_set");
  });

  test("with a link of one's own", async () => {
    const project = await shop(`
class Place(models.Model):
    pass
class Cafe(Place):
    location = models.OneToOneField(Place, models.CASCADE, parent_link=True, related_name="as_cafe")
`);
    expect(project.model("shop.Cafe").primaryKey).toBe("location");
    expect(fieldNames(project, "shop.Cafe")).toEqual(["id", "location"]);
    expect(project.relation("shop.Place.as_cafe").target).toBe("shop.Cafe");
  });
});

describe("proxies", () => {
  test("share fields and reverse relations with the model they stand for", async () => {
    const project = await shop(`
class Order(models.Model):
    total = models.IntegerField()
class OpenOrder(Order):
    class Meta:
        proxy = True
class OldOpenOrder(OpenOrder):
    class Meta:
        proxy = True
class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
class Note(models.Model):
    order = models.ForeignKey(OpenOrder, models.CASCADE, related_name="notes")
`);
    expect(project.model("shop.OpenOrder")).toMatchObject({ proxyFor: "shop.Order", parents: [] });
    expect(project.model("shop.OldOpenOrder").proxyFor).toBe("shop.OpenOrder");
    expect(fieldNames(project, "shop.OldOpenOrder")).toEqual(["id", "total"]);
    for (const label of ["shop.Order", "shop.OpenOrder", "shop.OldOpenOrder"]) {
      expect([...project.model(label).relations.keys()], label).toEqual(["lines", "notes"]);
    }
    expect(project.relation("shop.Note.order").target).toBe("shop.OpenOrder");
  });

  test("of the user model", async () => {
    const project = await shop(`
from django.contrib.auth import get_user_model
class Customer(get_user_model()):
    class Meta:
        proxy = True
`);
    expect(project.model("shop.Customer").proxyFor).toBe("auth.User");
    expect(fieldNames(project, "shop.Customer")).toContain("username");
  });
});

describe("the primary key", () => {
  test("is made by Django unless declared", async () => {
    const project = await shop(`
class Plain(models.Model):
    pass
class Own(models.Model):
    code = models.CharField(primary_key=True)
class Linked(models.Model):
    plain = models.OneToOneField(Plain, models.CASCADE, primary_key=True)
`);
    expect(project.model("shop.Plain").primaryKey).toBe("id");
    expect(project.model("shop.Own").primaryKey).toBe("code");
    expect(project.model("shop.Linked").primaryKey).toBe("plain");
  });

  test.each([
    ["AutoField", "", ""],
    ["BigAutoField", 'DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"', ""],
    [
      "SmallAutoField",
      'DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"',
      '    default_auto_field = "django.db.models.SmallAutoField"',
    ],
  ])("is a %s", async (className, setting, config) => {
    const project = await shop("class Thing(models.Model):\n    pass\n", {
      "settings.py": `INSTALLED_APPS = ["shop"]\n${setting}\n`,
      "shop/apps.py": `from django.apps import AppConfig\nclass ShopConfig(AppConfig):\n    name = "shop"\n${config}\n`,
    });
    expect(project.field("shop.Thing.id").className).toBe(className);
  });
});

describe("what is a model", () => {
  test("classes in functions are none: they are made anew with each call", async () => {
    const project = await shop(
      "def make():\n    class Local(models.Model):\n        pass\n    return Local\n",
    );
    expect(project.models.modelsNamed("Local")).toEqual([]);
  });

  test("a class with database fields and a base that is not known is one, and incomplete", async () => {
    const project = await shop(`
from somewhere import Base
class Thing(Base):
    name = models.CharField()
class NoModel(Base):
    name = "x"
`);
    expect(project.model("shop.Thing")).toMatchObject({
      complete: false,
      gaps: ["base class somewhere.Base"],
    });
    expect(project.models.modelsNamed("NoModel")).toEqual([]);
  });

  test("forms, filters, serializers and expressions with fields are none", async () => {
    const project = await shop(`
from django import forms
from django.contrib.postgres.aggregates import JSONBAgg
from django_filters import FilterSet, CharFilter
from rest_framework import serializers
class OrderForm(forms.ModelForm):
    name = forms.CharField()
class OrderFilter(FilterSet):
    name = CharFilter()
class OrderSerializer(serializers.ModelSerializer):
    name = serializers.CharField()
class Names(JSONBAgg):
    output_field = models.JSONField()
`);
    const names = [...project.models.models.values()]
      .filter((model) => model.symbol)
      .map((model) => model.name);
    expect(names).toEqual([]);
  });

  test("circular inheritance is cut", async () => {
    const project = await shop(
      "class A(B, models.Model):\n    x = models.CharField()\nclass B(A):\n    pass\n",
    );
    expect(project.models.modelsNamed("A")).toHaveLength(1);
  });

  test("with a metaclass of the project that makes no fields", async () => {
    const project = await shop(`
from django.db.models.base import ModelBase
class Quiet(ModelBase):
    def __new__(cls, name, bases, attrs):
        return super().__new__(cls, name, bases, attrs)
class Adding(ModelBase):
    def __new__(cls, name, bases, attrs):
        attrs["position"] = models.IntegerField()
        return super().__new__(cls, name, bases, attrs)
class A(models.Model, metaclass=Quiet):
    pass
class B(models.Model, metaclass=Adding):
    pass
`);
    expect(project.model("shop.A").complete).toBe(true);
    expect(project.model("shop.B").gaps).toEqual(["metaclass Adding"]);
  });

  test("decorators of the project that change the class say so in their source; others are not trusted", async () => {
    const project = await shop(`
import functools
from somewhere import enhance
def registered(model):
    REGISTRY.append(model)
    return model
def tracked(*names):
    def change(model):
        model.add_to_class("version", models.IntegerField())
        return model
    return change
@registered
@functools.total_ordering
class A(models.Model):
    pass
@tracked("name")
class B(models.Model):
    pass
@enhance
class C(models.Model):
    pass
`);
    expect(project.model("shop.A").gaps).toEqual([]);
    expect(project.model("shop.B").gaps).toEqual(["decorator tracked"]);
    expect(project.model("shop.C").gaps).toEqual(["decorator somewhere.enhance"]);
  });

  test("a function that may make a field in a way that is not followed leaves the model incomplete", async () => {
    const project = await shop(`
def status():
    field = models.CharField()
    field.help_text = "x"
    return field
def upper(text):
    return text.upper()
class A(models.Model):
    state = status()
class B(models.Model):
    LABEL = upper("b")
`);
    expect(project.model("shop.A").gaps).toEqual(["attribute state"]);
    expect(project.model("shop.B").gaps).toEqual([]);
  });

  test("attributes made by code leave a model incomplete", async () => {
    const project = await shop(`
class Thing(models.Model):
    for language in ["en", "nl"]:
        locals()["name_" + language] = models.CharField()
`);
    expect(project.model("shop.Thing").gaps).toEqual(["attributes made by code in Thing"]);
  });

  test("attributes that can't be fields don't", async () => {
    const project = await shop(`
from decimal import Decimal
from model_utils import Choices, FieldTracker
from simple_history.models import HistoricalRecords
from somewhere import compute, Extension
class Thing(models.Model):
    STATUS = Choices("a", "b")
    rate = Decimal("0.2")
    names = list()
    computed = compute()
    tracker = FieldTracker()
    history = HistoricalRecords()
class Other(models.Model):
    extension = Extension()
`);
    expect(project.model("shop.Thing").gaps).toEqual([]);
    expect(project.model("shop.Other").gaps).toEqual(["attribute extension"]);
  });
});

describe("what a library's metaclass adds", () => {
  const tree = {
    "site-packages/mptt/__init__.py": "",
    "site-packages/mptt/models.py": `
      from django.db import models
      from django.db.models.base import ModelBase

      class MPTTModelBase(ModelBase):
          @classmethod
          def register(meta, cls):
              models.PositiveIntegerField().contribute_to_class(cls, "lft")

      class MPTTModel(models.Model, metaclass=MPTTModelBase):
          class Meta:
              abstract = True
    `,
    "shop/__init__.py": "",
    "shop/models.py": `
      from django.db import models
      from mptt.models import MPTTModel

      class Category(MPTTModel):
          name = models.TextField()
    `,
  };

  test("comes from the shipped facts, where its sources are read too", async () => {
    const project = await djangoProjectFromFiles(tree);
    expect(fieldNames(project, "shop.Category")).toEqual(["id", "lft", "rght", "tree_id", "level", "name"]);
    expect(project.model("shop.Category").complete).toBe(true);
  });

  test("leaves the model incomplete where no facts tell", async () => {
    const project = await djangoProjectFromFiles({
      "site-packages/trees/__init__.py": "",
      "site-packages/trees/models.py": tree["site-packages/mptt/models.py"].replaceAll("MPTT", "Tree"),
      "shop/__init__.py": "",
      "shop/models.py": tree["shop/models.py"].replace("mptt.", "trees.").replaceAll("MPTT", "Tree"),
    });
    expect(project.model("shop.Category").complete).toBe(false);
  });
});
