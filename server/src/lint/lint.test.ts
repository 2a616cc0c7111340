import { describe, expect, it } from "vitest";
import { finding, place } from "../../../test/support/fake-analysis.ts";
import { codes, lint } from "../../../test/support/lint-findings.ts";
import { twoFiles, twoReads, views } from "../../../test/support/two-reads.ts";
import type { ConfigurationLayer } from "./configuration.ts";

describe("selection", () => {
  it("drops accesses whose rule does not report and gives the finding the code of what is left", async () => {
    const { findings } = await lint(twoFiles, [twoReads(twoFiles)], { ignore: ["QS109"] });
    expect(findings).toMatchObject([
      { code: "QS101", rule: "n-plus-one-forward", relationPaths: ["owner"], accesses: [{ code: "QS101" }] },
    ]);
    expect(findings[0]?.evidence.map(({ location }) => location.path)).toEqual([
      "shop/views.py",
      "shop/views.py",
    ]);
  });

  it("drops a finding that has no access left", async () => {
    expect(await codes(twoFiles, [twoReads(twoFiles)], { select: ["QS3"] })).toEqual([]);
  });

  it("judges findings without accesses by their own code", async () => {
    const create = finding({ code: "QS301", at: place(twoFiles, "shop/views.py", "print") });
    expect(await codes(twoFiles, [create], { select: ["create-in-loop"] })).toEqual(["QS301"]);
    expect(await codes(twoFiles, [create], { ignore: ["QS3"] })).toEqual([]);
  });

  it("ignores rules in files, both where the finding stands and where rows are read", async () => {
    const atReading = { perFileIgnores: { "api.py": ["QS1"] } };
    expect(await codes(twoFiles, [twoReads(twoFiles)], atReading)).toEqual(["QS101"]);
    const atOrigin = { perFileIgnores: { "shop/views.py": ["QS1"] } };
    expect(await codes(twoFiles, [twoReads(twoFiles)], atOrigin)).toEqual([]);
  });

  it("leaves out excluded files", async () => {
    expect(await codes(twoFiles, [twoReads(twoFiles)], { exclude: ["shop"] })).toEqual([]);
    expect(await codes(twoFiles, [twoReads(twoFiles)], { exclude: ["api.py"] })).toEqual(["QS101"]);
    expect(
      await codes(twoFiles, [twoReads(twoFiles)], { exclude: ["apps/shop"] }, { pathPrefix: "apps" }),
    ).toEqual([]);
  });

  it("changes the level of a rule", async () => {
    const configuration = { rules: { "n-plus-one-in-serializer": { level: "error" } } } as const;
    expect((await lint(twoFiles, [twoReads(twoFiles)], configuration)).findings).toMatchObject([
      { level: "error" },
    ]);
  });

  it("leaves out what is below the wanted level or confidence", async () => {
    const findings = [twoReads(twoFiles)];
    expect(await codes(twoFiles, findings, {}, { minimumLevel: "error" })).toEqual([]);
    expect(await codes(twoFiles, findings, {}, { minimumConfidence: "certain" })).toEqual([]);
    expect(
      await codes(twoFiles, findings, {}, { minimumLevel: "warning", minimumConfidence: "high" }),
    ).toEqual(["QS109"]);
  });
});

describe("context", () => {
  const inFile = async (path: string, text: string, configuration: ConfigurationLayer = {}) => {
    const files = { [path]: text };
    const here = finding({ code: "QS101", at: place(files, path, "Project.objects.all()") });
    return (await lint(files, [here], configuration)).findings.map(({ level }) => level);
  };
  const code = "projects = Project.objects.all()\n";

  it.each([
    "shop/tests/helpers.py",
    "shop/test_views.py",
    "shop/views_test.py",
    "shop/tests.py",
    "conftest.py",
    "shop/factories.py",
    "shop/testing/orders.py",
    "shop/test_utils/orders.py",
    "shop/testutils.py",
    "pytest_shop/env.py",
    "shop/pytest_plugin.py",
    "notebooks/a.ipynb",
  ])("is off in %s, and a hint with include-tests", async (path) => {
    expect(await inFile(path, code)).toEqual([]);
    expect(await inFile(path, code, { includeTests: true })).toEqual(["hint"]);
  });

  it.each(["shop/orders_pb2.py", "static/js/build.py", "vendor/lib/models.py"])(
    "is off in %s",
    async (path) => {
      expect(await inFile(path, code, { includeTests: true })).toEqual([]);
    },
  );

  it.each(["shop/testimonials.py", "shop/latest_views.py", "contest/views.py", "shop/migrations/helpers.py"])(
    "is on in %s",
    async (path) => {
      expect(await inFile(path, code)).toEqual(["warning"]);
    },
  );

  it("knows tests by their classes, and only these", async () => {
    const text = `class Smoke(TestCase):\n    def test(self):\n        ${code}`;
    expect(await inFile("shop/smoke.py", text)).toEqual([]);
    expect(
      await inFile("shop/smoke.py", `class Smoke(View):\n    ${code}class Checks(TestCase):\n    pass\n`),
    ).toEqual(["warning"]);
  });

  it("knows tests by their import of pytest, and only these", async () => {
    expect(await inFile("shop/env.py", `import pytest\n${code}`)).toEqual([]);
    expect(await inFile("shop/env.py", `from pytest import fixture\n${code}`)).toEqual([]);
    expect(await inFile("shop/env.py", `from shop.pytest import fixture\n${code}`)).toEqual(["warning"]);
    expect(await inFile("shop/env.py", `def check():\n    import pytest\n${code}`)).toEqual(["warning"]);
  });

  it("knows migrations by their classes: batch rules are hints there, the N+1 family is off", async () => {
    const files = {
      "shop/db_migrations/0002.py": `class Migration(migrations.Migration):\n    pass\ndef forwards(apps, editor):\n    ${code}`,
    };
    const at = place(files, "shop/db_migrations/0002.py", "Project.objects.all()");
    const { findings } = await lint(files, [finding({ code: "QS101", at }), finding({ code: "QS301", at })]);
    expect(findings).toMatchObject([{ code: "QS301", level: "hint" }]);
  });

  it("knows generated files by their first lines", async () => {
    expect(await inFile("shop/client.py", `# Code generated by a tool. DO NOT EDIT.\n${code}`)).toEqual([]);
    expect(await inFile("shop/models.py", `# Generated by Django\n${code}`)).toEqual(["warning"]);
  });

  it("drops the accesses of tests from a finding in application code", async () => {
    const files = {
      "shop/views.py": views,
      "shop/tests/test_views.py": "for project in projects(): project.team",
    };
    const both = finding({
      code: "QS101",
      at: place(files, "shop/views.py", "Project.objects.all()"),
      accesses: [{ at: place(files, "shop/tests/test_views.py", "project.team"), path: "team" }],
    });
    expect(await codes(files, [both])).toEqual([]);
    expect((await lint(files, [both], { includeTests: true })).findings).toMatchObject([{ level: "hint" }]);
  });
});

describe("order", () => {
  it("is that of path, position and code", async () => {
    const files = { "b.py": "x.all()", "a.py": "y.all()" };
    const findings = [
      finding({ code: "QS102", at: place(files, "b.py", "x") }),
      finding({ code: "QS101", at: place(files, "b.py", "x") }),
      finding({ code: "QS301", at: place(files, "a.py", "all") }),
      finding({ code: "QS102", at: place(files, "a.py", "y") }),
    ];
    const ordered = (await lint(files, findings)).findings;
    expect(ordered.map(({ location, code }) => `${location.path} ${code}`)).toEqual([
      "a.py QS102",
      "a.py QS301",
      "b.py QS101",
      "b.py QS102",
    ]);
  });
});
