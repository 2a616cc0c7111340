/** The scaling report as the built command writes it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { AuditReport } from "../../server/src/audit/report.ts";
import { freePort } from "../support/free-port.ts";
import { folderWith, queryscope } from "./support/command.ts";
import { repairedShop, shop } from "./support/shop.ts";

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

function reportIn(folder: string, name: string): AuditReport {
  return JSON.parse(read(folder, name)) as AuditReport;
}

describe("queryscope audit", () => {
  it("writes Markdown, JSON and HTML, and says what changed since an earlier report", async () => {
    const folder = folderWith(shop);
    const [markdown, json, html] = await Promise.all([
      queryscope({ folder }, "audit"),
      queryscope({ folder }, "audit", "--output-format", "json", "--output-file", "before.json"),
      queryscope({ folder }, "audit", "--output-format", "html", "--output-file", "report.html"),
    ]);
    expect([markdown.status, json.status, html.status]).toEqual([0, 0, 0]);
    expect(markdown.stdout).toMatch(/^# .*my shop/);
    expect(markdown.stdout).toContain("orders/views.py:7");
    expect(json.stdout).toBe("");
    expect(reportIn(folder, "before.json")).toMatchObject({
      schemaVersion: 1,
      project: { name: "my shop" },
      live: expect.arrayContaining([
        { kind: "skipped", code: "QS880", reason: "Not connected to PostgreSQL." },
      ]),
    });
    expect(read(folder, "report.html")).toMatch(/^<!doctype html>/i);

    const repaired = folderWith({ ...repairedShop, "before.json": read(folder, "before.json") });
    const { status, stdout } = await queryscope(
      { folder: repaired },
      "audit",
      "--compare",
      "before.json",
      "--output-format",
      "json",
    );
    expect(status).toBe(0);
    const { trend } = JSON.parse(stdout) as AuditReport;
    expect(trend?.fixedFindings).toBeGreaterThan(0);
    expect(trend?.newFindings).toEqual([]);
  });

  it("reports in spite of files that cannot be read, with the reason", async () => {
    const folder = folderWith({
      ...shop,
      "config/settings.py": `${shop["config/settings.py"]}CACHES = {"default": {\n`,
      "orders/broken.py": "def broken(:\n    pass\n",
      "docker-compose.yml": "services:\n  web: [gunicorn\n",
    });
    const { status, stdout } = await queryscope({ folder }, "audit", "--output-format", "json");
    expect(status).toBe(0);
    const { problems } = JSON.parse(stdout) as AuditReport;
    const paths = problems.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(["config/settings.py", "docker-compose.yml", "orders/broken.py"]),
    );
    expect(problems.every(({ message }) => message !== "")).toBe(true);
  });

  it("says why servers that it was told to ask did not answer, and keeps their passwords to itself", async () => {
    const port = await freePort();
    const folder = folderWith(shop);
    const { status, stdout, stderr } = await queryscope(
      {
        folder,
        variables: {
          SHOP_DATABASE_URL: `postgresql://owner:hunter2@127.0.0.1:${port}/shop`,
          SHOP_REDIS_URL: `redis://:hunter2@127.0.0.1:${port}/0`,
        },
      },
      "audit",
      "--connection",
      "SHOP_DATABASE_URL",
      "--redis-url-variable",
      "SHOP_REDIS_URL=cache+broker",
    );
    expect(status).toBe(0);
    const live = stdout.slice(stdout.indexOf("Measured on running systems"));
    expect(live).toMatch(/refused|no server listens|cannot be reached/i);
    expect(live).toContain("SHOP_REDIS_URL: no server listens at its address and port.");
    expect(stdout + stderr).not.toContain("hunter2");
  });

  it.each([
    { variable: "redis://:hunter2@cache:6379/0", message: "others can see a URL on a command line" },
    { variable: "NOT_SET", message: "the variable NOT_SET is not set" },
    { variable: "HOME=queue", message: '"queue" is none of cache, sessions, broker, results' },
  ])("refuses --redis-url-variable $variable", async ({ variable, message }) => {
    const { status, stderr } = await queryscope(
      { folder: folderWith({}) },
      "audit",
      "--redis-url-variable",
      variable,
    );
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("hunter2");
  });
});
