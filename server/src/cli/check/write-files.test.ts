import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeChanges } from "./write-files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "queryscope-write-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (name: string): Buffer => readFileSync(join(folder, name));

describe("writeChanges", () => {
  it("writes the new text and leaves nothing else behind", () => {
    writeFileSync(join(folder, "a.py"), "old\r\n");
    const outcome = writeChanges(folder, [{ path: "a.py", before: "old\r\n", after: "new\r\n" }]);
    expect(outcome).toEqual({ written: ["a.py"], refused: [] });
    expect(bytesOf("a.py").toString()).toBe("new\r\n");
    expect(readdirSync(folder)).toEqual(["a.py"]);
  });

  it("keeps the byte order mark, which is not part of the analysed text", () => {
    writeFileSync(join(folder, "a.py"), "\ufeffold ü");
    writeChanges(folder, [{ path: "a.py", before: "old ü", after: "new ü" }]);
    expect(bytesOf("a.py").toString()).toBe("\ufeffnew ü");
  });

  it("keeps permissions and symbolic links", () => {
    writeFileSync(join(folder, "script.py"), "old");
    chmodSync(join(folder, "script.py"), 0o750);
    symlinkSync("script.py", join(folder, "link.py"));
    writeChanges(folder, [{ path: "link.py", before: "old", after: "new" }]);
    expect(bytesOf("script.py").toString()).toBe("new");
    expect(statSync(join(folder, "script.py")).mode & 0o777).toBe(0o750);
    expect(lstatSync(join(folder, "link.py")).isSymbolicLink()).toBe(true);
  });

  it("refuses a file that changed since it was analysed, and writes the others", () => {
    writeFileSync(join(folder, "a.py"), "somebody's work");
    writeFileSync(join(folder, "b.py"), "old");
    const outcome = writeChanges(folder, [
      { path: "a.py", before: "old", after: "new" },
      { path: "b.py", before: "old", after: "new" },
      { path: "gone.py", before: "old", after: "new" },
    ]);
    expect(outcome).toEqual({
      written: ["b.py"],
      refused: [
        { path: "a.py", reason: "it was changed since it was analysed" },
        { path: "gone.py", reason: "it was deleted since it was analysed" },
      ],
    });
    expect(bytesOf("a.py").toString()).toBe("somebody's work");
  });

  it("refuses an encoding that it cannot write", () => {
    const latin1 = Buffer.from("# coding: latin-1\nname = 'Zoë'\n", "latin1");
    writeFileSync(join(folder, "a.py"), latin1);
    const before = "# coding: latin-1\nname = 'Zoë'\n";
    expect(writeChanges(folder, [{ path: "a.py", before, after: "new" }]).refused).toEqual([
      { path: "a.py", reason: "it is not encoded in UTF-8" },
    ]);
    expect(bytesOf("a.py")).toEqual(latin1);
  });

  it("makes new files with their folders", () => {
    writeChanges(folder, [{ path: "shop/tasks.py", before: "", after: "new" }]);
    expect(bytesOf("shop/tasks.py").toString()).toBe("new");
  });
});
