import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildServer } from "../lsp/support/build-server.ts";
import { realServer } from "../lsp/support/sessions.ts";
import { temporaryFolder } from "../lsp/support/temporary-folder.ts";

const installed = spawnSync("nvim", ["--version"]).status === 0;

const views = `from shop.models import Order


def orders(request):
    title = "é 😀"; rows = Order.objects.all()  # é 😀
    return [row.customer.name for row in rows]
`;

const project = {
  "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  "settings.py": 'INSTALLED_APPS = ["shop"]\n',
  "shop/__init__.py": "",
  "shop/models.py": `from django.db import models


class Customer(models.Model):
    name = models.TextField()


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
`,
  "shop/views.py": views,
};

describe.skipIf(!installed)("Neovim", () => {
  it("shows a finding and applies its fix, behind characters that take several bytes", async () => {
    const server = await buildServer(realServer);
    const folder = temporaryFolder(project);
    const file = path.join(folder, "shop/views.py");
    const script = fileURLToPath(new URL("neovim.lua", import.meta.url));
    const output = execFileSync("nvim", ["--headless", "--clean", "-n", "-S", script], {
      encoding: "utf8",
      timeout: 60_000,
      env: { ...process.env, NODE: process.execPath, SERVER: server, ROOT: folder, FILE: file, HOME: folder },
    });
    expect(output.trim().split("\n")).toEqual([
      "2 QS101 4:30",
      "4 QS101 5:12",
      'action: Add select_related("customer")',
      "action: Suppress QS101 on this line",
      "action: Suppress QS101 in this file",
      "action: Fix all safe Queryscope findings in this file",
      "done",
    ]);
    expect(readFileSync(file, "utf8")).toBe(
      views.replace("Order.objects.all()", 'Order.objects.select_related("customer")'),
    );
  });
});
