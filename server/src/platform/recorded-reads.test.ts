import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { FileSystem } from "./file-system.ts";
import { MemoryFileSystem } from "./memory-file-system.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { compareReads, type RecordedRead, recordReads } from "./recorded-reads.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "queryscope-reads-")).replaceAll("\\", "/");
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function readsOf(
  files: FileSystem,
  read: (files: FileSystem) => void,
  now?: () => number,
): readonly RecordedRead[] {
  const recorder = recordReads(files, now);
  read(recorder.files);
  return recorder.reads();
}

/** Long enough after every write of a test for identities to count. */
const later = (): number => Date.now() + 60_000;

/** The disk, with a count of the texts that are read. */
function countingDisk(): { readonly files: FileSystem; texts(): number } {
  let texts = 0;
  return {
    files: {
      ...nodeFileSystem,
      readText(path) {
        texts += 1;
        return nodeFileSystem.readText(path);
      },
    },
    texts: () => texts,
  };
}

test("answers what the file system answers", () => {
  const files = new MemoryFileSystem({ "/a/b.py": "x = 1\n" });
  const recorded = recordReads(files).files;
  expect(recorded.readText("/a/b.py")).toEqual(files.readText("/a/b.py"));
  expect(recorded.readFolder("/a")).toEqual(files.readFolder("/a"));
  expect(recorded.stat("/a")).toEqual(files.stat("/a"));
  expect(recorded.realPath("/a/b.py")).toBe("/a/b.py");
});

describe("what was read is the same", () => {
  test("while nothing changes, without reading any file again", () => {
    const root = folder();
    writeFileSync(`${root}/a.py`, "x = 1\n");
    const reads = readsOf(nodeFileSystem, (files) => files.readText(`${root}/a.py`), later);
    const disk = countingDisk();
    expect(compareReads(reads, disk.files, later)).toEqual({ kind: "same", reads });
    expect(disk.texts()).toBe(0);
  });

  test("when a file was written with the same text, whose new identity is told", () => {
    const root = folder();
    writeFileSync(`${root}/a.py`, "x = 1\n");
    const reads = readsOf(nodeFileSystem, (files) => files.readText(`${root}/a.py`), later);
    rmSync(`${root}/a.py`);
    writeFileSync(`${root}/a.py`, "x = 1\n");
    const first = compareReads(reads, nodeFileSystem, later);
    if (first.kind !== "same") throw new Error(first.kind);
    expect(first.reads[0]?.identity).not.toBe(reads[0]?.identity);
    const disk = countingDisk();
    expect(compareReads(first.reads, disk.files, later).kind).toBe("same");
    expect(disk.texts()).toBe(0);
  });

  test("when what did not exist still does not", () => {
    const reads = readsOf(nodeFileSystem, (files) => {
      files.readText("/no/where.py");
      files.readFolder("/no");
      files.stat("/no");
      files.realPath("/no");
    });
    expect(compareReads(reads, nodeFileSystem).kind).toBe("same");
  });
});

describe("what was read is not the same", () => {
  test("when a text of the same length is written with the time of the old one", () => {
    const root = folder();
    const time = new Date("2020-01-01");
    writeFileSync(`${root}/a.py`, "x = 1\n");
    utimesSync(`${root}/a.py`, time, time);
    const reads = readsOf(nodeFileSystem, (files) => files.readText(`${root}/a.py`), later);
    writeFileSync(`${root}/a.py`, "x = 2\n");
    utimesSync(`${root}/a.py`, time, time);
    expect(compareReads(reads, nodeFileSystem, later)).toEqual({ kind: "changed", path: `${root}/a.py` });
  });

  test("when another file of the same length and time takes its name", () => {
    const root = folder();
    const time = new Date("2020-01-01");
    for (const [name, text] of [
      ["a.py", "x = 1\n"],
      ["b.py", "x = 2\n"],
    ] as const) {
      writeFileSync(`${root}/${name}`, text);
      utimesSync(`${root}/${name}`, time, time);
    }
    const reads = readsOf(nodeFileSystem, (files) => files.readText(`${root}/a.py`), later);
    renameSync(`${root}/b.py`, `${root}/a.py`);
    expect(compareReads(reads, nodeFileSystem, later).kind).toBe("changed");
  });

  test("within one tick of the clock: a file that was just written has no identity to trust", () => {
    const root = folder();
    writeFileSync(`${root}/a.py`, "x = 1\n");
    const [read] = readsOf(nodeFileSystem, (files) => files.readText(`${root}/a.py`));
    expect(read?.identity).toBeUndefined();
  });

  test("when something comes, goes or becomes something else", () => {
    const root = folder();
    mkdirSync(`${root}/app`);
    writeFileSync(`${root}/app/a.py`, "");
    const changed = (read: (files: FileSystem) => void, change: () => void): boolean => {
      const reads = readsOf(nodeFileSystem, read, later);
      change();
      return compareReads(reads, nodeFileSystem, later).kind === "changed";
    };
    expect(
      changed(
        (files) => files.readFolder(`${root}/app`),
        () => writeFileSync(`${root}/app/b.py`, ""),
      ),
    ).toBe(true);
    expect(
      changed(
        (files) => files.readFolder(`${root}/app`),
        () => rmSync(`${root}/app/b.py`),
      ),
    ).toBe(true);
    expect(
      changed(
        (files) => files.readText(`${root}/new.py`),
        () => writeFileSync(`${root}/new.py`, ""),
      ),
    ).toBe(true);
    expect(
      changed(
        (files) => files.stat(`${root}/env`),
        () => mkdirSync(`${root}/env`),
      ),
    ).toBe(true);
    expect(
      changed(
        (files) => files.realPath(`${root}/env`),
        () => rmSync(`${root}/env`, { recursive: true }),
      ),
    ).toBe(true);
    expect(
      changed(
        (files) => files.readFolder(`${root}/app`),
        () => {
          rmSync(`${root}/app/a.py`);
          mkdirSync(`${root}/app/a.py`);
        },
      ),
    ).toBe(true);
  });

  test("in a file system without identities, by the text", () => {
    const files = new MemoryFileSystem({ "/a.py": "x = 1\n" });
    const reads = readsOf(files, (recorded) => recorded.readText("/a.py"), later);
    expect(compareReads(reads, files, later).kind).toBe("same");
    files.write("/a.py", "x = 2\n");
    expect(compareReads(reads, files, later).kind).toBe("changed");
  });
});
