import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FileSystem } from "./file-system.ts";
import { type MemoryEntry, MemoryFileSystem } from "./memory-file-system.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { extension, isInside, joinPath, normalizePath, parentPath, relativePath } from "./paths.ts";

const folder = `${mkdtempSync(`${tmpdir().replaceAll("\\", "/")}/queryscope files `)}`;

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const utf8 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "utf8"));

const entries: Readonly<Record<string, MemoryEntry>> = {
  "plain.py": utf8("x = 'ä'\n"),
  "bom.py": utf8("\uFEFFx = 1\n"),
  "latin1.py": latin1("# -*- coding: latin-1 -*-\nx = 'ä'\n"),
  "latin9.py": latin1("#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\nx = 'ä'\n"),
  "windows.py": latin1("# coding: cp1252\nx = '\u0080ä'\n"),
  "named-utf8.py": utf8("# coding: utf_8\nx = 'ä'\n"),
  "third-line.py": latin1("\n\n# coding: latin-1\nx = 'ä'\n"),
  "undeclared.py": latin1("x = 'ä'\n"),
  "lying.py": latin1("# coding: utf-8\nx = 'ä'\n"),
  "unsupported.py": latin1("# coding: rot13\nk = 1\n"),
  "pkg/__init__.py": "",
  "link.py": { link: "plain.py" },
  "folder-link": { link: "pkg" },
  loop: { link: "loop" },
  dangling: { link: "nowhere" },
};

/** The same files on the disk and in memory: both must answer alike. */
const fileSystems: readonly (readonly [string, FileSystem])[] = [
  ["the disk", nodeFileSystem],
  [
    "memory",
    new MemoryFileSystem(
      Object.fromEntries(
        Object.entries(entries).map(([name, entry]) => [
          `${folder}/${name}`,
          typeof entry === "object" && "link" in entry ? { link: `${folder}/${entry.link}` } : entry,
        ]),
      ),
    ),
  ],
];

beforeAll(() => {
  mkdirSync(`${folder}/pkg`);
  for (const [name, entry] of Object.entries(entries)) {
    if (typeof entry === "string" || entry instanceof Uint8Array) writeFileSync(`${folder}/${name}`, entry);
    else if ("link" in entry) symlinkSync(`${folder}/${entry.link}`, `${folder}/${name}`);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(fileSystems)("%s", (_, fs) => {
  test.each([
    ["plain.py", "x = 'ä'\n"],
    ["bom.py", "x = 1\n"],
    ["latin1.py", "# -*- coding: latin-1 -*-\nx = 'ä'\n"],
    ["latin9.py", "#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\nx = 'ä'\n"],
    ["windows.py", "# coding: cp1252\nx = '€ä'\n"],
    ["named-utf8.py", "# coding: utf_8\nx = 'ä'\n"],
    ["link.py", "x = 'ä'\n"],
  ])("reads %s", (name, text) => {
    expect(fs.readText(`${folder}/${name}`)).toEqual({ kind: "text", text });
  });

  test.each([
    ["undeclared.py", "it is not encoded in UTF-8 and has no coding cookie (PEP 263)"],
    ["third-line.py", "it is not encoded in UTF-8 and has no coding cookie (PEP 263)"],
    ["lying.py", "it is not encoded in utf-8, as its coding cookie says"],
    ["unsupported.py", 'it declares the encoding "rot13", which is not supported'],
    ["pkg", "it is a folder"],
  ])("says why %s cannot be read", (name, reason) => {
    expect(fs.readText(`${folder}/${name}`)).toEqual({ kind: "failed", reason });
  });

  test("answers for what does not exist", () => {
    for (const name of ["nothing.py", "pkg/nothing/deeper.py", "plain.py/below", "dangling"]) {
      expect(fs.readText(`${folder}/${name}`).kind).toBe("missing");
      expect(fs.stat(`${folder}/${name}`)).toBeUndefined();
      expect(fs.realPath(`${folder}/${name}`)).toBeUndefined();
    }
    expect(fs.readFolder(`${folder}/nothing`)).toEqual({ kind: "missing" });
    expect(fs.readFolder(`${folder}/plain.py`)).toEqual({ kind: "missing" });
  });

  test("lists a folder, links as what they lead to", () => {
    const result = fs.readFolder(folder);
    if (result.kind !== "folder") throw new Error(result.kind);
    const types = new Map(result.entries.map(({ name, type }) => [name, type]));
    expect(types.size).toBe(Object.keys(entries).length);
    expect(types.get("plain.py")).toBe("file");
    expect(types.get("link.py")).toBe("file");
    expect(types.get("pkg")).toBe("folder");
    expect(types.get("folder-link")).toBe("folder");
    expect(types.get("loop")).toBe("other");
    expect(types.get("dangling")).toBe("other");
  });

  test("knows sizes and real paths", () => {
    expect(fs.stat(`${folder}/plain.py`)).toMatchObject({ type: "file", size: 9 });
    expect(fs.stat(`${folder}/folder-link`)).toMatchObject({ type: "folder" });
    expect(fs.realPath(`${folder}/folder-link/__init__.py`)).toBe(`${folder}/pkg/__init__.py`);
    expect(fs.realPath(`${folder}/loop`)).toBeUndefined();
  });
});

describe("what refuses to be read", () => {
  test("on the disk", () => {
    const tooLong = `${folder}/${"x".repeat(300)}`;
    expect(nodeFileSystem.readFolder(tooLong)).toEqual({ kind: "failed", reason: "its path is too long" });
    const loop = { kind: "failed", reason: "its symbolic links form a loop" };
    expect(nodeFileSystem.readText(`${folder}/loop`)).toEqual(loop);
  });

  test("in memory", () => {
    const fs = new MemoryFileSystem({
      "/a.py": { unreadable: "permission denied", type: "file" },
      "/b": { unreadable: "permission denied", type: "folder" },
    });
    expect(fs.readText("/a.py")).toEqual({ kind: "failed", reason: "permission denied" });
    expect(fs.readFolder("/b")).toEqual({ kind: "failed", reason: "permission denied" });
    expect(fs.stat("/b")?.type).toBe("folder");
  });
});

test("memory can be written to and removed from", () => {
  const fs = new MemoryFileSystem({ "/empty/": "" });
  expect(fs.readFolder("/empty")).toEqual({ kind: "folder", entries: [] });
  fs.write("/empty/a.py", "1");
  const before = fs.stat("/empty/a.py")?.modified ?? 0;
  fs.write("/empty/a.py", "2");
  expect(fs.stat("/empty/a.py")?.modified).toBeGreaterThan(before);
  fs.remove("/empty/a.py");
  expect(fs.readText("/empty/a.py")).toEqual({ kind: "missing" });
  expect(fs.readFolder("/empty")).toEqual({ kind: "folder", entries: [] });
});

describe("paths", () => {
  test("are joined, taken apart and compared", () => {
    expect(joinPath(".", "a.py")).toBe("a.py");
    expect(joinPath("/", "a.py")).toBe("/a.py");
    expect(joinPath("a/b", "c.py")).toBe("a/b/c.py");
    expect(parentPath("a.py")).toBe(".");
    expect(parentPath("/a")).toBe("/");
    expect(extension("a/b.TXT")).toBe("txt");
    expect(extension(".gitignore")).toBe("");
    expect(isInside(".", "a")).toBe(true);
    expect(isInside("a", "ab/c")).toBe(false);
    expect(isInside("a", "a")).toBe(true);
    expect(relativePath("a/b", "a/b/c")).toBe("c");
    expect(relativePath("a/b", "a/b")).toBe(".");
    expect(normalizePath("a/./b/../c")).toBe("a/c");
    expect(normalizePath("../a")).toBe("../a");
    expect(normalizePath("/../a//b/")).toBe("/a/b");
    expect(normalizePath("a/..")).toBe(".");
  });
});
