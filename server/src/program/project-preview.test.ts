/** What a file's findings are between two keystrokes, held against the analysis of the whole. */
import { expect, test } from "vitest";
import { openTestWorkspace } from "../../../test/support/memory-workspace.ts";
import { neverCancelled } from "../base/cancellation.ts";
import { MemoryFileSystem } from "../platform/memory-file-system.ts";
import type { RuleCode } from "../rules/finding.ts";
import type { FactRule } from "../rules/rule.ts";
import type { WorkspaceOptions } from "./open-workspace.ts";
import type { Analysis } from "./workspace.ts";

const models = `from django.db import models


class Owner(models.Model):
    name = models.CharField(max_length=10)


class Project(models.Model):
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE)
`;
const views = `from shop.helpers import describe
from shop.models import Project


def owners(request):
    projects = Project.objects.all()
    return [describe(project) for project in projects]


def names(request):
    for project in Project.objects.all():
        print(project.pk)
`;
const helpers = `def describe(project):
    return project.owner.name
`;

async function opened(options: Partial<WorkspaceOptions> = {}) {
  const files = new MemoryFileSystem({
    "/project/manage.py":
      'import os\n\n\ndef main():\n    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
    "/project/settings.py": 'INSTALLED_APPS = ["shop"]\n',
    "/project/shop/__init__.py": "",
    "/project/shop/models.py": models,
    "/project/shop/helpers.py": helpers,
    "/project/shop/views.py": views,
  });
  const workspace = await openTestWorkspace(files, options);
  workspace.setBuffer("shop/views.py", views);
  await workspace.analyze(neverCancelled);
  return workspace;
}

/** Code and marked text of the findings that have to do with the file, as the editor shows them. */
function shown(analysis: Analysis | undefined, path: string): readonly string[] | undefined {
  return analysis?.findings
    .filter(
      ({ accesses, location }) =>
        location.path === path || accesses.some((access) => access.location.path === path),
    )
    .map(({ code, location: { path: place, range } }) => {
      const text = analysis.text(place)?.slice(range.start, range.end);
      return `${code} ${place} ${text}`;
    });
}

/** The preview of the new text, and what the whole analysis says of it then. */
async function typed(path: string, text: string) {
  const workspace = await opened();
  workspace.setBuffer(path, text);
  const preview = shown(workspace.preview(path), path);
  return { preview, whole: shown(await workspace.analyze(neverCancelled), path) };
}

test("what is typed is reported, and what other functions say moves along", async () => {
  const text = views
    .replace("    for project", "    title = 'All'\n    for project")
    .replace("project.pk", "project.owner");
  const { preview, whole } = await typed("shop/views.py", text);
  expect(preview).toEqual([
    "QS107 shop/views.py Project.objects.all()",
    "QS101 shop/views.py Project.objects.all()",
  ]);
  expect(preview).toEqual(whole);
});

test("what is repaired is gone", async () => {
  const text = views.replace(
    "Project.objects.all()\n    return",
    'Project.objects.select_related("owner")\n    return',
  );
  const { preview, whole } = await typed("shop/views.py", text);
  expect(preview).toEqual([]);
  expect(whole).toEqual([]);
});

test("a half-typed statement changes nothing else", async () => {
  const { preview, whole } = await typed(
    "shop/views.py",
    views.replace("        print(", "        x = [\n        print("),
  );
  expect(preview).toEqual(whole);
  expect(preview).toHaveLength(1);
});

test("text too broken to replace its last good version leaves what was known, without fixes", async () => {
  const workspace = await opened();
  const before = shown(await workspace.analyze(neverCancelled), "shop/views.py");
  workspace.setBuffer("shop/views.py", views.replace("def names(request):", "def names(request, ("));
  const preview = workspace.preview("shop/views.py");
  expect(shown(preview, "shop/views.py")).toEqual(before);
  expect(preview?.findings.flatMap(({ fixes }) => fixes)).toEqual([]);
  expect(shown(await workspace.analyze(neverCancelled), "shop/views.py")).toEqual(before);
});

test("what functions of other files say about a helper stays until the whole is analysed", async () => {
  const { preview, whole } = await typed(
    "shop/helpers.py",
    helpers.replace("    return", "    x = 1\n    return"),
  );
  expect(preview).toEqual(["QS107 shop/views.py Project.objects.all()"]);
  expect(preview).toEqual(whole);
});

test("fixes go where the text is now", async () => {
  const workspace = await opened();
  const text = views.replace("def owners(request):\n", "def owners(request):\n    title = 'Owners'\n");
  workspace.setBuffer("shop/views.py", text);
  const [finding] = workspace.preview("shop/views.py")?.findings ?? [];
  const edits = finding?.fixes[0]?.edits.map(({ range, newText }) => [
    text.slice(range.start, range.end),
    newText,
  ]);
  expect(edits).toEqual([["all()", 'select_related("owner")']]);
});

test.each([
  ["a new function", `${views}\n\ndef other(request):\n    return None\n`],
  ["another import", `import json\n${views}`],
])("%s is a matter of the whole analysis", async (_, text) => {
  expect((await typed("shop/views.py", text)).preview).toBeUndefined();
});

test("so is a file that stayed as it is while another was typed in", async () => {
  const workspace = await opened();
  workspace.setBuffer("shop/views.py", views.replace("describe(project)", "project"));
  expect(workspace.preview("shop/views.py")).toBeDefined();
  expect(workspace.preview("shop/helpers.py")).toBeUndefined();
});

test("so is a file with models, and a file that is new", async () => {
  expect((await typed("shop/models.py", models.replace("10", "20"))).preview).toBeUndefined();
  expect((await typed("shop/new.py", "x = 1\n")).preview).toBeUndefined();
});

test("between two keystrokes no rule looks through the project, and none about declarations is asked", async () => {
  const seen: string[] = [];
  const watching = (code: RuleCode): FactRule => ({
    ...{ kind: "facts", code, name: "watching", summary: "", level: "hint", fix: "none", stage: 1 },
    run({ project: { program } }) {
      seen.push(`${code} ${program.modules.map(({ name }) => name).join()}`);
      // Names still lead to the other modules.
      expect(program.module("shop.models")).toBeDefined();
      return [];
    },
  });
  const workspace = await opened({ rules: [watching("QS201"), watching("QS501"), watching("QS801")] });
  seen.length = 0;
  workspace.setBuffer("shop/views.py", views.replace("project.pk", "project"));
  expect(workspace.preview("shop/views.py")).toBeDefined();
  // What the function said before is asked once.
  expect(seen).toEqual(["QS201 shop.views", "QS201 shop.views"]);
});

test("before the first analysis there is nothing to tell", async () => {
  const workspace = await openTestWorkspace(new MemoryFileSystem({ "/project/a.py": "x = 1\n" }));
  expect(workspace.preview("a.py")).toBeUndefined();
});
