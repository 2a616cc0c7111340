import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles, type TestDjangoProject } from "../../../test/support/django-project.ts";
import type { Index, ModelMeta } from "./model-graph.ts";

function shop(models: string): Promise<TestDjangoProject> {
  return djangoProjectFromFiles({
    "shop/__init__.py": "",
    "shop/models.py": `
from django.contrib.postgres.indexes import GinIndex, BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
${models}`,
  });
}

/** What `class Meta` with these lines gives a model with the columns `a`, `b` and `c`. */
async function metaOf(lines: string): Promise<ModelMeta> {
  const project = await shop(`
class Thing(models.Model):
    a = models.CharField()
    b = models.CharField()
    c = models.CharField()
    class Meta:
        ${lines.replaceAll("\n", "\n        ")}
`);
  return project.model("shop.Thing").meta;
}

async function indexesOf(lines: string): Promise<readonly Index[]> {
  return (await metaOf(lines)).indexes;
}

describe("ordering", () => {
  test.each([
    ['ordering = ["a", "-b"]', ["a", "-b"]],
    ['ordering = ("a",)', ["a"]],
    ['ordering = "a", "b"', ["a", "b"]],
    ['ordering = [F("a").desc(nulls_last=True), F("b").asc(), F("c")]', ["-a", "b", "c"]],
    ['ordering = [Lower("a"), "b"]', ["b"]],
    ['order_with_respect_to = "a"', ["_order"]],
    ["pass", []],
  ])("%s", async (lines, ordering) => {
    expect((await metaOf(lines)).ordering).toEqual(ordering);
  });

  test.each([
    ['ordering = ["a"]', true],
    ['ordering = [Lower("a")]', true],
    ['order_with_respect_to = "a"', true],
    ["ordering = []", false],
    ["pass", false],
  ])("%s orders: %s", async (lines, isOrdered) => {
    expect((await metaOf(lines)).isOrdered).toBe(isOrdered);
  });
});

describe("indexes", () => {
  test("with columns, conditions, expressions and access methods", async () => {
    expect(
      await indexesOf(`indexes = [
    models.Index(fields=["a", "-b"], name="%(app_label)s_%(class)s_ab"),
    models.Index(fields=["a"], condition=Q(b="x"), name="of_x"),
    models.Index(Lower("a"), name="lower_a"),
    models.Index(F("a").desc(), "b", name="newest"),
    GinIndex(fields=["c"]),
    BrinIndex(fields=["a"], name="brin_a"),
]`),
    ).toMatchObject([
      { fields: ["a", "-b"], unique: false, partial: false, name: "shop_thing_ab", origin: "index" },
      { fields: ["a"], unique: false, partial: true, name: "of_x", origin: "index" },
      { fields: undefined, unique: false, partial: false, name: "lower_a", origin: "index" },
      { fields: ["-a", "b"], unique: false, partial: false, name: "newest", origin: "index" },
      { fields: ["c"], unique: false, partial: false, name: undefined, origin: "index", method: "gin" },
      { fields: ["a"], unique: false, partial: false, name: "brin_a", origin: "index", method: "brin" },
    ]);
  });

  test("of unique constraints, not of checks", async () => {
    expect(
      await indexesOf(`constraints = [
    models.UniqueConstraint(fields=["a", "b"], name="unique_ab"),
    models.UniqueConstraint(fields=["c"], condition=Q(a="x"), name="unique_c"),
    models.CheckConstraint(check=Q(a="x"), name="check_a"),
]`),
    ).toMatchObject([
      { fields: ["a", "b"], unique: true, partial: false, name: "unique_ab", origin: "uniqueConstraint" },
      { fields: ["c"], unique: true, partial: true, name: "unique_c", origin: "uniqueConstraint" },
    ]);
  });

  test.each([
    ['unique_together = ("a", "b")', [["a", "b"]]],
    [
      'unique_together = [("a", "b"), ["b", "c"]]',
      [
        ["a", "b"],
        ["b", "c"],
      ],
    ],
    ['unique_together = (("a", "b"),)', [["a", "b"]]],
  ])("%s", async (lines, sets) => {
    const meta = await metaOf(lines);
    expect(meta.uniqueTogether).toEqual(sets);
    expect(meta.indexes.map((index) => [index.origin, index.fields])).toEqual(
      sets.map((set) => ["uniqueTogether", set]),
    );
  });

  test("of the old index_together", async () => {
    expect(await indexesOf('index_together = [("a", "b")]')).toMatchObject([
      { fields: ["a", "b"], unique: false, origin: "indexTogether" },
    ]);
  });

  test("the place of the list is known, so that it can be added to", async () => {
    const project = await shop(
      'class Thing(models.Model):\n    a = models.CharField()\n    class Meta:\n        indexes = [models.Index(fields=["a"])]\n',
    );
    const { meta } = project.model("shop.Thing");
    const text = project.file("shop/models.py").text;
    const at = (location: typeof meta.location): string =>
      text.slice(location?.range.start, location?.range.end);
    expect(at(meta.indexesLocation)).toBe('[models.Index(fields=["a"])]');
    expect(at(meta.location)).toMatch(/^class Meta:\n\s+indexes = .*$/);
  });
});

test("other options", async () => {
  const meta = await metaOf('db_table = "things"\nget_latest_by = "a"');
  expect(meta).toMatchObject({ dbTable: "things", getLatestBy: ["a"] });
  const project = await shop("class Thing(models.Model):\n    class Meta:\n        managed = False\n");
  expect(project.model("shop.Thing").managed).toBe(false);
});

describe("inheritance of Meta", () => {
  test("from the abstract base, unless the model has its own", async () => {
    const project = await shop(`
class Base(models.Model):
    class Meta:
        abstract = True
        ordering = ["a"]
        indexes = [models.Index(fields=["a"], name="%(class)s_a")]
class Inherits(Base):
    pass
class Own(Base):
    class Meta:
        get_latest_by = "a"
class Extends(Base):
    class Meta(Base.Meta):
        indexes = Base.Meta.indexes + [models.Index(fields=["b"], name="b")]
`);
    expect(project.model("shop.Inherits").meta.ordering).toEqual(["a"]);
    expect(project.model("shop.Inherits").meta.indexes.map((index) => index.name)).toEqual(["inherits_a"]);
    expect(project.model("shop.Inherits").abstract).toBe(false);
    expect(project.model("shop.Own").meta).toMatchObject({ ordering: [], getLatestBy: ["a"] });
    expect(project.model("shop.Extends").meta).toMatchObject({ ordering: ["a"] });
    expect(project.model("shop.Extends").meta.indexes.map((index) => index.name)).toEqual(["extends_a", "b"]);
  });

  test("ordering and get_latest_by pass from a concrete parent too", async () => {
    const project = await shop(`
class Place(models.Model):
    class Meta:
        ordering = ["name"]
        get_latest_by = "name"
        db_table = "places"
class Restaurant(Place):
    pass
class Sorted(Place):
    class Meta:
        ordering = ["-name"]
`);
    expect(project.model("shop.Restaurant").meta).toMatchObject({
      ordering: ["name"],
      getLatestBy: ["name"],
      dbTable: undefined,
    });
    expect(project.model("shop.Sorted").meta).toMatchObject({ ordering: ["-name"], getLatestBy: ["name"] });
  });

  test("abstract is not inherited from a model's Meta, but from a plain class", async () => {
    const project = await shop(`
class Options:
    abstract = True
class Base(models.Model):
    class Meta(Options):
        pass
class Thing(Base):
    class Meta(Base.Meta):
        pass
`);
    expect(project.model("shop.Base").abstract).toBe(true);
    expect(project.model("shop.Thing").abstract).toBe(false);
  });

  test("from a Meta that is not known leaves the model incomplete", async () => {
    const project = await shop(
      "from somewhere import Options\nclass Thing(models.Model):\n    class Meta(Options):\n        pass\n",
    );
    expect(project.model("shop.Thing").gaps).toEqual(["bases of Meta"]);
  });
});
