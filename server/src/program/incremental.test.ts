import fc from "fast-check";
import { expect, test } from "vitest";
import { openTestWorkspace } from "../../../test/support/memory-workspace.ts";
import { CancelledError, neverCancelled } from "../base/cancellation.ts";
import { MemoryFileSystem } from "../platform/memory-file-system.ts";
import type { Analysis, Workspace } from "./workspace.ts";

const owner = `from django.db import models


class Owner(models.Model):
    name = models.CharField(max_length=10)
`;
const project = (base: string, field: string) => `${owner}

class Project(${base}):
    ${field} = models.ForeignKey(Owner, on_delete=models.CASCADE)
`;

/** What each file may contain, all of it valid; undefined where the file does not exist. */
const versions: Readonly<Record<string, readonly (string | undefined)[]>> = {
  "manage.py": [
    'import os\n\n\ndef main():\n    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
    'import os\n\n\ndef main():\n    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "other_settings")\n',
    undefined,
  ],
  "settings.py": [
    'INSTALLED_APPS = ["shop"]\n',
    'INSTALLED_APPS = []\nTEMPLATES = [{"DIRS": ["pages"], "APP_DIRS": True}]\n',
    undefined,
  ],
  "other_settings.py": ['from settings import *\nINSTALLED_APPS = ["shop"]\n', undefined],
  "requirements.txt": ["django==4.2\n", "django==5.2\n", undefined],
  "shop/__init__.py": ["", "from shop.models import *\n"],
  "shop/base.py": [
    "from django.db import models\n\n\nclass Base(models.Model):\n    class Meta:\n        abstract = True\n",
    undefined,
  ],
  "shop/models.py": [
    project("models.Model", "owner"),
    project("models.Model", "boss"),
    project("Base", "owner").replace("\n\n\n", "\nfrom shop.base import Base\n\n\n"),
    `# A comment that moves everything.\n${project("models.Model", "owner")}`,
  ],
  "shop/helpers.py": [
    "def describe(project):\n    return project.owner.name\n",
    "def describe(project):\n    return project.pk\n",
    "# Moved.\n\n\ndef describe(project):\n    return project.owner.name\n",
    undefined,
  ],
  "shop/views.py": [
    'from shop.helpers import describe\nfrom shop.models import Project\n\n\ndef all_of_them():\n    return [describe(project) for project in Project.objects.order_by("pk")]\n',
    "from shop.models import Project\n\n\ndef all_of_them():\n    return [project.owner.name for project in Project.objects.all()]\n",
    undefined,
  ],
  "shop/pages.py": [
    'from django.shortcuts import render\nfrom shop.models import Project\n\n\ndef page(request):\n    return render(request, "list.html", {"projects": Project.objects.all()})\n',
  ],
  "shop/templatetags/shop_tags.py": [
    "from django import template\nfrom shop.helpers import describe\nregister = template.Library()\nregister.filter(describe)\n",
    undefined,
  ],
  "shop/templates/list.html": [
    "{% for project in projects %}{{ project.owner.name }}{% endfor %}",
    '{% for project in projects %}{% include "row.html" %}{% endfor %}',
    "{% for project in projects %}{{ project.pk }}{% endfor %}",
    undefined,
  ],
  "shop/templates/row.html": [
    "{{ project.owner }}",
    "{% load shop_tags %}{{ project|describe }}",
    "",
    undefined,
  ],
  "pages/list.html": ["{% for a in projects %}{{ a.owner.pk }}{% endfor %}", undefined],
};
const paths = Object.keys(versions);

/** What happens to a file: typed in an editor, closed there, or changed on the disk. */
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom("buffer", "close", "disk"),
    path: fc.constantFrom(...paths),
    version: fc.nat({ max: 3 }),
    cancelled: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

test("after any sequence of changes, the analysis is that of a workspace opened afresh", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const disk = new MemoryFileSystem();
      for (const [path, [text]] of Object.entries(versions)) {
        if (text !== undefined) disk.write(`/project/${path}`, text);
      }
      const buffers = new Map<string, string>();
      const workspace = await openTestWorkspace(disk);
      await workspace.analyze(neverCancelled);
      for (const { kind, path, version, cancelled } of sequence) {
        const choices = versions[path] ?? [];
        const text = choices[version % choices.length];
        if (kind === "close") {
          buffers.delete(path);
          workspace.closeBuffer(path);
        } else if (kind === "disk") {
          if (text === undefined) disk.remove(`/project/${path}`);
          else disk.write(`/project/${path}`, text);
          workspace.filesChanged([path]);
        } else if (text !== undefined && path.endsWith(".py")) {
          buffers.set(path, text);
          workspace.setBuffer(path, text);
        }
        if (cancelled) await expectCancelled(workspace);
        const fresh = await openTestWorkspace(disk);
        for (const [open, content] of buffers) fresh.setBuffer(open, content);
        expect(outcome(await workspace.analyze(neverCancelled))).toEqual(
          outcome(await fresh.analyze(neverCancelled)),
        );
      }
    }),
    { numRuns: 80, seed: 1 },
  );
});

/** Whether it is too late to be cancelled depends on what there is left to do. */
async function expectCancelled(workspace: Workspace): Promise<void> {
  try {
    await workspace.analyze({ isCancellationRequested: true });
  } catch (error) {
    expect(error).toBeInstanceOf(CancelledError);
  }
}

function outcome({ findings, problems, files, projects }: Analysis) {
  return {
    findings,
    problems,
    files,
    projects: projects.map(({ root, settingsModule, django, models }) => ({
      root,
      settingsModule,
      django,
      models: [...models.models.keys()].sort(),
    })),
  };
}
