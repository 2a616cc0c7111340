/** The scaling report as the built command writes it. */
import { readFileSync, symlinkSync } from "node:fs";
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

  it("reports in spite of secrets that only the server has, links that lead in circles and huge files", async () => {
    const folder = folderWith({
      ...shop,
      "config/settings.py": `import os

import boto3

from vault import secret

${shop["config/settings.py"]}
SECRET_KEY = os.environ["SECRET_KEY"]
DATABASES["default"]["PASSWORD"] = secret("database")
EMAIL_HOST_PASSWORD = boto3.client("secretsmanager").get_secret_value(SecretId="mail")["SecretString"]
CONN_MAX_AGE = int(secret("age"))
`,
      "compose.yml": `services:\n${"  web:\n    image: shop\n".repeat(100_000)}`,
    });
    symlinkSync("..", join(folder, "loop"));
    symlinkSync("Procfile", join(folder, "Procfile"));
    const { status, stdout } = await queryscope({ folder }, "audit", "--output-format", "json");
    expect(status).toBe(0);
    const { problems, settings } = JSON.parse(stdout) as AuditReport;
    expect(problems).toEqual([
      { path: "loop", message: "the link leads to a folder around the workspace; not followed" },
      { path: "compose.yml", message: expect.stringContaining("more than the limit of 500,000") },
    ]);
    expect(JSON.stringify(settings)).not.toContain("secretsmanager");
  });

  it("applies the question whether to rewrite to what was found", async () => {
    const folder = folderWith({
      ...shop,
      "orders/views.py": `${shop["orders/views.py"]}

from django.http import HttpResponse
from weasyprint import HTML


def invoice(request, number):
    return HttpResponse(HTML(string=f"<h1>{number}</h1>").write_pdf())
`,
      "config/urls.py": `from django.urls import path

from orders import views

urlpatterns = [path("", views.order_list), path("<int:number>/", views.invoice)]
`,
    });
    const { stdout } = await queryscope({ folder }, "audit", "--output-format", "json");
    const { rewrite } = JSON.parse(stdout) as AuditReport;
    expect(rewrite).toMatchObject({
      repairable: 1,
      processorBound: [{ code: "QS404", place: { path: "orders/views.py", line: 16 } }],
    });
    const { stdout: markdown } = await queryscope({ folder }, "audit");
    const section = markdown.slice(markdown.indexOf("## Rewrite or scale?"));
    expect(section).toContain("Scale, and move the work of the processor out of the requests.");
    expect(section).toContain("orders/views.py:16");
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
