import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles, type TestDjangoProject } from "../../../test/support/django-project.ts";

function shop(models: string): Promise<TestDjangoProject> {
  return djangoProjectFromFiles({
    "settings.py": 'INSTALLED_APPS = ["django.contrib.contenttypes", "shop"]',
    "shop/__init__.py": "",
    "shop/models.py": `from django.db import models\n${models}`,
  });
}

describe("names of reverse relations", () => {
  /** Accessor and query name that a relation of `shop.Line` gives `shop.Order`. */
  async function namesOf(
    relation: string,
    meta = "",
  ): Promise<{ accessors: string[]; queryNames: string[] }> {
    const project = await shop(`
class Order(models.Model):
    pass
class Line(models.Model):
    order = models.${relation}
${meta}
`);
    const order = project.model("shop.Order");
    return { accessors: [...order.relations.keys()], queryNames: [...order.lookupRelations.keys()] };
  }

  test.each([
    ["ForeignKey(Order, models.CASCADE)", "line_set", "line"],
    ["OneToOneField(Order, models.CASCADE)", "line", "line"],
    ["ManyToManyField(Order)", "line_set", "line"],
    ['ForeignKey(Order, models.CASCADE, related_name="lines")', "lines", "lines"],
    ['ForeignKey(Order, models.CASCADE, "lines")', "lines", "lines"],
    ['ForeignKey(Order, models.CASCADE, related_name="lines", related_query_name="row")', "lines", "row"],
    ['ForeignKey(Order, models.CASCADE, related_query_name="row")', "line_set", "row"],
    [
      'ForeignKey(Order, models.CASCADE, related_name="%(app_label)s_%(class)ss")',
      "shop_lines",
      "shop_lines",
    ],
    [
      'ForeignKey(Order, models.CASCADE, related_name="%(model_name)ss", related_query_name="%(app_label)s_%(class)s")',
      "lines",
      "shop_line",
    ],
  ])("%s: %s, %s in lookups", async (relation, accessor, queryName) => {
    expect(await namesOf(relation)).toEqual({ accessors: [accessor], queryNames: [queryName] });
  });

  test.each([
    ['ForeignKey(Order, models.CASCADE, related_name="+")', []],
    ['ForeignKey(Order, models.CASCADE, related_name="line+")', []],
    ['ManyToManyField(Order, related_name="+")', []],
    ['ForeignKey(Order, models.CASCADE, related_name="+", related_query_name="row")', ["row"]],
  ])("%s: no accessor", async (relation, queryNames) => {
    expect(await namesOf(relation)).toEqual({ accessors: [], queryNames });
  });

  test("default_related_name of the model that holds the relation", async () => {
    const meta = '    class Meta:\n        default_related_name = "all_%(class)ss"';
    expect(await namesOf("ForeignKey(Order, models.CASCADE)", meta)).toEqual({
      accessors: ["all_lines"],
      queryNames: ["all_lines"],
    });
    expect(await namesOf('ForeignKey(Order, models.CASCADE, related_name="lines")', meta)).toEqual({
      accessors: ["lines"],
      queryNames: ["lines"],
    });
  });

  test("that are not constants leave the target incomplete", async () => {
    const project = await shop(`
class Order(models.Model):
    pass
class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name=name_of("lines"))
`);
    expect(project.model("shop.Order")).toMatchObject({
      complete: false,
      gaps: ["a related_name that is not a constant"],
    });
    expect(project.model("shop.Line").complete).toBe(true);
  });

  test("of an abstract model are made for each concrete one", async () => {
    const project = await shop(`
class Order(models.Model):
    pass
class Base(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="%(class)s_rows")
    class Meta:
        abstract = True
class Line(Base):
    pass
class Fee(Base):
    pass
`);
    expect([...project.model("shop.Order").relations.keys()]).toEqual(["line_rows", "fee_rows"]);
  });
});

describe("both ends of a relation", () => {
  test("a foreign key", async () => {
    const project = await shop(`
class Order(models.Model):
    pass
class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, null=True, related_name="lines")
`);
    expect(project.relation("shop.Line.order")).toMatchObject({
      kind: "foreignKey",
      accessor: "order",
      queryName: "order",
      model: "shop.Line",
      target: "shop.Order",
      nullable: true,
      inverse: "lines",
    });
    expect(project.relation("shop.Order.lines")).toMatchObject({
      kind: "reverseForeignKey",
      model: "shop.Order",
      target: "shop.Line",
      nullable: false,
      inverse: "order",
      field: { name: "order", model: "shop.Line" },
    });
  });

  test("a one-to-one: the row at the other end may always be missing", async () => {
    const project = await shop(`
class Order(models.Model):
    pass
class Invoice(models.Model):
    order = models.OneToOneField(Order, models.CASCADE)
`);
    expect(project.relation("shop.Invoice.order")).toMatchObject({ kind: "oneToOne", nullable: false });
    expect(project.relation("shop.Order.invoice")).toMatchObject({ kind: "reverseOneToOne", nullable: true });
  });

  test("a many-to-many, with the table between them", async () => {
    const project = await shop(`
class Tag(models.Model):
    pass
class Order(models.Model):
    tags = models.ManyToManyField(Tag, related_name="orders")
`);
    expect(project.relation("shop.Order.tags")).toMatchObject({
      kind: "manyToMany",
      target: "shop.Tag",
      inverse: "orders",
    });
    expect(project.relation("shop.Tag.orders")).toMatchObject({
      kind: "reverseManyToMany",
      target: "shop.Order",
    });
    const between = project.model("shop.Order_tags");
    expect([...between.fields.keys()]).toEqual(["id", "order", "tag"]);
    expect(between.meta.uniqueTogether).toEqual([["order", "tag"]]);
  });

  test("a many-to-many of a model to itself has no other end unless it is asymmetrical", async () => {
    const project = await shop(`
class Person(models.Model):
    friends = models.ManyToManyField("self")
    follows = models.ManyToManyField("self", symmetrical=False, related_name="followers")
`);
    expect([...project.model("shop.Person").relations.keys()]).toEqual(["friends", "follows", "followers"]);
    expect(project.relation("shop.Person.friends").inverse).toBeUndefined();
    expect([...project.model("shop.Person_friends").fields.keys()]).toEqual([
      "id",
      "from_person",
      "to_person",
    ]);
  });

  test("generic relations", async () => {
    const project = await shop(`
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
class Comment(models.Model):
    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.IntegerField()
    subject = GenericForeignKey()
class Order(models.Model):
    comments = GenericRelation(Comment, related_query_name="order")
class Line(models.Model):
    comments = GenericRelation(Comment)
`);
    expect(project.relation("shop.Comment.subject")).toMatchObject({
      kind: "genericForeignKey",
      target: undefined,
    });
    expect(project.relation("shop.Order.comments")).toMatchObject({
      kind: "genericRelation",
      target: "shop.Comment",
    });
    // Only a related_query_name leads back, and a generic foreign key can't be named in lookups.
    expect([...project.model("shop.Comment").lookupRelations.keys()]).toEqual(["content_type", "order"]);
  });

  test("a swapped user model has no relations of its own", async () => {
    const project = await djangoProjectFromFiles({
      "settings.py":
        'INSTALLED_APPS = ["django.contrib.auth", "django.contrib.admin", "people"]\nAUTH_USER_MODEL = "people.Person"',
      "people/models.py":
        "from django.contrib.auth.models import AbstractUser\nclass Person(AbstractUser):\n    pass\n",
    });
    expect(project.models.userModel?.label).toBe("people.Person");
    expect([...project.model("auth.Group").relations.values()].map((relation) => relation.target)).toEqual([
      "auth.Permission",
      "people.Person",
    ]);
    expect(project.relation("people.Person.logentry_set").target).toBe("admin.LogEntry");
  });
});
