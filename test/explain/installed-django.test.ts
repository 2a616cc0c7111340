/** The Django of a project's environment, where its interpreter cannot be used. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CompilerPool } from "../../server/src/explain/compiler-pool.ts";
import { bundledSeries, installedDjango } from "../../server/src/explain/pyodide/installed-django.ts";
import { hasPyodide } from "../../server/src/explain/pyodide/pyodide-compiler.ts";
import { MemoryFileSystem } from "../../server/src/platform/memory-file-system.ts";
import { nodeFileSystem } from "../../server/src/platform/node-file-system.ts";
import { djangoPython, skipIfUnavailable } from "../support/django-environment.ts";
import { readRepositoryFile } from "../support/repository.ts";
import { shopRoot } from "./shop-compiler.ts";

const bundle = fileURLToPath(new URL("../../dist", import.meta.url));

describe("the Django of a project's environment", () => {
  const environmentWith = (version: string) =>
    new MemoryFileSystem({
      "/shop/.venv/pyvenv.cfg": "",
      "/shop/.venv/lib/python3.11/site-packages/django/__init__.py": `VERSION = (${version}, "final", 0)\n`,
    });
  const found = (version: string) => installedDjango(environmentWith(version), ["/shop"])?.version;

  it("is taken where it is of another series than the one that ships", () => {
    expect(found("4, 2, 16")).toBe("4.2.16");
    expect(found("6, 0, 1")).toBe("6.0.1");
    expect(found("5, 2, 1")).toBeUndefined();
    expect(found("3, 2, 25")).toBeUndefined();
    expect(installedDjango(new MemoryFileSystem({}), ["/shop"])).toBeUndefined();
  });

  it("is compared with the series that ships", () => {
    expect(readRepositoryFile("scripts/bundled-django.txt")).toContain(`Django==${bundledSeries}.`);
  });

  it("makes the SQL of its version, without its interpreter", async ({ skip }) => {
    if (!hasPyodide(bundle)) return skip("dist has no Django");
    const python = await djangoPython("4.2").catch((error: unknown) => skipIfUnavailable(error, skip));
    const root = mkdtempSync(path.join(tmpdir(), "queryscope-environment-"));
    const pool = new CompilerPool({ files: nodeFileSystem, cacheFolder: undefined, bundle });
    try {
      cpSync(shopRoot, root, { recursive: true });
      const environment = path.join(python, "../..");
      const version = /python(3\.\d+)/.exec(readFileSync(path.join(environment, "pyvenv.cfg"), "utf8"))?.[1];
      const folder = `lib/python${version ?? "3.11"}`;
      mkdirSync(path.join(root, ".venv", folder), { recursive: true });
      symlinkSync(
        path.join(environment, folder, "site-packages"),
        path.join(root, ".venv", folder, "site-packages"),
      );
      const { compiler, django, problem } = await pool.take({
        workspaceTrusted: true,
        python: { path: path.join(root, "missing/python"), named: false },
        root,
        sourceRoots: [root],
        requirementFolders: [root],
        settings: "shop.settings",
        environment: {},
        serverVersion: 150_000,
        limits: { startMs: 400_000, compileMs: 60_000 },
      });
      expect([django, problem]).toEqual(["environment", undefined]);
      expect(await compiler.start()).toMatchObject({ info: { django: expect.stringMatching(/^4\.2\./) } });
      const expression = 'Order.objects.values_list("status", flat=True)';
      const result = await compiler.compile({ module: "store.views", expression, bindings: [] });
      // Since 5.2, Django names the column again: AS "status".
      expect(result).toMatchObject({
        kind: "compiled",
        statements: [{ sql: expect.stringMatching(/^SELECT "store_order"\."status" FROM/) }],
      });
    } finally {
      await pool.close();
      rmSync(root, { recursive: true });
    }
  }, 600_000);
});
