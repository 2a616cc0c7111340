import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { useStdioEditor } from "./support/stdio-editor.ts";

const installed = spawnSync("nvim", ["--version"]).status === 0;

describe.skipIf(!installed)("Neovim", () => {
  const editor = useStdioEditor();

  it("shows a finding, applies its fix behind characters of several bytes, describes and completes", () => {
    const script = fileURLToPath(new URL("neovim.lua", import.meta.url));
    const { output, file, before } = editor.run("nvim", ["--headless", "--clean", "-n", "-S", script]);
    expect(output).toEqual([
      "2 QS101 4:30",
      "4 QS101 5:12",
      "hover: **QuerySet of shop.Order**",
      'action: Add select_related("customer")',
      'action: Read these columns only: values("customer__name")',
      "action: Suppress QS101 on this line",
      "action: Suppress QS101 in this file",
      "action: Fix all safe Queryscope findings in this file",
      "refactoring: Extract with_related() into OrderQuerySet",
      "definition: models.py: customer = models.ForeignKey(Customer, on_delete=models.CASCADE)",
      "findings of the workspace: 1",
      "findings of the report: 1",
      "progress: Queryscope: making the scaling report",
      "completion: name",
      "completion in the configuration: select",
      "done",
    ]);
    expect(readFileSync(file, "utf8")).toBe(
      before.replace("Order.objects.all()", 'Order.objects.select_related("customer")'),
    );
  });
});
