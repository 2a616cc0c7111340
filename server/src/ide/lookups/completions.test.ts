import { describe, expect, it } from "vitest";
import { codeAtCursor } from "../../../../test/support/code-at-cursor.ts";
import { completionsAt, mayBeginName } from "./completions.ts";

/** The names that are offered at the `|`, as text: as the server answers, which does not parse for every character. */
async function offered(code: string): Promise<readonly string[]> {
  const at = await codeAtCursor(code);
  if (!mayBeginName(at.code.file.text.slice(0, at.offset).slice(-2))) return [];
  return completionsAt(at.code, at.offset)?.items.map(({ name }) => name) ?? [];
}

/** The text after the item was taken. */
async function taken(code: string, item: string): Promise<string> {
  const at = await codeAtCursor(code);
  const completions = completionsAt(at.code, at.offset);
  if (completions === undefined || !completions.items.some(({ name }) => name === item)) {
    throw new Error(`${item} is not offered`);
  }
  const { start, end } = completions.range;
  const { text } = at.code.file;
  return `${text.slice(0, start)}${item}${text.slice(end)}`.trim().split("\n").at(-1) ?? "";
}

const order = ["customer", "number", "placed", "total", "items"];

describe("in the strings of a queryset's methods", () => {
  it("offers what the method can take", async () => {
    expect(await offered('Order.objects.select_related("|")')).toEqual(["customer", "seller"]);
    expect(await offered('Order.objects.prefetch_related("|")')).toEqual([
      "customer",
      "seller",
      "tags",
      "items",
    ]);
    expect(await offered('Order.objects.order_by("-|")')).toEqual(
      expect.arrayContaining(["number", "placed", "customer", "items", "pk"]),
    );
    expect(await offered('Order.objects.only("|")')).toEqual(expect.arrayContaining(["number", "customer"]));
    expect(await offered('Order.objects.in_bulk(field_name="|")')).toContain("number");
    expect(await offered('Order.objects.bulk_update(rows, ["|"])')).toContain("total");
    expect(await offered('Order.objects.select_for_update(of=("self", "|"))')).toEqual([
      "customer",
      "seller",
    ]);
  });

  it("follows the relations that stand before", async () => {
    expect(await offered('Order.objects.select_related("customer__|")')).toEqual(["region", "account"]);
    expect(await offered('Order.objects.values("customer__region__|")')).toEqual(["id", "name", "customers"]);
    expect(await offered('Order.objects.order_by("placed__|")')).toContain("year");
    expect(await offered('Order.objects.values("nothing__|")')).toEqual([]);
  });

  it("replaces the name that is there", async () => {
    expect(await taken('Order.objects.select_related("cus|")', "customer")).toBe(
      'Order.objects.select_related("customer")',
    );
    expect(await taken('Order.objects.values("cust|__region")', "customer")).toBe(
      'Order.objects.values("customer__region")',
    );
    expect(await taken('Order.objects.order_by("-customer__re|")', "region")).toBe(
      'Order.objects.order_by("-customer__region")',
    );
  });

  it("does so in strings and calls that are half typed", async () => {
    expect(await offered('Order.objects.select_related("|')).toEqual(["customer", "seller"]);
    expect(await offered('Order.objects.select_related("customer__|')).toEqual(["region", "account"]);
    expect(
      await offered("def view():\n    rows = Order.objects.filter(customer__|\n    return rows\n"),
    ).toContain("region");
  });
});

describe("in keywords", () => {
  it("offers columns and relations, then transforms and lookups", async () => {
    expect(await offered("Order.objects.filter(|)")).toEqual(expect.arrayContaining(order));
    expect(await offered("Order.objects.exclude(total__gt=1, cus|)")).toContain("customer");
    expect(await offered("Order.objects.get(placed__|=1)")).toEqual(
      expect.arrayContaining(["year", "gte", "isnull"]),
    );
    expect(await offered("Order.objects.filter(customer__|)")).toEqual(
      expect.arrayContaining(["region", "isnull", "in"]),
    );
    expect(await offered("Order.objects.filter(number__|)")).toContain("icontains");
    expect(await offered('Order.objects.filter(**{"customer__|": 1})')).toContain("region");
  });

  it("offers columns alone where rows are written", async () => {
    const names = await offered("Order.objects.create(|)");
    expect(names).toEqual(expect.arrayContaining(["customer", "number"]));
    expect(names).not.toContain("items");
    expect(names).not.toContain("tags");
  });

  it("leaves what are no lookups alone", async () => {
    expect(await offered("Order.objects.get_or_create(number=1, defaults=|)")).toEqual([]);
    expect(await offered('{"a": 1}.get("|")')).toEqual([]);
    expect(await offered("print(|)")).toEqual([]);
    expect(await offered('title = "|"')).toEqual([]);
  });
});

describe("in expressions", () => {
  it.each([
    ['Order.objects.annotate(n=Count("|"))', "items"],
    ['Order.objects.filter(total__gt=F("|"))', "total"],
    ["Order.objects.filter(Q(total=1) & Q(cus|))", "customer"],
    ['Order.objects.aggregate(Sum("items__|"))', "quantity"],
    ['Order.objects.prefetch_related(Prefetch("|", queryset=Item.objects.all()))', "items"],
    ['Order.objects.prefetch_related(Prefetch("items", queryset=Item.objects.order_by("|")))', "quantity"],
    ['Order.objects.annotate(n=Exists(Item.objects.filter(order=OuterRef("|"))))', "number"],
    ["Customer.objects.filter(id__in=Order.objects.filter(tot|))", "total"],
  ])("%s", async (code, name) => {
    expect(await offered(code)).toContain(name);
  });

  it("knows annotations", async () => {
    expect(await offered('Order.objects.annotate(open_items=Count("items")).order_by("|")')).toContain(
      "open_items",
    );
    expect(await offered("rows = Order.objects.alias(n=Count('items'))\nrows.filter(|)")).toContain("n");
  });
});

describe("whatever the rows are called", () => {
  it.each([
    ["rows = Order.objects.all()\nrows.filter(|)", "number"],
    ["for each in Order.objects.all():\n    each.items.filter(|)", "quantity"],
    ["def view(order: Order):\n    order.customer.orders.filter(|)", "number"],
    ["def view(orders: 'QuerySet[Order]'):\n    return orders.filter(|)", "number"],
    [
      "def view(pk):\n    order = get_object_or_404(Order, pk=pk)\n    return order.items.filter(|)",
      "quantity",
    ],
    ["def view(pk):\n    return get_object_or_404(Order, cus|)", "customer"],
    ["def rows():\n    return Order.objects.all()\n\ndef view():\n    return rows().filter(|)", "number"],
    [
      "class View(ListView):\n    model = Order\n\n    def get_queryset(self):\n        return super().get_queryset().filter(|)",
      "number",
    ],
    [
      "class View(ListView):\n    queryset = Order.objects.all()\n\n    def rows(self):\n        return self.get_queryset().filter(|)",
      "number",
    ],
    [
      "class View(ModelViewSet):\n    serializer_class = OrderSerializer\n\n    def rows(self):\n        return self.get_queryset().filter(|)",
      "number",
    ],
    ["def view(request):\n    return request.user.orders.filter(|)", "number"],
    ["Order.objects.open().filter(|)", "number"],
    ["rows = [each.items.filter(|) for each in Order.objects.all()]", "quantity"],
    [
      "async def view():\n    order = await Order.objects.aget(pk=1)\n    return order.items.filter(|)",
      "quantity",
    ],
  ])("%s", async (code, name) => {
    expect(await offered(code)).toContain(name);
  });

  it("offers methods of the model's own code their rows", async () => {
    const own = await offered(
      "class Extra(models.Model):\n    order = models.ForeignKey(Order, models.CASCADE)\n\n    def rows(self):\n        return self.order.items.filter(|)",
    );
    expect(own).toContain("quantity");
  });
});

describe("in the attributes of classes", () => {
  it.each([
    ["@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    list_display = ['|']", "number"],
    [
      "@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    list_select_related = ('cus|',)",
      "customer",
    ],
    [
      "@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    search_fields = ['customer__|']",
      "region",
    ],
    ["@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    ordering = ['-|']", "placed"],
    ["@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    search_fields = ['=|']", "number"],
    ["@admin.register(Order)\nclass OrderAdmin(admin.ModelAdmin):\n    search_fields = ['^|']", "number"],
    ["class View(ListView):\n    model = Order\n    ordering = '|'", "placed"],
    [
      "class Extra(models.Model):\n    title = models.CharField(max_length=9)\n\n    class Meta:\n        ordering = ['|']",
      "title",
    ],
    [
      "class Extra(models.Model):\n    title = models.CharField(max_length=9)\n\n    class Meta:\n        indexes = [models.Index(fields=['|'])]",
      "title",
    ],
    [
      "class Extra(models.Model):\n    title = models.CharField(max_length=9)\n\n    class Meta:\n        constraints = [models.CheckConstraint(check=models.Q(|), name='x')]",
      "title",
    ],
    [
      "class S(serializers.ModelSerializer):\n    name = serializers.CharField(source='customer.|')\n\n    class Meta:\n        model = Order",
      "region",
    ],
    [
      "class S(serializers.ModelSerializer):\n    class Meta:\n        model = Order\n        fields = ['|']",
      "number",
    ],
  ])("%s", async (code, name) => {
    expect(await offered(code)).toContain(name);
  });
});

it("knows from the last analysis what the text alone does not tell", async () => {
  const analysed = "def view(helper):\n    rows = dict(a=Order.objects.all())\n    rows['a'].filter()\n";
  const written = analysed.replace("filter()", "filter(cus|)");
  const known = await codeAtCursor(written, { analysed });
  const unknown = await codeAtCursor(written, { analysed: "def view(helper):\n    pass\n" });
  expect(completionsAt(known.code, known.offset)?.items.map(({ name }) => name)).toContain("customer");
  expect(completionsAt(unknown.code, unknown.offset)).toBeUndefined();
});

describe("a character behind which no name begins", () => {
  it.each(["=", ")", "]", "}", ":", "+", "#", "@"])("%s", async (character) => {
    expect(mayBeginName(`r${character}`)).toBe(false);
    const at = await codeAtCursor(`Order.objects.filter(number${character}|)`);
    expect(completionsAt(at.code, at.offset)).toBeUndefined();
  });
});
