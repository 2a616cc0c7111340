/** `queryscope explain` on a machine without Python. */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { hasPyodide } from "../../server/src/explain/pyodide/pyodide-compiler.ts";
import { commandFile, runProcess } from "../cli/support/command.ts";
import { skipIfUnavailable, Unavailable } from "../support/django-environment.ts";
import { warmUp } from "./pyodide-shop.ts";
import { shopRoot } from "./shop-compiler.ts";

const programs = mkdtempSync(path.join(tmpdir(), "queryscope-programs-"));

vi.setConfig({ testTimeout: 200_000 });

beforeAll(async () => {
  symlinkSync(process.execPath, path.join(programs, "node"));
  await warmUp();
}, 300_000);

afterAll(() => rmSync(programs, { recursive: true, force: true }));

/** With a search path that has Node and nothing else. */
function explain(...args: readonly string[]) {
  const env = [
    "-i",
    `PATH=${programs}`,
    `QUERYSCOPE_CACHE_DIR=${path.join(tmpdir(), "queryscope-test-cache")}`,
  ];
  return runProcess(
    "/usr/bin/env",
    [...env, "node", commandFile, "explain", "--sql-only", ...args],
    shopRoot,
  );
}

describe.skipIf(process.platform === "win32")("queryscope explain --sql-only without Python", () => {
  it("says where the project asks for another Django", async ({ skip }) => {
    if (!hasPyodide(path.dirname(commandFile)))
      skipIfUnavailable(new Unavailable("dist has no Django"), skip);
    const root = mkdtempSync(path.join(tmpdir(), "queryscope-pinned-"));
    onTestFinished(() => rmSync(root, { recursive: true }));
    cpSync(shopRoot, root, { recursive: true });
    writeFileSync(path.join(root, "requirements.txt"), "celery\nDjango==4.2.16\n");
    const { stdout } = await explain(path.join(root, "store/views.py:37"));
    expect(stdout).toContain("Note: SQL of Django 5.2; the project asks for Django ==4.2.16\n");
  });

  it("gives the SQL and says which Django made it", async ({ skip }) => {
    if (!hasPyodide(path.dirname(commandFile)))
      skipIfUnavailable(new Unavailable("dist has no Django"), skip);
    const { status, stdout } = await explain("store/views.py:37");
    expect(status).toBe(0);
    expect(stdout).toBe(`store/views.py:37:12
    request.user.orders.all()

SELECT "store_order"."id", "store_order"."tenant_id", "store_order"."customer_id",
  "store_order"."status", "store_order"."number", "store_order"."total", "store_order"."created_at",
  "store_order"."data"
FROM "store_order"
WHERE "store_order"."customer_id" = $1
ORDER BY "store_order"."created_at" DESC

$1 = 900001   stands in for request.user.id

Note: made by Queryscope's own Django 5.2.19, as no interpreter with Django was found
Note: the project uses django.db.backends.sqlite3; this is what it would send to PostgreSQL

`);
  });

  it("does not replace an interpreter that was named", async () => {
    const { status, stdout } = await explain("--python", "/nonexistent/python", "store/views.py:37");
    expect(status).toBe(1);
    expect(stdout).toContain("there is no Python interpreter /nonexistent/python");
  });
});
