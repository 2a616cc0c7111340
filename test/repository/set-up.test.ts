/** What somebody meets who clones the repository: `npm start`, on good and on bad ground. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inRepository, readRepositoryFile, repository, repositoryFiles } from "../support/repository.ts";

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(cwd: string, program: string, args: readonly string[], env = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ status, stdout, stderr });
    });
  });
}

function bundledDjango(): readonly string[] {
  const folder = ".venvs";
  return readdirSync(inRepository(folder))
    .filter((name) => /^bundled-django-[0-9a-f]+$/.test(name))
    .map((name) => path.join(folder, name));
}

describe("an old Node", () => {
  test("is told in one sentence which one is needed", async () => {
    const pretend = 'Object.defineProperty(process.versions, "node", { value: "18.20.4" });';
    const script = `${pretend} require("./scripts/check-node.cjs")`;
    const { status, stderr } = await run(repository, process.execPath, ["-e", script]);
    expect(status).toBe(2);
    expect(stderr).toBe("Queryscope needs Node 20.19 or newer, and this is Node 18.20.4.\n");
  });

  test("can parse the check", async () => {
    await transform(readRepositoryFile("scripts/check-node.cjs"), { target: "es5" });
  });

  test("meets the check before anything else", () => {
    const { scripts } = JSON.parse(readRepositoryFile("package.json"));
    for (const name of ["start", "test"]) {
      expect(scripts[name]).toMatch(/^node -r \.\/scripts\/check-node\.cjs /);
    }
  });
});

describe("a fresh clone in a folder with spaces", () => {
  let folder: string;
  let clone: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "queryscope clone "));
    clone = path.join(folder, "my project");
    for (const file of repositoryFiles()) {
      mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
      cpSync(inRepository(file), path.join(clone, file));
    }
    // Packing the Django that ships takes as long as the rest of the build, and that of this repository has done the same.
    for (const archive of bundledDjango())
      cpSync(inRepository(archive), path.join(clone, archive), { recursive: true });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }), 300_000);

  test("says that the registry cannot be reached", { timeout: 120_000 }, async () => {
    const { status, stderr } = await run(clone, "npm", ["start"], {
      npm_config_registry: "http://127.0.0.1:9/",
      npm_config_cache: path.join(folder, "empty cache"),
      // As `npm test --silent` passes it on to everything below it.
      npm_config_loglevel: "silent",
    });
    expect(status).toBe(2);
    expect(stderr).toContain(
      "queryscope: packages have to be installed, and the npm registry cannot be reached (ECONNREFUSED).",
    );
  });

  test("shows the example's findings after one command, and builds nothing the second time", async () => {
    const first = await run(clone, "npm", ["start"]);
    expect(first).toMatchObject({ status: 0, stdout: expect.stringContaining("n-plus-one-forward") });

    const second = await run(clone, "npm", ["start"]);
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain("dist is up to date");
  }, 300_000);
});
