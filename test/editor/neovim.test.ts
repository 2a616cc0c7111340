import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { buildServer, removeServer } from "../lsp/support/build-server.ts";
import { realServer } from "../lsp/support/sessions.ts";
import { temporaryFolder } from "../lsp/support/temporary-folder.ts";

const installed = spawnSync("nvim", ["--version"]).status === 0;

const project = fileURLToPath(new URL("project", import.meta.url));

describe.skipIf(!installed)("Neovim", () => {
  it("shows a finding and applies its fix, behind characters that take several bytes", async () => {
    const server = await buildServer(realServer);
    onTestFinished(() => removeServer(server));
    const folder = temporaryFolder({});
    cpSync(project, folder, { recursive: true });
    const file = path.join(folder, "shop/views.py");
    const before = readFileSync(file, "utf8");
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
      'action: Read these columns only: values("customer__name")',
      "action: Suppress QS101 on this line",
      "action: Suppress QS101 in this file",
      "action: Fix all safe Queryscope findings in this file",
      "done",
    ]);
    expect(readFileSync(file, "utf8")).toBe(
      before.replace("Order.objects.all()", 'Order.objects.select_related("customer")'),
    );
  });
});
