import { describe, expect, it } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

describe("unifiedDiff", () => {
  it("is what git apply reads", () => {
    const before = "from shop.models import Order\n\norders = Order.objects.all()\n";
    const after = before.replace(".all()", '.select_related("customer")');
    expect(unifiedDiff("shop/views.py", before, after)).toBe(
      [
        "--- a/shop/views.py",
        "+++ b/shop/views.py",
        "@@ -1,3 +1,3 @@",
        " from shop.models import Order",
        " ",
        "-orders = Order.objects.all()",
        '+orders = Order.objects.select_related("customer")',
        "",
      ].join("\n"),
    );
  });

  it("says where a file has no line break at its end", () => {
    expect(unifiedDiff("a.py", "x", "y")).toContain("\\ No newline at end of file");
  });

  it("is empty when nothing changed", () => {
    expect(unifiedDiff("a.py", "x\n", "x\n")).toBe("");
  });
});
