import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles } from "../../../test/support/django-project.ts";
import type { Field } from "./model-graph.ts";

/** The field `x` of a model `shop.Thing`, with further files beside `shop/models.py`. */
async function fieldOf(declaration: string, files: Readonly<Record<string, string>> = {}): Promise<Field> {
  const project = await djangoProjectFromFiles({
    "shop/__init__.py": "",
    "shop/models.py": `
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
${files.header ?? ""}

class Other(models.Model):
    code = models.CharField(max_length=5, unique=True)

class Thing(models.Model):
    ${declaration.replaceAll("\n", "\n    ")}
`,
    ...files,
  });
  return project.field("shop.Thing.x");
}

describe("columns", () => {
  test("keep what queries depend on", async () => {
    expect(
      await fieldOf('x = models.CharField(_("name"), max_length=5, null=True, db_index=True, default="a")'),
    ).toMatchObject({
      name: "x",
      attributeName: "x",
      kind: "column",
      className: "CharField",
      baseClassName: "CharField",
      null: true,
      unique: false,
      primaryKey: false,
      indexed: true,
      hasDefault: true,
      wide: false,
      target: undefined,
      declaredIn: "shop.Thing",
      model: "shop.Thing",
    });
  });

  test.each([
    ["models.CharField()", false],
    ["models.CharField(unique=True)", true],
    ["models.CharField(primary_key=True)", true],
    ["models.SlugField()", true],
    ["models.SlugField(db_index=False)", false],
    ["models.ForeignKey(Other, models.CASCADE)", true],
    ["models.ForeignKey(Other, models.CASCADE, db_index=False)", false],
    ["models.OneToOneField(Other, models.CASCADE)", true],
  ])("%s has an index: %s", async (call, indexed) => {
    expect((await fieldOf(`x = ${call}`)).indexed).toBe(indexed);
  });

  test.each([
    ["models.TextField()", true],
    ["models.JSONField(default=dict)", true],
    ["models.BinaryField()", true],
    ["ArrayField(models.TextField())", true],
    ["models.CharField(max_length=2000)", false],
    ["models.FileField()", false],
  ])("%s is wide: %s", async (call, wide) => {
    expect((await fieldOf(`x = ${call}`)).wide).toBe(wide);
  });

  test.each([
    ['choices=[("a", "A"), ("b", "B")]', 2],
    ['choices=(("group", (("a", "A"), ("b", "B"))), ("c", "C"))', 3],
    ["choices=CHOICES", 2],
    ["choices=Level.choices", 3],
    ["choices=Level", 3],
    ["choices=Color.choices", 3],
    ["choices=load_choices()", "unknown"],
    ["choices=None", undefined],
  ])("%s are %s choices", async (choices, count) => {
    const field = await fieldOf(
      `CHOICES = [("a", "A"), ("b", "B")]
class Level(models.TextChoices):
    LOW = "l", "Low"
    HIGH = "h", "High"
    NONE = "n"
class Color(models.IntegerChoices):
    __empty__ = "?"
    RED = 1
    BLUE = 2
x = models.CharField(${choices})`,
    );
    expect(field.choices).toBe(count);
  });

  test("of dates may be set by Django", async () => {
    expect(await fieldOf("x = models.DateTimeField(auto_now_add=True)")).toMatchObject({
      autoNowAdd: true,
      autoNow: false,
    });
    expect(await fieldOf('x = models.DateTimeField("changed", "x", True)')).toMatchObject({ autoNow: true });
  });

  test("an unknown null= counts as nullable", async () => {
    expect((await fieldOf("x = models.CharField(null=is_nullable())")).null).toBe(true);
  });
});

describe("a field is whatever call makes one", () => {
  test.each([
    [
      "a class imported from its own module",
      "from django.db.models.fields.related import ForeignKey as Key",
      "Key(Other, models.CASCADE)",
      "ForeignKey",
    ],
    ["GeoDjango's models", "from django.contrib.gis.db import models", "models.PointField()", "PointField"],
    ["another name for a class", "Text = models.TextField", "Text()", "TextField"],
    [
      "functools.partial",
      "from functools import partial\nPrice = partial(models.DecimalField, max_digits=9)",
      "Price()",
      "DecimalField",
    ],
    [
      "a helper function",
      "def name(**options):\n    return models.CharField(max_length=5, **options)",
      "name(null=True)",
      "CharField",
    ],
    ["a conditional expression", "", "models.TextField() if LONG else models.CharField()", "TextField"],
    ["a value made before", "FIELD = models.EmailField()", "FIELD", "EmailField"],
    [
      "keyword arguments in a dictionary",
      "COMMON = dict(null=True)",
      "models.URLField(**COMMON)",
      "URLField",
    ],
    [
      "a library's class of whose name the kind can be told",
      "from somewhere.fields import PostalCodeField",
      "PostalCodeField()",
      "PostalCodeField",
    ],
  ])("%s", async (_, header, value, className) => {
    expect((await fieldOf(`x = ${value}`, { header })).className).toBe(className);
  });

  test("in branches of the class body", async () => {
    expect(
      (await fieldOf("if settings.LONG:\n    x = models.TextField()\nelse:\n    x = models.CharField()"))
        .className,
    ).toBe("TextField");
  });

  test("with an annotation", async () => {
    expect((await fieldOf("x: models.TextField = models.TextField()")).className).toBe("TextField");
  });

  test("keyword arguments from a dictionary are read", async () => {
    const field = await fieldOf("x = models.CharField(**{**COMMON, 'unique': True})", {
      header: "COMMON = {'null': True}",
    });
    expect(field).toMatchObject({ null: true, unique: true });
  });
});

describe("field classes of the project", () => {
  const fields = {
    "shop/fields.py": `
      from django.conf import settings
      from django.db import models

      class CodeField(models.SlugField):
          pass

      class OwnerField(models.ForeignKey):
          def __init__(self, to="shop.Other", on_delete=models.CASCADE, **kwargs):
              kwargs.setdefault("null", True)
              kwargs["related_name"] = "owned"
              super().__init__(to, on_delete, **kwargs)

      class StrictOwnerField(OwnerField):
          def __init__(self, **kwargs):
              kwargs.update(null=False)
              super().__init__(**kwargs)

      class OldStyle(models.ForeignKey):
          def __init__(self, *args, **kwargs):
              kwargs["to"] = kwargs.pop("target", "shop.Other")
              models.ForeignKey.__init__(self, *args, **kwargs)

      class ByAttribute(models.OneToOneField):
          target_label = None
          def __init__(self, **kwargs):
              target = getattr(self, "target_label", None)
              if target:
                  kwargs.setdefault("to", target)
              super().__init__(on_delete=models.CASCADE, **kwargs)

      class OtherLink(ByAttribute):
          target_label = "shop.Other"

      class Late(models.ForeignKey):
          def __init__(self, **kwargs):
              from shop.models import Other
              options = {"to": Other, "null": True}
              try:
                  self.check()
              except ValueError:
                  super().__init__(on_delete=models.CASCADE, **options)
              else:
                  super().__init__(Other, on_delete=models.CASCADE, **options)

      class Addressed(models.CharField):
          def contribute_to_class(self, cls, name, **kwargs):
              super().contribute_to_class(cls, name, **kwargs)
              models.CharField(max_length=9).contribute_to_class(cls, name + "_zip")
              cls.add_to_class(name + "_city", models.CharField())
    `,
    header: "from .fields import *",
  };

  test("are what they derive from", async () => {
    expect(await fieldOf("x = CodeField()", fields)).toMatchObject({
      className: "CodeField",
      baseClassName: "SlugField",
      indexed: true,
    });
  });

  test("may fix arguments in their constructor", async () => {
    expect(await fieldOf("x = OwnerField()", fields)).toMatchObject({
      kind: "foreignKey",
      className: "OwnerField",
      baseClassName: "ForeignKey",
      target: "shop.Other",
      null: true,
      attributeName: "x_id",
    });
    expect(await fieldOf('x = OwnerField("self", null=False)', fields)).toMatchObject({
      target: "shop.Thing",
      null: false,
    });
  });

  test("at any depth", async () => {
    expect(await fieldOf("x = StrictOwnerField()", fields)).toMatchObject({
      target: "shop.Other",
      null: false,
    });
  });

  test("calling the constructor of the base by its name", async () => {
    expect((await fieldOf("x = OldStyle(on_delete=models.CASCADE)", fields)).target).toBe("shop.Other");
    expect((await fieldOf('x = OldStyle(target="self", on_delete=models.CASCADE)', fields)).target).toBe(
      "shop.Thing",
    );
  });

  test("reading attributes of their class", async () => {
    expect(await fieldOf("x = OtherLink()", fields)).toMatchObject({
      kind: "oneToOne",
      target: "shop.Other",
      unique: true,
    });
  });

  test("importing their target in the constructor, passing options that are put together there", async () => {
    expect(await fieldOf("x = Late()", fields)).toMatchObject({ target: "shop.Other", null: true });
  });

  test("that add other fields leave the model incomplete", async () => {
    const { "shop/fields.py": source, header } = fields;
    const project = await djangoProjectFromFiles({
      "shop/fields.py": source,
      "shop/models.py": `from django.db import models\n${header}\nclass Thing(models.Model):\n    x = Addressed()\n`,
    });
    expect(project.model("shop.Thing")).toMatchObject({ complete: false, gaps: ["fields added by x"] });
  });
});

describe("relations", () => {
  test.each([
    ["a class", "Other"],
    ["a name", '"Other"'],
    ["a name in another case", '"shop.other"'],
    ["a label", '"shop.Other"'],
    ["a keyword argument", "to=Other"],
    ["a constant", "OTHER"],
    ["a constant of another module", "names.OTHER"],
    ["a setting", "settings.OTHER_MODEL"],
    ["a setting with a default", 'getattr(settings, "UNSET", "shop.Other")'],
    ["get_model", 'apps.get_model("shop", "Other")'],
    ["get_model with a label", 'apps.get_model("shop.Other")'],
    ["a function of the project", "other_model()"],
    ["text put together", '"%s.Other" % "shop"'],
    ["an alias of a class", "Alias"],
  ])("to %s", async (_, target) => {
    const field = await fieldOf(`x = models.ForeignKey(${target}, on_delete=models.CASCADE)`, {
      header: `
from django.apps import apps
from django.conf import settings
from shop import names
OTHER = "shop.Other"
def other_model():
    return "shop.Other"
Alias = names.late
`,
      "shop/names.py": 'from shop.models import Other as late\nOTHER = "shop.Other"\n',
      "settings.py": 'INSTALLED_APPS = ["shop"]\nOTHER_MODEL = "shop.Other"\n',
    });
    expect(field.target).toBe("shop.Other");
  });

  test.each([
    ["the user model", "settings.AUTH_USER_MODEL"],
    ["get_user_model()", "get_user_model()"],
    ["a name for it", "User"],
    ["a project's settings object", "conf.AUTH_USER_MODEL"],
    ["a function for it", "user_model_name()"],
  ])("to %s", async (_, target) => {
    const field = await fieldOf(`x = models.ForeignKey(${target}, on_delete=models.CASCADE)`, {
      header: `
from django.conf import settings
from django.contrib.auth import get_user_model
from shop.conf import conf
User = get_user_model()
def user_model_name():
    """The label."""
    return getattr(settings, "AUTH_USER_MODEL", "auth.User")
`,
      "shop/conf.py": "class Conf:\n    pass\nconf = Conf()\n",
      "people/models.py":
        "from django.contrib.auth.models import AbstractUser\nclass Person(AbstractUser):\n    pass\n",
      "settings.py": 'INSTALLED_APPS = ["shop", "people"]\nAUTH_USER_MODEL = "people.Person"\n',
    });
    expect(field.target).toBe("people.Person");
  });

  test("that can't be resolved have no target, never a wrong one", async () => {
    for (const target of ["unknown()", '"other.Missing"', "settings.MISSING", "A if B else Other"]) {
      const field = await fieldOf(`x = models.ForeignKey(${target}, on_delete=models.CASCADE)`, {
        header: "from django.conf import settings\nB = 1\nclass A(models.Model):\n    pass",
      });
      expect(field, target).toMatchObject({ kind: "foreignKey", target: undefined, attributeName: "x_id" });
    }
  });

  test("to another column than the key", async () => {
    expect((await fieldOf('x = models.ForeignKey(Other, models.CASCADE, to_field="code")')).toField).toBe(
      "code",
    );
    expect(
      (await fieldOf('x = models.ForeignKey(Other, models.CASCADE, to_field="id")')).toField,
    ).toBeUndefined();
  });

  test("without a constraint in the database", async () => {
    expect(
      (await fieldOf("x = models.ForeignKey(Other, models.CASCADE, db_constraint=False)")).databaseConstraint,
    ).toBe(false);
  });

  test("many-to-many have a table between, made by Django unless given", async () => {
    expect((await fieldOf("x = models.ManyToManyField(Other)")).through).toBe("shop.Thing_x");
    const field = await fieldOf('x = models.ManyToManyField(Other, through="Link")', {
      "shop/link.py":
        'from django.db import models\nclass Link(models.Model):\n    thing = models.ForeignKey("shop.Thing", models.CASCADE)\n    other = models.ForeignKey("shop.Other", models.CASCADE)\n',
    });
    expect(field.through).toBe("shop.Link");
  });

  test("generic", async () => {
    expect(await fieldOf('x = GenericForeignKey("kind", "key")')).toMatchObject({
      kind: "genericForeignKey",
      generic: { contentTypeField: "kind", objectIdField: "key" },
    });
    expect(await fieldOf("x = GenericRelation(Other)")).toMatchObject({
      kind: "genericRelation",
      target: "shop.Other",
      generic: { contentTypeField: "content_type", objectIdField: "object_id" },
    });
  });

  test.each([
    [
      "mptt",
      "from mptt.models import TreeForeignKey",
      'TreeForeignKey("self", models.CASCADE)',
      "foreignKey",
    ],
    [
      "modelcluster",
      "from modelcluster.fields import ParentalKey",
      "ParentalKey(Other, on_delete=models.CASCADE)",
      "foreignKey",
    ],
    [
      "modelcluster's many-to-many",
      "from modelcluster.fields import ParentalManyToManyField",
      "ParentalManyToManyField(Other)",
      "manyToMany",
    ],
    ["taggit", "from taggit.managers import TaggableManager", "TaggableManager()", "manyToMany"],
  ])("of %s", async (_, header, value, kind) => {
    expect((await fieldOf(`x = ${value}`, { header })).kind).toBe(kind);
  });

  test("tags are those of the through model", async () => {
    const files = {
      header: "from taggit.managers import TaggableManager",
      "shop/tags.py": `
        from django.db import models
        from taggit.models import ItemBase, TagBase, TaggedItemBase
        class Label(TagBase):
            pass
        class Labelled(ItemBase):
            tag = models.ForeignKey(Label, models.CASCADE)
            content_object = models.ForeignKey("shop.Thing", models.CASCADE)
        class Tagged(TaggedItemBase):
            content_object = models.ForeignKey("shop.Thing", models.CASCADE)
      `,
    };
    expect((await fieldOf("x = TaggableManager()", files)).target).toBe("taggit.Tag");
    expect((await fieldOf('x = TaggableManager(through="shop.Tagged")', files)).target).toBe("taggit.Tag");
    expect((await fieldOf('x = TaggableManager(through="shop.Labelled")', files)).target).toBe("shop.Label");
  });
});
