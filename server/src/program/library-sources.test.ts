import { beforeAll, describe, expect, test } from "vitest";
import { testParser } from "../../../test/support/python-parser.ts";
import { MemoryFileSystem } from "../platform/memory-file-system.ts";
import type { PythonParser } from "../syntax/python-parser.ts";
import { defaultLibraryLimits, type LibraryLimits, librarySources } from "./library-sources.ts";
import { findSitePackages, installedDistributions } from "./python-environment.ts";

let parser: PythonParser;
beforeAll(async () => {
  parser = await testParser();
});

describe("the site-packages of a project", () => {
  const find = (paths: readonly string[], hints = {}) =>
    findSitePackages(
      new MemoryFileSystem(Object.fromEntries(paths.map((path) => [path, ""]))),
      ["/work/backend", "/work"],
      hints,
    );

  test.each([
    ["a venv in the project", "/work/backend/.venv/lib/python3.12/site-packages"],
    ["a venv in the workspace", "/work/venv/lib/python3.12/site-packages"],
    ["an environment of any name", "/work/my-env/lib/python3.12/site-packages"],
    ["Windows", "/work/env/Lib/site-packages"],
    ["PEP 582", "/work/__pypackages__/3.12/lib"],
  ])("%s", (_, folder) => {
    const configuration = "/work/my-env/pyvenv.cfg";
    expect(find([`${folder}/x.py`, configuration])).toBe(folder);
  });

  test("the newest Python of an environment", () => {
    const folder = (version: string) => `/work/.venv/lib/python${version}/site-packages`;
    expect(find([`${folder("3.9")}/x.py`, `${folder("3.12")}/x.py`])).toBe(folder("3.12"));
  });

  test("the active environment before that in the project, the configured one before both", () => {
    const folder = (name: string) => `${name}/lib/python3.12/site-packages`;
    const paths = ["/work/.venv", "/envs/active", "/envs/configured"].map((name) => `${folder(name)}/x.py`);
    expect(find(paths)).toBe(folder("/work/.venv"));
    expect(find(paths, { active: "/envs/active" })).toBe(folder("/envs/active"));
    for (const configured of [
      "/envs/configured",
      "/envs/configured/bin/python",
      folder("/envs/configured"),
    ]) {
      expect(find(paths, { active: "/envs/active", configured })).toBe(folder("/envs/configured"));
    }
    expect(find(paths, { configured: ".venv" })).toBe(folder("/work/.venv"));
    expect(find(paths, { configured: "/nowhere" })).toBeUndefined();
  });

  test("none", () => {
    expect(find(["/work/manage.py"])).toBeUndefined();
  });
});

/** An environment: file texts relative to `site-packages`. */
function environment(files: Readonly<Record<string, string>>, limits: LibraryLimits = defaultLibraryLimits) {
  const fs = new MemoryFileSystem(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`/site-packages/${path}`, text])),
  );
  return {
    fs,
    sources: librarySources(fs, "/site-packages", (path, text) => parser.parse(path, text), limits),
  };
}

const metadata = (...lines: readonly string[]): string =>
  `Name: x\n${lines.join("\n")}\n\nDescription: Django\n`;

const installed = {
  "django_taggit-6.1.0.dist-info/METADATA": metadata("Requires-Dist: Django>=4.1"),
  "django_taggit-6.1.0.dist-info/top_level.txt": "taggit\ntests\n",
  "taggit/__init__.py": "",
  "taggit/models.py": "class Tag: pass",
  "wagtail-7.0.dist-info/METADATA": metadata("Classifier: Framework :: Django"),
  "wagtail-7.0.dist-info/RECORD":
    "wagtail/__init__.py,sha256=x,1\nwagtail-7.0.dist-info/RECORD,,\n../../bin/wagtail,,\n",
  "wagtail/__init__.py": "",
  "wagtail_extra-1.0.dist-info/METADATA": metadata("Requires-Dist: wagtail"),
  "wagtail_extra-1.0.dist-info/RECORD": "wagtail_extra.py,sha256=x,1\n",
  "wagtail_extra.py": "x = 1",
  "numpy-2.0.dist-info/METADATA": metadata("Requires-Dist: django; extra == 'docs'"),
  "numpy-2.0.dist-info/top_level.txt": "numpy",
  "numpy/__init__.py": "",
  "Django-5.2.dist-info/METADATA": metadata("Classifier: Framework :: Django"),
  "Django-5.2.dist-info/top_level.txt": "django",
  "django/__init__.py": "",
  "djangorestframework-3.16.dist-info/METADATA": metadata("Requires-Dist: django"),
  "djangorestframework-3.16.dist-info/top_level.txt": "rest_framework",
  "rest_framework/__init__.py": "",
  "django_tables2-2.7.0.dist-info/METADATA": metadata("Requires-Dist: Django>=4.2"),
  "django_tables2-2.7.0.dist-info/top_level.txt": "django_tables2",
  "django_tables2/__init__.py": "",
};

describe("library modules", () => {
  test("are read for packages that have to do with Django, directly or through others", () => {
    const { sources } = environment(installed);
    expect(sources.loadLibraryModule("taggit")).toMatchObject({
      name: "taggit",
      isPackage: true,
      firstParty: false,
    });
    expect(sources.loadLibraryModule("taggit.models")?.file.path).toBe("/site-packages/taggit/models.py");
    expect(sources.loadLibraryModule("wagtail")).toBeDefined();
    expect(sources.loadLibraryModule("wagtail_extra")).toMatchObject({ isPackage: false });
    expect(sources.count).toBe(4);
    expect(sources.problems()).toEqual([]);
  });

  test("are not read for other packages, nor for those that facts or consumers describe", () => {
    const { sources } = environment(installed);
    for (const name of [
      "numpy",
      "django",
      "django.db.models",
      "rest_framework",
      "django_tables2",
      "missing",
      "taggit.missing",
      "..x",
    ]) {
      expect(sources.loadLibraryModule(name)).toBeUndefined();
    }
    expect(sources.count).toBe(0);
  });

  test("are read once", () => {
    const { sources } = environment(installed);
    expect(sources.loadLibraryModule("taggit")).toBe(sources.loadLibraryModule("taggit"));
    expect(sources.count).toBe(1);
  });

  test("stop at a limit, which is reported once", () => {
    const { sources } = environment(installed, { ...defaultLibraryLimits, modules: 1 });
    expect(sources.loadLibraryModule("taggit")).toBeDefined();
    expect(sources.loadLibraryModule("taggit.models")).toBeUndefined();
    expect(sources.loadLibraryModule("wagtail")).toBeUndefined();
    expect(sources.problems()).toEqual([
      { path: "/site-packages", message: expect.stringContaining("more than 1 library modules") },
    ]);
  });

  test("that are too large are reported", () => {
    const { sources } = environment(installed, { ...defaultLibraryLimits, fileSize: 5 });
    expect(sources.loadLibraryModule("taggit.models")).toBeUndefined();
    expect(sources.problems()).toEqual([
      { path: "/site-packages/taggit/models.py", message: expect.stringContaining("larger than 5 bytes") },
    ]);
  });

  test("have installed versions", () => {
    const { fs } = environment(installed);
    expect(installedDistributions(fs, "/site-packages").get("django-taggit")?.version).toBe("6.1.0");
    expect(installedDistributions(fs, "/site-packages").get("django")?.version).toBe("5.2");
  });
});
