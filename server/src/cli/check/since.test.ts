import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryFileSystem } from "../../platform/memory-file-system.ts";
import { changesSince } from "./git.ts";
import { overlayFileSystem } from "./overlay-file-system.ts";

describe("changesSince", () => {
  let folder: string;
  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
    execFileSync("git", [...identity, ...args], { cwd: folder, stdio: "pipe" });
  };
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const contentsSince = (reference: string, below = folder) =>
    Object.fromEntries(
      [...changesSince(below, reference).contents].map(([path, bytes]) => [
        path,
        bytes && Buffer.from(bytes).toString(),
      ]),
    );

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "queryscope-git-")));
    git("init", "--quiet");
    write("shop/kept.py", "kept\n");
    write("shop/changed ü.py", "before\n");
    write("deleted.py", "deleted\n");
    git("add", ".");
    git("commit", "--quiet", "-m", "first");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("has the old content of what changed, committed or not", () => {
    write("shop/changed ü.py", "after\n");
    git("commit", "--quiet", "-a", "-m", "second");
    write("shop/untracked.py", "new\n");
    rmSync(join(folder, "deleted.py"));
    const expected = {
      "shop/changed ü.py": "before\n",
      "shop/untracked.py": undefined,
      "deleted.py": "deleted\n",
    };
    expect(contentsSince("HEAD~1")).toEqual(expected);
    expect(contentsSince("HEAD")).toEqual({ "shop/untracked.py": undefined, "deleted.py": "deleted\n" });
  });

  it("is relative to a folder within the repository", () => {
    write("shop/changed ü.py", "after\n");
    write("outside.py", "new\n");
    expect(contentsSince("HEAD", join(folder, "shop"))).toEqual({ "changed ü.py": "before\n" });
  });

  it("says what is wrong with the commit or the folder", () => {
    expect(() => changesSince(folder, "nowhere")).toThrow('git knows no commit "nowhere"');
    expect(() => changesSince(folder, "--help")).toThrow('"--help" is not a commit');
    const outside = realpathSync(mkdtempSync(join(tmpdir(), "queryscope-no-git-")));
    expect(() => changesSince(outside, "HEAD")).toThrow("is not in a git repository");
    rmSync(outside, { recursive: true });
  });
});

describe("overlayFileSystem", () => {
  const below = new MemoryFileSystem({ "/p/a.py": "now", "/p/new.py": "new", "/p/shop/b.py": "b" });
  const overlay = overlayFileSystem(
    below,
    new Map([
      ["/p/a.py", Buffer.from("then")],
      ["/p/new.py", undefined],
      ["/p/gone/deep/c.py", Buffer.from("gone")],
    ]),
  );
  const namesIn = (path: string) => {
    const result = overlay.readFolder(path);
    return result.kind === "folder"
      ? result.entries.map(({ name, type }) => `${name} ${type}`).sort()
      : result.kind;
  };

  it("replaces, hides and brings back files", () => {
    expect(overlay.readText("/p/a.py")).toEqual({ kind: "text", text: "then" });
    expect(overlay.readText("/p/new.py")).toEqual({ kind: "missing" });
    expect(overlay.readText("/p/gone/deep/c.py")).toEqual({ kind: "text", text: "gone" });
    expect(overlay.readText("/p/shop/b.py")).toEqual({ kind: "text", text: "b" });
  });

  it("has folders that fit", () => {
    expect(namesIn("/p")).toEqual(["a.py file", "gone folder", "shop folder"]);
    expect(namesIn("/p/gone")).toEqual(["deep folder"]);
    expect(namesIn("/p/gone/deep")).toEqual(["c.py file"]);
    expect(namesIn("/p/shop")).toEqual(["b.py file"]);
    expect(namesIn("/q")).toBe("missing");
  });

  it("answers about files that are hidden or came back", () => {
    expect(overlay.stat("/p/new.py")).toBeUndefined();
    expect(overlay.realPath("/p/new.py")).toBeUndefined();
    expect(overlay.stat("/p/gone/deep/c.py")).toMatchObject({ type: "file", size: 4 });
    expect(overlay.stat("/p/gone")).toMatchObject({ type: "folder" });
    expect(overlay.realPath("/p/gone/deep")).toBe("/p/gone/deep");
    expect(overlay.stat("/p/shop/b.py")).toMatchObject({ type: "file" });
  });
});
