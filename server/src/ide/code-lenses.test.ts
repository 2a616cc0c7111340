import { describe, expect, it } from "vitest";
import { codeAtCursor } from "../../../test/support/code-at-cursor.ts";
import { codeLensesIn } from "./code-lenses.ts";
import { inlayHintsIn } from "./inlay-hints.ts";

const views = `
class Orders(ListView):
    model = Order
    template_name = "orders.html"


class OrderSet(ModelViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ["number", "customer"]


class Report(ListView):
    model = Customer

    def get(self, request):
        names = []
        for row in Order.objects.all():
            names.append(row.customer.region.name)
        return render(request, "report.html", {"names": names})
|`;

describe("code lenses", () => {
  it("say above views, API actions and admin classes what they send, and how many findings they have", async () => {
    const { snapshot, code } = await codeAtCursor(views, { workspace: { countQueries: true } });
    const lenses = codeLensesIn(snapshot, "shop/views.py").map(({ range, title }) => [
      code.file.text.slice(range.start, range.end),
      title,
    ]);
    expect(lenses).toEqual([
      ["OrderSet", "up to 1 query (destroy) · 1 finding"],
      ["OrderAdmin", "up to 5 queries (change_view) · 1 finding"],
      ["Report", "1 + 2N queries · 2 findings"],
    ]);
  });

  it("lead to the places at which the queries are sent", async () => {
    const { snapshot, code } = await codeAtCursor(views, { workspace: { countQueries: true } });
    const lens = codeLensesIn(snapshot, "shop/views.py").find(
      ({ symbol }) => symbol === "shop.views.Report.get",
    );
    const { range: at } = lens?.queryset ?? { range: { start: 0, end: 0 } };
    expect(code.file.text.slice(at.start, at.end)).toBe("Order.objects.all()");
    const steps = lens?.steps.map(({ message, location: { range } }) => [
      message,
      code.file.text.slice(range.start, range.end),
    ]);
    expect(steps).toMatchInlineSnapshot(`
      [
        [
          "N queries: row.customer",
          "row.customer",
        ],
        [
          "N queries: row.customer.region",
          "row.customer.region",
        ],
        [
          "1 query: Order.objects.all()",
          "Order.objects.all()",
        ],
      ]
    `);
  });

  it("are none where nothing was counted", async () => {
    const { snapshot } = await codeAtCursor(views);
    expect(codeLensesIn(snapshot, "shop/views.py")).toEqual([]);
  });
});

describe("inlay hints", () => {
  it("stand behind what sends a query, and say whether each round does", async () => {
    const { snapshot, code } = await codeAtCursor(`def view(request):
    rows = Order.objects.all()
    total = rows.count()
    for row in rows:
        print(row.customer, row.customer_id)
    return total
|`);
    const { text } = code.file;
    const hints = inlayHintsIn(snapshot, "shop/views.py", { start: 0, end: text.length });
    const shown = hints.map(({ offset, label }) => `${text.slice(0, offset).split("\n").at(-1)} ${label}`);
    expect(shown).toMatchInlineSnapshot(`
      [
        "    total = rows.count() → Order: 1 query",
        "    for row in rows → Order: 1 query",
        "        print(row.customer → Customer: a query in each round",
      ]
    `);
    expect(inlayHintsIn(snapshot, "shop/views.py", { start: 0, end: 10 })).toEqual([]);
  });
});
