import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles } from "../../../test/support/django-project.ts";

describe("finding models in the graph", () => {
  const files = {
    "settings.py": 'INSTALLED_APPS = ["django.contrib.auth", "shop", "blog"]',
    "shop/__init__.py": "",
    "shop/models.py": "from django.db import models\nclass Order(models.Model):\n    pass\n",
    "blog/__init__.py": "",
    "blog/models.py": "from django.db import models\nclass Order(models.Model):\n    pass\n",
  };

  test("by label, in any case as Django does", async () => {
    const { models } = await djangoProjectFromFiles(files);
    expect(models.model("shop.Order")?.appLabel).toBe("shop");
    expect(models.model("shop.order")?.label).toBe("shop.Order");
    expect(models.model("shop.Missing")).toBeUndefined();
  });

  test("by class", async () => {
    const project = await djangoProjectFromFiles(files);
    const symbol = project.class("blog.models.Order");
    expect(project.models.modelOfClass(symbol)?.label).toBe("blog.Order");
  });

  test("by the import path of a library's model", async () => {
    const { models } = await djangoProjectFromFiles(files);
    expect(models.modelOfExternal("django.contrib.auth.models.User")?.label).toBe("auth.User");
    expect(models.modelOfExternal("django.contrib.auth.base_user.AbstractBaseUser")?.abstract).toBe(true);
    expect(models.modelOfExternal("somewhere.models.Thing")).toBeUndefined();
  });

  test("by name", async () => {
    const { models } = await djangoProjectFromFiles(files);
    expect(models.modelsNamed("Order").map((model) => model.label)).toEqual(["blog.Order", "shop.Order"]);
  });

  test("places are those of the class's and the field's name", async () => {
    const project = await djangoProjectFromFiles({
      "shop/models.py":
        "from django.db import models\nclass Order(models.Model):\n    total = models.IntegerField()\n",
    });
    const { text } = project.file("shop/models.py");
    const at = (location: { range: { start: number; end: number } } | undefined): string | undefined =>
      location && text.slice(location.range.start, location.range.end);
    expect(at(project.model("shop.Order").location)).toBe("Order");
    expect(at(project.field("shop.Order.total").location)).toBe("total");
    expect(project.field("shop.Order.id").location).toBeUndefined();
  });
});

test("of two classes with one label, the one in the application's models is meant; both are known by class", async () => {
  const project = await djangoProjectFromFiles({
    "settings.py": 'INSTALLED_APPS = ["shop"]',
    "shop/__init__.py": "",
    "shop/archive.py":
      "from django.db import models\nclass Order(models.Model):\n    old = models.TextField()\n",
    "shop/models.py":
      "from django.db import models\nclass Order(models.Model):\n    new = models.TextField()\n",
  });
  expect([...project.model("shop.Order").fields.keys()]).toEqual(["id", "new"]);
  const archived = project.models.modelOfClass(project.class("shop.archive.Order"));
  expect([...(archived?.fields.keys() ?? [])]).toEqual(["id", "old"]);
});

describe("models of libraries", () => {
  test("from the shipped facts, with the relations to the project's models", async () => {
    const project = await djangoProjectFromFiles({
      "settings.py": 'INSTALLED_APPS = ["django.contrib.auth", "django_celery_beat", "shop"]',
      "shop/models.py": `
        from django.db import models
        class Report(models.Model):
            task = models.ForeignKey("django_celery_beat.PeriodicTask", models.CASCADE)
      `,
    });
    expect(project.field("shop.Report.task").target).toBe("django_celery_beat.PeriodicTask");
    expect(project.relation("django_celery_beat.PeriodicTask.report_set").target).toBe("shop.Report");
    expect(project.field("django_celery_beat.PeriodicTask.interval").target).toBe(
      "django_celery_beat.IntervalSchedule",
    );
  });

  test("are not there unless installed or referred to", async () => {
    const { models } = await djangoProjectFromFiles({
      "settings.py": 'INSTALLED_APPS = ["django.contrib.auth"]',
    });
    expect([...models.models.keys()].filter((label) => label.startsWith("django_celery_beat"))).toEqual([]);
    expect(models.model("sites.Site")).toBeUndefined();
  });

  test("from their sources where these are there", async () => {
    const project = await djangoProjectFromFiles({
      "settings.py": 'INSTALLED_APPS = ["ratings", "shop"]',
      "site-packages/ratings/__init__.py": "",
      "site-packages/ratings/models.py": `
        from django.db import models
        from .base import Rated, Scale
        class Rating(models.Model):
            scale = models.ForeignKey(Scale, models.CASCADE)
      `,
      "site-packages/ratings/base.py": `
        from django.db import models
        class Rated(models.Model):
            rating = models.ForeignKey("ratings.Rating", models.CASCADE, related_name="%(class)ss")
            class Meta:
                abstract = True
        class Scale(models.Model):
            steps = models.IntegerField()
      `,
      "shop/models.py": "from ratings.models import Rated\nclass Product(Rated):\n    pass\n",
    });
    expect([...project.model("shop.Product").fields.keys()]).toEqual(["id", "rating"]);
    expect(project.relation("ratings.Rating.products").target).toBe("shop.Product");
    expect(project.field("ratings.Rating.scale").target).toBe("ratings.Scale");
    expect(project.models.modelOfExternal("ratings.base.Scale")?.label).toBe("ratings.Scale");
  });

  test("under a path from which they can be imported too", async () => {
    const project = await djangoProjectFromFiles({
      "pages/models.py": "from wagtail.core.models import Page\nclass Home(Page):\n    pass\n",
    });
    expect(project.model("pages.Home").parents).toEqual(["wagtailcore.Page"]);
    expect([...project.model("pages.Home").fields.keys()]).toContain("title");
  });
});

describe("the user model", () => {
  const person =
    "from django.contrib.auth.models import AbstractUser\nclass Person(AbstractUser):\n    pass\n";

  test("is Django's where the settings don't name another", async () => {
    const { models } = await djangoProjectFromFiles({
      "settings.py": "INSTALLED_APPS = []",
      "people/models.py": person,
    });
    expect(models.userModel).toMatchObject({ label: "auth.User", complete: true });
  });

  test("is the only one of the project where no settings are known; but that is a guess", async () => {
    const { models } = await djangoProjectFromFiles({ "people/models.py": person });
    expect(models.userModel).toMatchObject({ label: "people.Person", complete: false });
  });

  test("may depend on a condition: then it is not complete", async () => {
    const { models } = await djangoProjectFromFiles({
      "settings.py":
        'INSTALLED_APPS = ["people", "django.contrib.auth"]\nif X:\n    AUTH_USER_MODEL = "people.Person"\nelse:\n    AUTH_USER_MODEL = "auth.User"\n',
      "people/models.py": person,
    });
    expect(models.userModel).toMatchObject({ label: "people.Person", complete: false });
  });
});

describe("bad input", () => {
  test.each([
    [
      "half-typed code",
      "from django.db import models\nclass Order(models.Model):\n    total = models.\n    name = models.CharField(",
    ],
    ["a class that is its own base", "class A(A):\n    pass\n"],
    [
      "a field that refers to itself",
      "from django.db import models\nx = x\nclass A(models.Model):\n    a = x\n    b = models.ForeignKey(b, models.CASCADE)\n",
    ],
    [
      "constants that refer to each other",
      "from django.db import models\nA = B\nB = A\nclass C(models.Model):\n    a = models.ForeignKey(A, models.CASCADE)\n",
    ],
    [
      "a Meta that inherits from itself",
      "from django.db import models\nclass A(models.Model):\n    class Meta(A.Meta):\n        ordering = A.Meta.ordering\n",
    ],
    [
      "a manager class that inherits from itself",
      "from django.db import models\nclass M(M, models.Manager):\n    pass\nclass A(models.Model):\n    objects = M()\n",
    ],
    [
      "a helper that calls itself",
      "from django.db import models\ndef f(**k):\n    return f(**k)\nclass A(models.Model):\n    a = f(null=True)\n",
    ],
    [
      "proxies of each other",
      "from django.db import models\nclass A(B):\n    class Meta:\n        proxy = True\nclass B(A):\n    class Meta:\n        proxy = True\n",
    ],
    ["an empty class name", "from django.db import models\nclass (models.Model):\n    pass\n"],
  ])("%s neither fails nor hangs", async (_, source) => {
    const { models } = await djangoProjectFromFiles({ "shop/__init__.py": "", "shop/models.py": source });
    for (const model of models.models.values()) expect(model.primaryKey).not.toBe("");
  });
});
