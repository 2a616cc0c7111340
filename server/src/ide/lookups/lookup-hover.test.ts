import { describe, expect, it } from "vitest";
import { codeAtCursor } from "../../../../test/support/code-at-cursor.ts";
import { declarationAt, describeLookupAt } from "./lookup-hover.ts";

/** The marked word and what is said about it. */
async function described(code: string): Promise<readonly [string, string] | undefined> {
  const at = await codeAtCursor(code);
  const description = describeLookupAt(at.code, at.offset);
  const { text } = at.code.file;
  return description && [text.slice(description.range.start, description.range.end), description.text];
}

async function declared(code: string): Promise<string | undefined> {
  const { code: at, offset, snapshot } = await codeAtCursor(code);
  const found = declarationAt(at, offset);
  if (found === undefined) return undefined;
  const { path, range } = found.declaration;
  return `${path}: ${snapshot.text(path)?.slice(range.start).split("\n")[0]}`;
}

describe("a name in a lookup", () => {
  it.each([
    [
      'Order.objects.select_related("cust|omer__region")',
      "customer",
      "**shop.Order.customer**: ForeignKey → shop.Customer\n\nComes with the rows: an inner join, no query of its own.",
    ],
    [
      'Order.objects.select_related("sel|ler")',
      "seller",
      "**shop.Order.seller**: ForeignKey → auth.User\n\nComes with the rows: a left join, no query of its own.",
    ],
    [
      'Order.objects.select_related("customer__re|gion")',
      "region",
      "**shop.Customer.region**: ForeignKey → shop.Region\n\nComes with the rows: an inner join, no query of its own.",
    ],
    [
      'Order.objects.prefetch_related("it|ems")',
      "items",
      "**shop.Order.items**: reverse ForeignKey → shop.Item, many\n\nOne query of its own, however many rows there are.",
    ],
    [
      "Order.objects.filter(cust|omer=1)",
      "customer",
      "**shop.Order.customer**: ForeignKey → shop.Customer\n\nNo join: `customer_id` is a column of shop.Order.",
    ],
    [
      "Order.objects.filter(it|ems__quantity=1)",
      "items",
      "**shop.Order.items**: reverse ForeignKey → shop.Item, many\n\nA join that repeats a row for each of its related rows.",
    ],
    [
      'Order.objects.order_by("-to|tal")',
      "total",
      "**shop.Order.total**: IntegerField\n\nNo index of its own begins with this column.",
    ],
    ["Order.objects.filter(pla|ced__year=2020)", "placed", "**shop.Order.placed**: DateTimeField, indexed"],
    ["Order.objects.filter(num|ber=1)", "number", "**shop.Order.number**: CharField, unique"],
    [
      'Order.objects.annotate(n=Count("items")).filter(n|__gt=1)',
      "n",
      "**n**: added to the rows by the queryset",
    ],
    ["Order.objects.filter(placed__ye|ar=2020)", "year", "**year**: lookup or transform"],
    [
      'Order.objects.prefetch_related(Prefetch("it|ems", queryset=Item.objects.all()))',
      "items",
      "**shop.Order.items**: reverse ForeignKey → shop.Item, many\n\nOne query of its own, however many rows there are.",
    ],
    [
      '@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    list_select_related = ["cust|omer"]',
      "customer",
      "**shop.Order.customer**: ForeignKey → shop.Customer\n\nComes with the rows: an inner join, no query of its own.",
    ],
    [
      "class S(serializers.ModelSerializer):\n    name = serializers.CharField(source='customer.re|gion')\n\n    class Meta:\n        model = Order",
      "region",
      "**shop.Customer.region**: ForeignKey → shop.Region\n\nA query for each row, unless it is loaded by `select_related` or prefetched.",
    ],
  ])("%s", async (code, word, text) => {
    expect(await described(code)).toEqual([word, text]);
  });

  it("says nothing of names that lead nowhere, and of other strings", async () => {
    expect(await described("Order.objects.filter(not|hing=1)")).toBeUndefined();
    expect(await described('title = "cust|omer"')).toBeUndefined();
  });

  it("leads to the declaration, of a reverse relation to that at its other end", async () => {
    expect(await declared("Order.objects.filter(customer__re|gion=1)")).toBe(
      'shop/models.py: region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="customers")',
    );
    expect(await declared('Order.objects.prefetch_related("it|ems")')).toBe(
      'shop/models.py: order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")',
    );
    expect(await declared('Order.objects.order_by("-tot|al")')).toBe(
      "shop/models.py: total = models.IntegerField()",
    );
    expect(
      await declared(
        "class S(serializers.ModelSerializer):\n    name = serializers.CharField(source='cust|omer.region')\n\n    class Meta:\n        model = Order",
      ),
    ).toContain("shop/models.py: customer = models.ForeignKey(");
  });
});
