import { describe, expect, it } from "vitest";
import { MemoryFileSystem } from "../../platform/memory-file-system.ts";
import { isWanted, resolveTargets, type TargetRequest } from "./targets.ts";

const files = new MemoryFileSystem({
  "/repo/.git/HEAD": "",
  "/repo/apps/api/manage.py": "",
  "/repo/apps/api/shop/views.py": "",
  "/repo/apps/web/pyproject.toml": "",
  "/repo/apps/web/blog/views.py": "",
  "/elsewhere/views.py": "",
});

const resolve = (paths: readonly string[], request: Partial<TargetRequest> = {}) =>
  resolveTargets({ paths, project: undefined, workingFolder: "/repo", files, ...request });

describe("resolveTargets", () => {
  it("takes the working folder without paths", () => {
    expect(resolve([])).toEqual([{ folder: "/repo", filters: ["."] }]);
  });

  it("finds the project around a file or folder", () => {
    expect(resolve(["apps/api/shop/views.py"])).toEqual([
      { folder: "/repo/apps/api", filters: ["shop/views.py"] },
    ]);
    expect(resolve(["apps/web/blog/"])).toEqual([{ folder: "/repo/apps/web", filters: ["blog"] }]);
    expect(resolve(["apps"])).toEqual([{ folder: "/repo", filters: ["apps"] }]);
  });

  it("takes a path for its own project where nothing is around it", () => {
    expect(resolve(["/elsewhere"])).toEqual([{ folder: "/elsewhere", filters: ["."] }]);
    expect(resolve(["/elsewhere/views.py"])).toEqual([{ folder: "/elsewhere", filters: ["views.py"] }]);
  });

  it("puts paths of one project together", () => {
    expect(resolve(["apps/api/shop", "apps/web", "apps/api/manage.py"])).toEqual([
      { folder: "/repo/apps/api", filters: ["shop", "manage.py"] },
      { folder: "/repo/apps/web", filters: ["."] },
    ]);
  });

  it("takes the folder of --project", () => {
    expect(resolve([], { project: "apps" })).toEqual([{ folder: "/repo/apps", filters: ["."] }]);
    expect(resolve(["apps/api/shop"], { project: "." })).toEqual([
      { folder: "/repo", filters: ["apps/api/shop"] },
    ]);
    expect(() => resolve(["apps/web"], { project: "apps/api" })).toThrow(
      "apps/web lies outside of --project apps/api",
    );
    expect(() => resolve([], { project: "apps/api/manage.py" })).toThrow("is not a folder");
  });

  it("refuses what does not exist", () => {
    expect(() => resolve(["shopp"])).toThrow("shopp does not exist");
    expect(resolve(["apps/api/new.py"], { mayBeMissing: true })).toEqual([
      { folder: "/repo/apps/api", filters: ["new.py"] },
    ]);
  });
});

describe("isWanted", () => {
  it("is what lies in one of the paths", () => {
    const target = { folder: "/repo", filters: ["shop", "blog/views.py"] };
    expect(["shop/views.py", "blog/views.py"].every((path) => isWanted(target, path))).toBe(true);
    expect(["shopping/views.py", "blog/models.py"].some((path) => isWanted(target, path))).toBe(false);
    expect(isWanted({ folder: "/repo", filters: ["."] }, "a/b.py")).toBe(true);
  });
});
