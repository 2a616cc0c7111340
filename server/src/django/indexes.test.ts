import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles } from "../../../test/support/django-project.ts";
import { indexesOf, isIndexed, leadingColumns, uniqueColumnSets } from "./indexes.ts";
import type { Model } from "./model-graph.ts";

async function modelsOf(source: string): Promise<(name: string) => Model> {
  const project = await djangoProjectFromFiles({
    "shop/__init__.py": "",
    "shop/models.py": `from django.db import models\nfrom django.db.models import Q\nfrom django.db.models.functions import Lower\nfrom django.contrib.postgres.indexes import GinIndex\n${source}`,
  });
  return (name) => project.model(`shop.${name}`);
}

const order = `
class Customer(models.Model):
    pass
class Order(models.Model):
    customer = models.ForeignKey(Customer, models.CASCADE)
    unindexed = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="+")
    number = models.CharField(unique=True)
    slug = models.SlugField()
    status = models.CharField(db_index=True)
    created = models.DateTimeField()
    total = models.IntegerField()
    note = models.TextField()
    data = models.JSONField()
    class Meta:
        indexes = [
            models.Index(fields=["-created", "total"]),
            models.Index(fields=["note"], condition=Q(status="open"), name="open"),
            models.Index(Lower("note"), name="lower"),
            GinIndex(fields=["data"]),
        ]
        unique_together = [("customer", "total")]
        constraints = [models.UniqueConstraint(fields=["total", "created"], name="total_created")]
`;

describe("the indexes of a table", () => {
  test("declared ones first, then those that Django makes", async () => {
    const indexes = indexesOf((await modelsOf(order))("Order"));
    expect(indexes.map((index) => `${index.origin}: ${index.columns.join(", ")}`)).toEqual([
      "index: -created, total",
      "index: note",
      "index: ",
      "index: data",
      "uniqueConstraint: total, created",
      "uniqueTogether: customer, total",
      "field: id",
      "field: customer",
      "field: number",
      "field: slug",
      "field: status",
    ]);
  });

  test("can be searched by their first column, if they hold every row in order", async () => {
    expect([...leadingColumns((await modelsOf(order))("Order"))]).toEqual([
      "created",
      "total",
      "customer",
      "id",
      "number",
      "slug",
      "status",
    ]);
  });

  test.each([
    ["id", true],
    ["pk", true],
    ["customer", true],
    ["customer_id", true],
    ["number", true],
    ["created", true],
    ["unindexed", false],
    ["unindexed_id", false],
    ["note", false],
    ["data", false],
    ["missing", false],
  ])("%s: %s", async (column, indexed) => {
    expect(isIndexed((await modelsOf(order))("Order"), column)).toBe(indexed);
  });

  test("unique sets of columns", async () => {
    expect(uniqueColumnSets((await modelsOf(order))("Order"))).toEqual([
      ["total", "created"],
      ["customer", "total"],
      ["id"],
      ["number"],
    ]);
  });
});

test("columns of a multi-table parent are indexed in the parent's table", async () => {
  const model = await modelsOf(`
class Place(models.Model):
    code = models.CharField(unique=True)
    class Meta:
        abstract = True
class Shop(Place):
    city = models.CharField(db_index=True)
class Kiosk(Shop):
    size = models.IntegerField()
`);
  expect(indexesOf(model("Kiosk")).map((index) => index.columns)).toEqual([["shop_ptr"]]);
  expect(isIndexed(model("Kiosk"), "code")).toBe(true);
  expect(isIndexed(model("Kiosk"), "city")).toBe(true);
  expect(isIndexed(model("Kiosk"), "pk")).toBe(true);
  expect(isIndexed(model("Kiosk"), "size")).toBe(false);
});

test("the table between two models is indexed by both", async () => {
  const model = await modelsOf(`
class Tag(models.Model):
    pass
class Order(models.Model):
    tags = models.ManyToManyField(Tag)
`);
  expect([...leadingColumns(model("Order_tags"))]).toEqual(["order", "id", "tag"]);
});
