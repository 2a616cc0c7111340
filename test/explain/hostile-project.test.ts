/** Projects whose code does, at import, what must not happen while Queryscope reads them. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PythonInterpreterCompiler } from "../../server/src/explain/python-compiler.ts";
import type { CompileResult } from "../../server/src/explain/queryset-compiler.ts";
import { djangoPython, skipIfUnavailable } from "../support/django-environment.ts";

let folder = "";
let server: Server;
let connections = 0;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "queryscope hostile "));
  connections = 0;
  server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
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

async function writeProject(sources: Sources): Promise<void> {
  await mkdir(path.join(folder, "store"), { recursive: true });
  await writeFile(path.join(folder, "settings.py"), sources.settings ?? settings);
  await writeFile(path.join(folder, "store/__init__.py"), "");
  await writeFile(path.join(folder, "store/models.py"), sources.models ?? models);
  const views = `from store.models import Order\n${sources.views ?? ""}\n`;
  await writeFile(path.join(folder, "store/views.py"), views);
}

async function compile(expression = "Order.objects.all()", trusted = true): Promise<CompileResult> {
  const compiler = new PythonInterpreterCompiler({
    workspaceTrusted: trusted,
    python: await djangoPython("5.2"),
    root: folder,
    sourceRoots: [folder],
    settings: "settings",
    environment: { SHOWN: "yes" },
    serverVersion: 150000,
    limits: { startMs: 10_000, compileMs: 3_000 },
  });
  try {
    return await compiler.compile({ module: "store.views", expression, bindings: [] });
  } finally {
    await compiler.close();
  }
}

const marker = () => path.join(folder, "marker");
const orders = 'SELECT "store_order"."id", "store_order"."number" FROM "store_order"';

function hostile(name: string, make: () => Sources, check: (result: CompileResult) => void): void {
  it(name, async ({ skip }) => {
    try {
      await djangoPython("5.2");
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
    await writeProject(make());
    check(await compile());
    expect(existsSync(marker())).toBe(false);
    expect(connections).toBe(0);
  });
}

const atImport = (code: string) => () => ({ models: `${code}\n${models}` });

const failsWith = (kind: string, message: string) => (result: CompileResult) => {
  expect(result).toMatchObject({
    kind: "failed",
    error: { kind, message: expect.stringContaining(message) },
  });
};

/** The file that the hostile code could not read still gives the SQL, with a note. */
const givesSql =
  (...notes: readonly unknown[]) =>
  (result: CompileResult) => {
    expect(result).toMatchObject({ kind: "compiled", statements: [{ sql: orders }], notes });
  };

describe("code that runs while the project is loaded", () => {
  hostile(
    "cannot write a file",
    atImport(`open("marker", "w").write("x")`),
    failsWith(
      "blocked",
      "changing a file is not possible while Queryscope reads the project (store/models.py:1)",
    ),
  );
  hostile(
    "cannot write a file without Python noticing",
    atImport(`import _io, os\nfd = os.open("marker", os.O_CREAT | os.O_RDWR)`),
    failsWith("blocked", "changing a file"),
  );
  hostile(
    "cannot delete or move a file",
    atImport(`import os\nos.rename("settings.py", "marker")`),
    failsWith("blocked", "changing a file"),
  );
  hostile(
    "cannot start a process",
    atImport(`import subprocess\nsubprocess.run(["touch", "marker"])`),
    failsWith("blocked", "starting a process"),
  );
  hostile(
    "cannot start a process with os.system",
    atImport(`import os\nos.system("touch marker")`),
    failsWith("blocked", "starting a process"),
  );
  hostile(
    "cannot fork, not even as multiprocessing does",
    atImport(`import multiprocessing as m\nm.get_context("spawn").Process(target=print, args=(1,)).start()`),
    failsWith("blocked", "starting a process"),
  );
  hostile(
    "cannot connect",
    () => {
      const address = server.address();
      const port = typeof address === "object" ? address?.port : 0;
      return { models: `import socket\nsocket.create_connection(("127.0.0.1", ${port}))\n${models}` };
    },
    failsWith("blocked", "a network connection"),
  );
  hostile(
    "cannot kill anybody",
    atImport(`import os\nos.kill(os.getppid(), 9)`),
    failsWith("blocked", "a signal to a process"),
  );
  hostile(
    "goes on when it copes with being refused",
    atImport(
      `import socket\ntry:\n    socket.create_connection(("192.0.2.1", 1))\nexcept OSError:\n    pass`,
    ),
    givesSql(),
  );
  hostile(
    "cannot speak in the bridge's name by printing",
    atImport(
      `import os, sys\nprint('{"id": 1, "result": {}}')\nsys.__stdout__.write("x")\nos.write(1, b"{}\\n")`,
    ),
    givesSql(),
  );
  hostile("finds nothing to read", atImport(`import sys\nassert sys.stdin.read() == ""`), givesSql());
  hostile(
    "may end the interpreter in vain",
    atImport(`import sys\nsys.exit(7)`),
    failsWith("setup", "sys.exit(7)"),
  );
  hostile(
    "may end it for good, and that is said",
    atImport(`import os, sys\nsys.stderr.write("bye")\nsys.stderr.flush()\nos._exit(7)`),
    (result) => {
      failsWith("interpreter", "ended unexpectedly (exit status 7)")(result);
      expect(result).toMatchObject({ error: { detail: "bye" } });
    },
  );
  hostile(
    "may fail",
    atImport(`1 / 0`),
    failsWith("setup", "ZeroDivisionError: division by zero (store/models.py:1)"),
  );
  hostile(
    "sees no environment but what it is given",
    atImport(`import os\nassert "PATH" not in os.environ and "HOME" not in os.environ\nos.environ["SHOWN"]`),
    givesSql(),
  );
  hostile(
    "asks the database and gets made-up rows",
    () => ({ views: "FIRST = Order.objects.first().number\nCOUNT = Order.objects.count()" }),
    givesSql(),
  );
});

describe("settings", () => {
  hostile(
    "that miss an environment variable are named with it",
    () => ({ settings: `import os\nSECRET_KEY = os.environ["SHOP_SECRET"]\n` }),
    failsWith(
      "settings",
      "the settings settings could not be loaded: the environment variable SHOP_SECRET is not set (the project sees only those that it is given) (settings.py:2)",
    ),
  );
  hostile(
    "with a syntax error are reported",
    () => ({ settings: "SECRET_KEY = (\n" }),
    failsWith("settings", "SyntaxError"),
  );
});

describe("a module that cannot be imported", () => {
  hostile(
    "leaves the project's models to the expression",
    () => ({ views: "import a_library_that_is_not_installed" }),
    givesSql(
      expect.stringMatching(
        /^store\.views could not be imported: ModuleNotFoundError: .* names are looked up among the project's models instead$/,
      ),
    ),
  );
});

describe("code that does not come back", () => {
  const timeLimit = failsWith("timeout", "did not come back within 3 s; its interpreter was stopped");

  it("is stopped", async ({ skip }) => {
    try {
      await djangoPython("5.2");
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
    await writeProject({ views: "def forever():\n    while True:\n        pass" });
    timeLimit(await compile("forever()"));
  });

  it("is stopped also where it ignores exceptions and signals", async ({ skip }) => {
    try {
      await djangoPython("5.2");
    } catch (error) {
      skipIfUnavailable(error, skip);
    }
    const views = `import signal
def forever():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        try:
            raise ValueError
        except BaseException:
            pass`;
    await writeProject({ views });
    timeLimit(await compile("forever()"));
  });
});

describe("without trust", () => {
  it("nothing of the project and no interpreter is started", async () => {
    await writeProject({ settings: `open("marker", "w")` });
    const compiler = new PythonInterpreterCompiler({
      workspaceTrusted: false,
      python: "/nonexistent/python",
      root: folder,
      sourceRoots: [folder],
      settings: "settings",
      environment: {},
      serverVersion: 150000,
    });
    expect(await compiler.start()).toMatchObject({ error: { kind: "untrusted-workspace" } });
    expect(existsSync(marker())).toBe(false);
  });
});

describe("the interpreter", () => {
  const start = (python: string) =>
    new PythonInterpreterCompiler({
      workspaceTrusted: true,
      python,
      root: folder,
      sourceRoots: [folder],
      settings: "settings",
      environment: {},
      serverVersion: 150000,
    }).start();

  it("that does not exist is named", async () => {
    expect(await start("/nonexistent/python")).toEqual({
      kind: "failed",
      error: { kind: "interpreter", message: "there is no Python interpreter /nonexistent/python" },
    });
  });

  it("that is none is named", async () => {
    expect(await start(process.execPath)).toMatchObject({
      error: { kind: "interpreter", message: expect.stringContaining("could not be started") },
    });
  });
});
