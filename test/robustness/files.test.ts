import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { MemoryFileSystem } from "../../server/src/platform/memory-file-system.ts";
import { folderWith, queryscope } from "../cli/support/command.ts";
import { shop as onDisk } from "../cli/support/shop.ts";
import { analyze, models, onlyTheFinding, shop, summaryOf, theFinding, views } from "./support/project.ts";

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe("files that are not UTF-8", () => {
  test("are read in the encoding that their cookie names", async () => {
    const text = `# -*- coding: latin-1 -*-\nname = "Zoë"\n${views}`;
    expect(summaryOf(await analyze({ ...shop, "shop/views.py": latin1(text) }))).toEqual(onlyTheFinding);
  });

  test("are named with the reason where nothing tells the encoding; the others are analysed", async () => {
    const files = { ...shop, "shop/old.py": latin1('name = "Zoë"\n') };
    expect(summaryOf(await analyze(files))).toEqual({
      findings: theFinding,
      problems: ["shop/old.py: it is not encoded in UTF-8 and has no coding cookie (PEP 263)"],
    });
  });

  test("are told by the command line, which keeps its exit status", async () => {
    const folder = folderWith({ ...onDisk, "orders/old.py": latin1('name = "Zoë"\n') });
    const { status, stderr } = await queryscope({ folder }, "check");
    expect(status).toBe(1);
    expect(stderr).toContain("orders/old.py: it is not encoded in UTF-8 and has no coding cookie (PEP 263)");
  });
});

describe("odd texts", () => {
  test.each([
    ["a byte order mark", `\uFEFF${views}`],
    ["line ends of Windows", views.replaceAll("\n", "\r\n")],
    ["line ends of old Macs", views.replaceAll("\n", "\r")],
    ["mixed line ends and form feeds", `\f${views.replace("\n", "\r\n").replace("\n\n", "\n\r\n")}`],
    ["a null byte in a string", `name = "a\0b"\n${views}`],
  ])("%s", async (_, text) => {
    const { findings, problems } = summaryOf(await analyze({ ...shop, "shop/views.py": text }));
    expect({ findings, problems }).toEqual(onlyTheFinding);
  });

  test("a file of null bytes is named", async () => {
    const { findings } = summaryOf(await analyze({ ...shop, "shop/zeros.py": "\0".repeat(1000) }));
    expect(findings).toEqual(theFinding);
  });

  test("a generated module of 5 MB is left out and named", async () => {
    const line = "VALUES = [1, 2, 3]\n";
    const files = { ...shop, "shop/generated.py": line.repeat(5_000_000 / line.length) };
    const { findings, problems } = summaryOf(await analyze(files));
    expect(findings).toEqual(theFinding);
    expect(problems).toEqual([
      expect.stringMatching(/^shop\/generated\.py: not analysed: [\d,]+ characters/),
    ]);
  });
});

describe("folders", () => {
  test("one that cannot be read is named, the rest is analysed", async () => {
    const files = { ...shop, secret: { unreadable: "permission denied", type: "folder" as const } };
    expect(summaryOf(await analyze(files))).toEqual({
      findings: theFinding,
      problems: ["secret: the folder cannot be read: permission denied"],
    });
  });

  test("links that form loops end", async () => {
    const folder = folderWith(onDisk);
    symlinkSync(folder, join(folder, "orders/all"));
    symlinkSync(dirname(folder), join(folder, "orders/outside"));
    symlinkSync(join(folder, "b"), join(folder, "a"));
    symlinkSync(join(folder, "a"), join(folder, "b"));
    const { status, stderr } = await queryscope({ folder }, "check");
    expect(status).toBe(1);
    expect(stderr).toContain("Found 1 finding");
  });

  test("an empty one is no Django project, which is no error", async () => {
    const folder = folderWith({});
    const { status, stdout, stderr } = await queryscope({ folder }, "check");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toBe(`No Django project found in ${folder}: nothing to check.\n`);
  });

  test("one without Django says so, which is no error", async () => {
    const folder = folderWith({ "tool.py": "import json\n" });
    const { status, stderr } = await queryscope({ folder }, "check");
    expect(status).toBe(0);
    expect(stderr).toContain("No Django project found");
  });

  test("a folder that is called like a module is none", async () => {
    const folder = folderWith(onDisk);
    mkdirSync(join(folder, "orders/folder.py"));
    expect((await queryscope({ folder }, "check")).status).toBe(1);
  });

  test("a file that is deleted during the analysis is as good as never there", async () => {
    const files = { ...shop, "shop/gone.py": "" };
    const disk = new MemoryFileSystem(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`/project/${path}`, text])),
    );
    const analysis = await analyze(files, {
      fileSystem: {
        readText: (path) => (path.endsWith("/gone.py") ? { kind: "missing" } : disk.readText(path)),
        readFolder: (path) => disk.readFolder(path),
        stat: (path) => disk.stat(path),
        realPath: (path) => disk.realPath(path),
      },
    });
    expect(summaryOf(analysis)).toEqual(onlyTheFinding);
  });
});

describe("settings", () => {
  test("that are missing leave the models, which are found all the same", async () => {
    const { "settings.py": _, ...files } = shop;
    expect(summaryOf(await analyze(files))).toEqual(onlyTheFinding);
  });

  test("that don't exist under their configured name are no reason to stop", async () => {
    const { findings } = summaryOf(await analyze(shop, { settingsModule: "nowhere.settings" }));
    expect(findings).toEqual(theFinding);
  });

  test("that import themselves, or run in circles, end", async () => {
    const files = {
      ...shop,
      "settings.py": 'from other import *\nfrom settings import *\nINSTALLED_APPS = ["shop"]\n',
      "other.py": "from settings import *\nINSTALLED_APPS = INSTALLED_APPS + INSTALLED_APPS\n",
      "shop/models.py": models,
    };
    expect(summaryOf(await analyze(files)).findings).toEqual(theFinding);
  });
});
