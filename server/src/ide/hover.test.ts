import { describe, expect, it } from "vitest";
import { codeAtCursor } from "../../../test/support/code-at-cursor.ts";
import { rules } from "../rules/registry.ts";
import { hoverAt } from "./hover.ts";

async function hovered(code: string, analysed?: string): Promise<readonly [string, string] | undefined> {
  const at = await codeAtCursor(code, analysed === undefined ? {} : { analysed });
  const rulePage = (rule: string): string => `https://example.org/${rule}`;
  const description = hoverAt(at.snapshot, at.code, at.offset, { rules, rulePage, explain: () => "" });
  return (
    description && [at.code.file.text.slice(description.range.start, description.range.end), description.text]
  );
}

describe("hover on a queryset", () => {
  it("tells the model, what comes with the rows, what they are read for, and how many queries that makes", async () => {
    const [marked, text] =
      (await hovered(`def view(request):
    rows = Ord|er.objects.select_related("customer").prefetch_related("items")
    return [(row.customer.region.name, list(row.items.all())) for row in rows]
`)) ?? [];
    expect(marked).toBe('Order.objects.select_related("customer").prefetch_related("items")');
    expect(text).toBe(
      [
        "**QuerySet of shop.Order**",
        "",
        "- Loads `customer` (join), `items` (1 query)",
        "- Its rows are read for `customer__region` (not loaded), `items`",
        "- 2 queries: 1 for the rows, 1 for what is prefetched",
        "- QS101: 1 + N queries, with its fix 1",
        "",
        "---",
        "",
        "**QS101 [n-plus-one-forward](https://example.org/n-plus-one-forward)**: A foreign key or one-to-one relation is loaded row by row",
        "",
        "**QS217 [unbounded-queryset-in-request](https://example.org/unbounded-queryset-in-request)**: A request loads all rows of a table that grows",
      ].join("\n"),
    );
  });

  it("says what the database measured of it, where the configuration names that", async () => {
    const at = await codeAtCursor("def view():\n    return list(Ord|er.objects.all())\n");
    const timesAt = () => ({ calls: 12_345, meanTime: 1.5, totalTime: 18_517.5 });
    const description = hoverAt({ ...at.snapshot, timesAt }, at.code, at.offset, {
      rules,
      rulePage: () => "",
      explain: () => "",
    });
    expect(description?.text).toContain("- in the database: 12,345 calls, 1.5 ms each, 18,517.5 ms in all");
  });

  it("says what a slice leaves, and counts prefetches", async () => {
    const [, text] =
      (await hovered(`def view(request):
    return [row.number for row in Order.ob|jects.prefetch_related("tags")[:20]]
`)) ?? [];
    expect(text).toContain(
      "- Loads `tags` (1 query)\n- At most 20 rows\n- 2 queries: 1 for the rows, 1 for what is prefetched",
    );
  });

  it("says no more than the model where nobody is seen to use it", async () => {
    const [, text] =
      (await hovered("def view(flag):\n    flag.x = Ord|er.objects.filter(total=1).exclude(total=2)\n")) ??
      [];
    expect(text).toBe("**QuerySet of shop.Order**");
  });

  it("moves with the text that is typed before it, and is silent in what is new", async () => {
    const analysed = "def view(request):\n    return list(Order.objects.all())\n";
    const [marked] =
      (await hovered(analysed.replace("def", "x = 1\n\n\ndef").replace("Order", "Ord|er"), analysed)) ?? [];
    expect(marked).toBe("Order.objects.all()");
    expect(await hovered(`${analysed}new = Ord|er.objects.all()\n`, analysed)).toBeUndefined();
  });
});
