import { expect, test } from "vitest";
import { openTestWorkspace } from "../../../test/support/memory-workspace.ts";
import { neverCancelled } from "../base/cancellation.ts";
import { MemoryFileSystem } from "../platform/memory-file-system.ts";

const manage = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n';
const models = `from django.db import models

class Owner(models.Model):
    name = models.CharField(max_length=10)

class Project(models.Model):
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE)
`;
const reports = `from shop.models import Project

def owners():
    return [project.owner.name for project in Project.objects.order_by("pk")]
`;

async function workspace() {
  const fileSystem = new MemoryFileSystem({
    "/project/manage.py": manage,
    "/project/settings.py": 'INSTALLED_APPS = ["shop"]\n',
    "/project/shop/__init__.py": "",
    "/project/shop/models.py": models,
    "/project/shop/reports.py": reports,
  });
  return openTestWorkspace(fileSystem);
}

test("a finding keeps its fixes while another file is half-typed", async () => {
  const opened = await workspace();
  await opened.analyze(neverCancelled);
  opened.setBuffer(
    "shop/models.py",
    models.replace("class Project(models.Model):", "class Project(models.Model"),
  );
  const { findings } = await opened.analyze(neverCancelled);
  expect(findings.map(({ code, fixes }) => [code, fixes.length])).toEqual([["QS101", 2]]);
});

test("a finding has no fixes while its own file is half-typed, since they would go to the wrong place", async () => {
  const opened = await workspace();
  await opened.analyze(neverCancelled);
  opened.setBuffer("shop/reports.py", `from shop.mod import (\n\n${reports}`);
  const { findings } = await opened.analyze(neverCancelled);
  expect(findings.map(({ code, fixes }) => [code, fixes.length])).toEqual([["QS101", 0]]);
});
