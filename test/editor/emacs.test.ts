import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { useStdioEditor } from "./support/stdio-editor.ts";

const eglot = ["--batch", "--eval", "(progn (require 'package) (package-initialize) (require 'eglot))"];
const installed = spawnSync("emacs", eglot).status === 0;

describe.skipIf(!installed)("Emacs with eglot", () => {
  const editor = useStdioEditor();

  it("shows a finding, describes the queryset, applies the fix and completes a lookup", () => {
    const script = fileURLToPath(new URL("emacs.el", import.meta.url));
    const { output, file, before } = editor.run("emacs", ["--batch", "-l", script]);
    expect(output).toEqual([
      'eglot-warning 5:Order.objects.all() queryscope [QS101]: "row.customer" loads Customer once per row: 1 + N queries, 1 with eager loading.',
      'eglot-note 6:row.customer queryscope [QS101]: Each row read here runs a query for "customer": not loaded by the queryset in shop.views.orders.',
      "hover: QuerySet of shop.Order",
      'action: Add select_related("customer")',
      'action: Read these columns only: values("customer__name")',
      "action: Suppress QS101 on this line",
      "action: Suppress QS101 in this file",
      "action: Fix all safe Queryscope findings in this file",
      "definition: models.py: customer = models.ForeignKey(Customer, on_delete=models.CASCADE)",
      "findings of the workspace: 1",
      'refactoring: title = "é 😀"; rows = Order.objects.with_related()  # é 😀',
      "completion: name",
      "completion in the configuration: select",
      "done",
    ]);
    expect(readFileSync(file, "utf8")).toBe(
      before.replace("Order.objects.all()", 'Order.objects.select_related("customer")'),
    );
  });
});
