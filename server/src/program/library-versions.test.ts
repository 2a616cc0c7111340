import { describe, expect, test } from "vitest";
import { formatVersion } from "../django/version.ts";
import { MemoryFileSystem } from "../platform/memory-file-system.ts";
import { detectLibraryVersions, projectLibraryVersions, requirementOf } from "./library-versions.ts";
import { allowsVersion, parseRequirement } from "./requirement.ts";

/** The version of a distribution that the files of a folder ask for. */
function detect(files: Readonly<Record<string, string>>, name = "django"): string | undefined {
  const fs = new MemoryFileSystem(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`/work/${path}`, text])),
  );
  const version = detectLibraryVersions(fs, ["/work"]).get(name);
  return version && formatVersion(version);
}

describe("requirements", () => {
  test.each([
    ["Django==5.2.1", "django", "5.2", true],
    ["django ~= 4.2.3", "django", "4.2", true],
    ["Django[argon2]>=4.2,<5.0 ; python_version >= '3.9'", "django", "4.2", false],
    ["Django<6,>=5.1", "django", "5.1", false],
    ["Django (>=3.2)", "django", "3.2", false],
    ["django>4", "django", "4.0", false],
    ["Django==5.2.*", "django", "5.2", true],
    ["django<6", "django", undefined, false],
    ["Psycopg2_Binary", "psycopg2-binary", undefined, false],
  ])("%s", (text, name, version, exact) => {
    const found = parseRequirement(text);
    expect(found?.name).toBe(name);
    expect(found?.version && formatVersion(found.version)).toBe(version);
    expect(found?.exact).toBe(exact);
  });

  test("that are none", () => {
    expect(parseRequirement("")).toBeUndefined();
    expect(parseRequirement("# comment")).toBeUndefined();
  });
});

describe("a specifier", () => {
  test.each([
    ["==4.2.16", false],
    ["==5.2.*", true],
    ["==5.*", true],
    [">=4.2,<5", false],
    [">=4.2,<5.2", false],
    [">=4.2,<5.2.4", true],
    [">=4.2,<=5.2", true],
    [">=4.2", true],
    [">=6.0", false],
    ["~=5.0", true],
    ["~=5.0.3", false],
    ["^5.1", true],
    ["^4.2", false],
    ["~5.1", false],
    ["~5", true],
    ["5.2.1", true],
    ["!=5.2.3", true],
    ["@ https://example.org/django.zip", true],
  ])("%s allows a release of 5.2: %s", (specifier, allowed) => {
    expect(allowsVersion(specifier, { major: 5, minor: 2 })).toBe(allowed);
  });

  test.each([
    [{ "poetry.lock": '[[package]]\nname = "django"\nversion = "4.2.16"\n' }, "==4.2.16"],
    [{ "requirements.txt": "Django>=4.2,<5" }, ">=4.2,<5"],
    [{ "requirements.txt": "Django", "setup.py": 'setup(install_requires=["Django<5"])' }, "<5"],
    // What is pinned says more than what is allowed.
    [
      { "requirements.txt": "Django>=4.2", "pyproject.toml": '[project]\ndependencies = ["Django==5.1"]' },
      "==5.1",
    ],
    [{ "requirements.txt": "celery==5" }, undefined],
  ])("is found in %j", (files, specifier) => {
    const fs = new MemoryFileSystem(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`/work/${path}`, text])),
    );
    expect(requirementOf(fs, ["/work/web", "/work"], "django")?.specifier).toBe(specifier);
  });
});

describe("versions are found in", () => {
  test.each([
    ["uv.lock", '[[package]]\nname = "django"\nversion = "5.2.3"\nsource = {}\n'],
    ["poetry.lock", '[[package]]\nname = "Django"\nversion = "5.2.3"\n'],
    ["pdm.lock", '[[package]]\nname = "django"\nversion = "5.2.3"\n'],
    ["Pipfile.lock", '{"default": {"django": {"version": "==5.2.3"}}}'],
    ["requirements.txt", "Django==5.2.3 \\\n    --hash=sha256:abc\n"],
    ["requirements-prod.txt", "celery\nDjango==5.2.3  # LTS"],
    ["requirements/base.txt", "Django==5.2.3"],
    ["requirements/base.pip", "Django==5.2.3"],
    ["pyproject.toml", '[project]\ndependencies = ["Django~=5.2.3"]'],
    ["pyproject.toml", '[project]\ndependencies = ["Django>=5.2,<7"]'],
    ["pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.12"\ndjango = "^5.2"'],
    ["pyproject.toml", '[tool.poetry.dependencies]\ndjango = {version = "~5.2.0", extras = ["argon2"]}'],
    [
      "setup.cfg",
      "[options]\ninstall_requires =\n    celery\n    Django>=5.2\n\n[options.extras_require]\nx = y",
    ],
    ["setup.cfg", "[options]\ninstall_requires = Django>=5.2"],
    ["setup.py", 'setup(install_requires=["django-x", "Django>=5.2,<7"])'],
    [
      "shop-1.0.dist-info/METADATA",
      "Name: shop\nRequires-Dist: Django<7,>=5.2\nRequires-Dist: x; extra == 'y'\n",
    ],
    ["PKG-INFO", "Requires-Dist: django (>=5.2)\n"],
  ])("%s", (path, text) => {
    expect(detect({ [path]: text })).toBe("5.2");
  });

  test.each([
    ["setup.py", 'setup(classifiers=["Programming Language :: Python :: 2", "Framework :: Django"])', "1.11"],
    ["setup.cfg", "[metadata]\nclassifiers =\n    Programming Language :: Python :: 2.7\n", "1.11"],
    [
      "setup.py",
      'setup(install_requires=["Django>=1.8"], classifiers=["Programming Language :: Python :: 2"])',
      "1.8",
    ],
    [
      "setup.py",
      '["Programming Language :: Python :: 2", "Programming Language :: Python :: 3.6"]',
      undefined,
    ],
    ["setup.py", '["Programming Language :: Python :: 3"]', undefined],
  ])("what runs on Python 2 alone has an old version: %s %s", (path, text, version) => {
    expect(detect({ [path]: text })).toBe(version);
  });

  test("included files, even if they include each other", () => {
    const files = {
      "requirements.txt": "-r requirements/all.txt",
      "requirements/all.txt": "-r ../requirements.txt\n-c constraints.txt",
      "requirements/constraints.txt": "Django==5.2.3",
    };
    expect(detect(files)).toBe("5.2");
  });

  test("the lock file rather than the range, and a pinned version rather than a lowest one", () => {
    const range = { "pyproject.toml": '[project]\ndependencies = ["Django>=4.2"]' };
    expect(detect({ ...range, "uv.lock": 'name = "django"\nversion = "6.0"\n' })).toBe("6.0");
    expect(detect({ ...range, "requirements.txt": "Django==5.1.4" })).toBe("5.1");
    expect(detect(range)).toBe("4.2");
  });

  test("the requirements of production rather than those of development", () => {
    const files = { "requirements/dev.txt": "Django==6.0", "requirements/production.txt": "Django==5.2" };
    expect(detect(files)).toBe("5.2");
  });

  test("every library, by its normalised name", () => {
    const files = { "requirements.txt": "djangorestframework==3.16.0\nPsycopg2-Binary==2.9.9\ncelery>=5.4" };
    expect(detect(files, "djangorestframework")).toBe("3.16");
    expect(detect(files, "psycopg2-binary")).toBe("2.9");
    expect(detect(files, "celery")).toBe("5.4");
  });

  test("not in files that are broken or say nothing", () => {
    expect(
      detect({
        "pyproject.toml": "[project\n",
        "Pipfile.lock": "{<<<<",
        "requirements.txt": "-e .\ngit+https://x/y",
      }),
    ).toBeUndefined();
    expect(detect({})).toBeUndefined();
  });
});

test("what is installed counts more than what is asked for", () => {
  const fs = new MemoryFileSystem({
    "/work/requirements.txt": "Django>=4.2\ncelery==5.4.0",
    "/env/Django-5.2.1.dist-info/METADATA": "Name: Django",
  });
  const versions = projectLibraryVersions(fs, ["/work"], "/env");
  expect(versions.get("django")).toEqual({ major: 5, minor: 2 });
  expect(versions.get("celery")).toEqual({ major: 5, minor: 4 });
  expect(projectLibraryVersions(fs, ["/work"], undefined).get("django")).toEqual({ major: 4, minor: 2 });
});
