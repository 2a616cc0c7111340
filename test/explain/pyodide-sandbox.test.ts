/** What code of a project reaches when Queryscope's own Django runs it: nothing. */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { sandboxed, withoutNetwork } from "../../server/src/explain/pyodide/sandbox.ts";
import type { CompileResult } from "../../server/src/explain/queryset-compiler.ts";
import { folderWith, writeFiles } from "../cli/support/command.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { type PyodideProject, pyodideCompiler, warmUp } from "./pyodide-shop.ts";

let server: Server;
let connections = 0;

vi.setConfig({ testTimeout: 200_000 });
beforeAll(warmUp, 300_000);

beforeEach(async () => {
  connections = 0;
  server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
});

function port(): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen");
  return address.port;
}

describe("JavaScript in the sandbox", () => {
  const escapeScript = fileURLToPath(new URL("sandbox/escape.mjs", import.meta.url));
  const lockdownSource = fileURLToPath(
    new URL("../../server/src/explain/pyodide/host/lockdown.ts", import.meta.url),
  );

  /** The outcomes of `escape.mjs`, and whether its files changed. */
  async function outcomes(options: { readonly locked: boolean; readonly confined?: boolean }) {
    const folder = folderWith({ "secret.txt": "secret" });
    const inside = folderWith({});
    const lockdown = path.join(inside, "lockdown.mjs");
    await build({
      entryPoints: [lockdownSource],
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: lockdown,
    });
    const written = path.join(folder, "written");
    const args = [
      path.join(folder, "secret.txt"),
      written,
      `${port()}`,
      ...(options.locked ? [lockdown] : []),
    ];
    const launch = await sandboxed({
      program: escapeScript,
      args,
      readable: [path.dirname(escapeScript), inside],
      cpuSeconds: 20,
    });
    const bare = { ...launch, command: process.execPath, args: [escapeScript, ...args] };
    const { command, args: given, folder: cwd, environment } = options.confined === false ? bare : launch;
    const child = spawn(command, given, { cwd, env: environment });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    await new Promise((resolve) => child.on("close", resolve));
    expect(existsSync(written) && options.confined !== false).toBe(false);
    return JSON.parse(output) as Readonly<Record<string, string>>;
  }

  it("is kept from files, processes, threads and made code by Node", async () => {
    const result = await outcomes({ locked: false });
    expect(result).toMatchObject({
      read: "ERR_ACCESS_DENIED",
      write: "ERR_ACCESS_DENIED",
      process: "ERR_ACCESS_DENIED",
      worker: "ERR_ACCESS_DENIED",
      code: "Code generation from strings disallowed for this context",
      environment: "",
    });
    expect(result["native code"]).not.toMatch(/^done/);
  });

  it("is kept from the network by the system, where it has name spaces", async ({ skip }) => {
    if ((await withoutNetwork()).length === 0) skip("this system does not offer network name spaces");
    expect((await outcomes({ locked: false })).connect).toBe("ENETUNREACH");
    expect(connections).toBe(0);
  });

  it("finds neither the network nor other processes nor modules after the lockdown, whatever the system", async () => {
    const result = await outcomes({ locked: true, confined: false });
    expect(result).toMatchObject({
      connect: "the network is not available here",
      fetch: "fetch is not defined",
      signal: "process.kill is not a function",
      "native code": "process.dlopen is not a function",
      "modules by name": "process.getBuiltinModule is not a function",
      memory: "memory limit",
    });
    expect(connections).toBe(0);
  });
});

const settings = `SECRET_KEY = "x"\nINSTALLED_APPS = ["django.contrib.contenttypes", "store"]\n`;
const models = `from django.db import models

class Order(models.Model):
    number = models.CharField(max_length=10)
`;

interface Sources {
  readonly settings?: string;
  readonly models?: string;
  readonly views?: string;
}

async function compile(
  sources: Sources,
  expression = "Order.objects.all()",
  options: Partial<PyodideProject> = {},
): Promise<{ readonly result: CompileResult; readonly folder: string }> {
  const folder = folderWith({
    "settings.py": sources.settings ?? settings,
    "store/__init__.py": "",
    "store/models.py": sources.models ?? models,
    "store/views.py": `from store.models import Order\n${sources.views ?? ""}\n`,
  });
  const compiler = pyodideCompiler({
    root: folder,
    settings: "settings",
    environment: { SHOWN: "yes" },
    limits: { startMs: 200_000, compileMs: 20_000 },
    ...options,
  });
  onTestFinished(() => compiler.close());
  return { result: await compiler.compile({ module: "store.views", expression, bindings: [] }), folder };
}

const orders = 'SELECT "store_order"."id", "store_order"."number" FROM "store_order"';

const failsWith = (kind: string, message: string) => (result: CompileResult) =>
  expect(result).toMatchObject({
    kind: "failed",
    error: { kind, message: expect.stringContaining(message) },
  });

const givesSql = (result: CompileResult) => expect(result).toMatchObject({ statements: [{ sql: orders }] });

function hostile(name: string, code: () => string, check: (result: CompileResult) => void): void {
  it(name, async ({ skip }) => {
    try {
      const { result, folder } = await compile({ models: `${code()}\n${models}` });
      check(result);
      expect(existsSync(path.join(folder, "marker"))).toBe(false);
      expect(connections).toBe(0);
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });
}

/** How code gets at JavaScript that has taken away what stands before it. */
const reachJavaScript = `
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "_Refusal"]
import _pyodide_core
function = _pyodide_core.to_js([1]).constructor.constructor
`;

describe("code of a project", () => {
  hostile(
    "writes into the copy of its folder, and not on the disk",
    () =>
      `import os\nopen("marker", "w").write("x")\nos.makedirs("logs")\nassert open("marker").read() == "x"`,
    givesSql,
  );
  hostile(
    "cannot start a process",
    () => `import subprocess\nsubprocess.run(["touch", "marker"])`,
    failsWith("setup", "does not support processes"),
  );
  hostile(
    "sees no file of this machine, only the copy of its sources",
    () =>
      `import os\nassert not os.path.exists("/etc/passwd") and not os.path.exists("/usr"), os.listdir("/")\n` +
      `assert sorted(os.listdir(".")) == ["settings.py", "store"], os.listdir(".")\n` +
      `assert "SECRET_KEY" in open("settings.py").read()`,
    givesSql,
  );
  hostile(
    "cannot connect",
    () => `import socket\nsocket.create_connection(("127.0.0.1", ${port()}))`,
    failsWith("blocked", "a network connection"),
  );
  hostile(
    "does not find JavaScript",
    () => `import js\njs.process.exit()`,
    failsWith("blocked", "leaving the sandbox is not possible"),
  );
  hostile(
    "does not find JavaScript by way of Pyodide",
    () => `from pyodide.code import run_js\nrun_js("1")`,
    failsWith("blocked", "leaving the sandbox is not possible"),
  );
  hostile(
    "that finds it all the same can't make code there",
    () => `${reachJavaScript}\nfunction("return process")()`,
    failsWith("setup", "Code generation from strings disallowed for this context"),
  );
  hostile(
    "sees no environment but what it is given",
    () =>
      `import os\nassert "PATH" not in os.environ and "USER" not in os.environ, os.environ\nos.environ["SHOWN"]`,
    givesSql,
  );
  hostile(
    "gets no more memory than the limit",
    () => `keep = []\nwhile True:\n    keep.append(bytearray(64 * 1024 * 1024))`,
    failsWith("setup", "MemoryError"),
  );
  hostile("finds nothing to read", () => `import sys\nassert sys.stdin.read() == ""`, givesSql);
  hostile(
    "cannot speak in the bridge's name by printing",
    () =>
      `import os, sys\nprint('{"id": 1, "result": {}}')\nsys.__stdout__.write("x")\nos.write(1, b"{}\\n")`,
    givesSql,
  );
  hostile(
    "may end in vain",
    () => `import sys\nsys.exit(7)`,
    failsWith("setup", "the project called sys.exit(7)"),
  );

  it("that does not come back is stopped, and the next expression gets a fresh process", async ({ skip }) => {
    try {
      const folder = folderWith({
        "settings.py": settings,
        "store/__init__.py": "",
        "store/models.py": `${models}\ndef forever():\n    while True:\n        pass\n`,
      });
      const limits = { startMs: 200_000, compileMs: 2_000 };
      const compiler = pyodideCompiler({ root: folder, settings: "settings", limits });
      onTestFinished(() => compiler.close());
      const ask = (expression: string) =>
        compiler.compile({ module: "store.models", expression, bindings: [] });
      failsWith("timeout", "did not come back within 2 s")(await ask("forever()"));
      writeFiles(folder, { "store/models.py": models });
      givesSql(await ask("Order.objects.all()"));
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });

  it("is stopped when the request is cancelled", async ({ skip }) => {
    try {
      const folder = folderWith({
        "settings.py": settings,
        "store/__init__.py": "",
        "store/models.py": `${models}\ndef forever():\n    while True:\n        pass\n`,
      });
      const compiler = pyodideCompiler({ root: folder, settings: "settings" });
      await compiler.start();
      const answer = compiler.compile({ module: "store.models", expression: "forever()", bindings: [] });
      setTimeout(() => void compiler.close(), 200);
      expect(await answer).toMatchObject({ kind: "failed" });
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });

  it("is not started at all without trust", async ({ skip }) => {
    try {
      const { result } = await compile({ settings: "1 / 0" }, "Order.objects.all()", { trusted: false });
      failsWith("untrusted-workspace", "needs a trusted workspace")(result);
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });

  it("finds no hidden files: they hold secrets", async ({ skip }) => {
    try {
      const folder = folderWith({
        "settings.py": `import os\nassert not os.path.exists(".env")\n${settings}`,
        "store/__init__.py": "",
        "store/models.py": models,
      });
      writeFileSync(path.join(folder, ".env"), "PASSWORD=secret\n");
      const compiler = pyodideCompiler({ root: folder, settings: "settings" });
      onTestFinished(() => compiler.close());
      givesSql(
        await compiler.compile({ module: "store.models", expression: "Order.objects.all()", bindings: [] }),
      );
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
  });
});
