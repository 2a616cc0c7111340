import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { cacheFolderPath, createCacheFolder } from "./cache-folder.ts";

function newFolder(): string {
  const outer = mkdtempSync(join(tmpdir(), "queryscope-cache-"));
  onTestFinished(() => rmSync(outer, { recursive: true, force: true }));
  return join(outer, "made when needed");
}

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);

function entriesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name !== "CACHEDIR.TAG")
    .sort();
}

describe("lies where the platform keeps such things", () => {
  const home = "/home/ada";
  test.each([
    ["linux", {}, join(home, ".cache", "queryscope")],
    ["linux", { XDG_CACHE_HOME: "/var/tmp/ada" }, join("/var/tmp/ada", "queryscope")],
    ["linux", { XDG_CACHE_HOME: "relative" }, join(home, ".cache", "queryscope")],
    ["linux", { XDG_CACHE_HOME: "" }, join(home, ".cache", "queryscope")],
    ["darwin", {}, join(home, "Library", "Caches", "queryscope")],
    ["win32", { LOCALAPPDATA: "/local" }, join("/local", "queryscope", "Cache")],
    ["win32", {}, join(home, "AppData", "Local", "queryscope", "Cache")],
    ["linux", { QUERYSCOPE_CACHE_DIR: "/ci/cache", XDG_CACHE_HOME: "/x" }, "/ci/cache"],
  ] as const)("on %s with %j", (platform, variables, expected) => {
    expect(cacheFolderPath({ platform, variables, home })).toBe(expected);
  });
});

test("keeps what is written, readable by its user alone", () => {
  const path = newFolder();
  const folder = createCacheFolder(path);
  expect(folder.read("one")).toEqual({ kind: "missing" });
  expect(folder.write("one", bytes(3))).toBeUndefined();
  expect(folder.write("one", bytes(4))).toBeUndefined();
  expect(folder.read("one")).toEqual({ kind: "bytes", bytes: Buffer.from(bytes(4)) });
  expect(entriesIn(path)).toEqual(["one.result"]);
  expect(existsSync(join(path, "CACHEDIR.TAG"))).toBe(true);
  if (process.platform !== "win32") {
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, "one.result")).mode & 0o777).toBe(0o600);
  }
});

describe("stays small", () => {
  test("what was used longest ago goes first", () => {
    const path = newFolder();
    const folder = createCacheFolder(path, { size: 25, age: 1e9 });
    for (const [name, seconds] of [
      ["a", 300],
      ["b", 200],
      ["c", 100],
    ] as const) {
      folder.write(name, bytes(8));
      const time = new Date(Date.now() - seconds * 1000);
      utimesSync(join(path, `${name}.result`), time, time);
    }
    expect(folder.read("a").kind).toBe("bytes");
    folder.write("d", bytes(8));
    expect(entriesIn(path)).toEqual(["a.result", "c.result", "d.result"]);
  });

  test("what was not used for long goes, and what an interrupted run left", () => {
    const path = newFolder();
    const folder = createCacheFolder(path, { size: 1000, age: 60_000 });
    folder.write("old", bytes(1));
    writeFileSync(join(path, "x.1.2.tmp"), bytes(1));
    const time = new Date(Date.now() - 120_000);
    for (const name of ["old.result", "x.1.2.tmp"]) utimesSync(join(path, name), time, time);
    folder.write("new", bytes(1));
    expect(entriesIn(path)).toEqual(["new.result"]);
  });

  test("what is larger than the whole is not kept", () => {
    const path = newFolder();
    expect(createCacheFolder(path, { size: 5, age: 1000 }).write("big", bytes(6))).toMatch(/larger/);
    expect(existsSync(path)).toBe(false);
  });
});

describe("says why it is of no use", () => {
  test("when a file stands in its place", () => {
    const path = newFolder();
    writeFileSync(path, "");
    const folder = createCacheFolder(path);
    expect(folder.read("one")).toEqual({ kind: "missing" });
    expect(folder.write("one", bytes(1))).toMatch(/EEXIST|ENOTDIR/);
  });

  test("when an entry is a folder", () => {
    const path = newFolder();
    mkdirSync(join(path, "one.result"), { recursive: true });
    expect(createCacheFolder(path).read("one")).toMatchObject({ kind: "refused" });
    expect(createCacheFolder(path).write("one", bytes(1))).toBeDefined();
    expect(entriesIn(path)).toEqual(["one.result"]);
  });

  test("when an entry is too large to be one", () => {
    const path = newFolder();
    createCacheFolder(path).write("one", bytes(100));
    expect(createCacheFolder(path, { size: 10, age: 1000 }).read("one")).toMatchObject({ kind: "refused" });
  });
});
