import { describe, expect, test } from "vitest";
import { analyzeFiles } from "../../../test/mdtest/analyze-files.ts";
import type { Finding } from "./finding.ts";

const models = `
from django.conf import settings
from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=100)


class Project(models.Model):
    name = models.CharField(max_length=100)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)

    def tag_names(self):
        return ", ".join(tag.name for tag in self.tags.all())


class Task(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    done = models.BooleanField(default=False)
    title = models.CharField(max_length=100)
`;

const admin = `
from django.contrib import admin
from django.contrib.auth.models import User
from shop.models import Project


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    search_fields = ["username"]


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    list_display = ["name", "tag_names"]
`;

const views = `
from shop.models import Project, Task


def open_tasks(request):
    return [project.tasks.filter(done=False).count() for project in Project.objects.all()]


def close(request):
    for task in Task.objects.all():
        task.title = task.title.upper()
        task.save()
`;

const tasks = `
from celery import shared_task
from django.db import transaction
from shop.models import Task


@shared_task
def notify(key):
    return Task.objects.get(pk=key).title


@transaction.atomic
def rename(request):
    task = Task.objects.get(pk=1)
    task.save()
    notify.delay(task.pk)
`;

async function findingsIn(
  requirement: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly Finding[]> {
  const { findings } = await analyzeFiles(
    new Map([
      ["manage.py", 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n'],
      [
        "settings.py",
        'INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "shop"]\n',
      ],
      ["requirements.txt", `${requirement}\n`],
      ["shop/__init__.py", ""],
      ["shop/models.py", models],
      ...Object.entries(files),
    ]),
  );
  expect(findings.length).toBeGreaterThan(0);
  return findings;
}

/** What the fixes of all findings of a project write. */
async function fixedCode(requirement: string, files: Readonly<Record<string, string>>): Promise<string> {
  const findings = await findingsIn(requirement, files);
  return findings
    .flatMap(({ fixes }) => fixes.flatMap(({ edits }) => edits.map(({ newText }) => newText)))
    .join("\n");
}

describe("fixes use what the project's version of Django and Python has", () => {
  test.each([
    ["Django==1.11", "super(ProjectAdmin, self).get_queryset(request)"],
    ["Django==2.0", "super().get_queryset(request)"],
  ])("super() in %s", async (requirement, code) => {
    expect(await fixedCode(requirement, { "shop/admin.py": admin })).toContain(code);
  });

  test.each([
    ["Django==1.11", 'raw_id_fields = ["owner"]', "autocomplete_fields"],
    ["Django==2.0", 'autocomplete_fields = ["owner"]', "raw_id_fields"],
  ])("options of the admin in %s", async (requirement, code, other) => {
    const text = await fixedCode(requirement, { "shop/admin.py": admin });
    expect(text).toContain(code);
    expect(text).not.toContain(other);
  });

  test.each([
    ["Django==1.8", false],
    ["Django==1.9", true],
  ])("on_commit() in %s", async (requirement, has) => {
    const text = await fixedCode(requirement, { "shop/tasks.py": tasks, "shop/views.py": views });
    expect(text.includes("on_commit(")).toBe(has);
  });

  test.each([
    ["Django==1.10", [], ["filter=Q", "Subquery(", "bulk_update("]],
    ["Django==1.11", ["Subquery("], ["filter=Q", "bulk_update("]],
    ["Django==2.0", ["filter=Q"], ["bulk_update("]],
    ["Django==2.2", ["filter=Q", "bulk_update("], []],
  ])("querysets in %s", async (requirement, has, hasNot) => {
    const text = await fixedCode(requirement, { "shop/views.py": views });
    for (const code of has) expect(text).toContain(code);
    for (const code of hasNot) expect(text).not.toContain(code);
  });

  test.each([
    ["Django==2.1", false],
    ["Django==2.2", true],
  ])("saves that only bulk_update() could take the place of, in %s", async (requirement, has) => {
    const findings = await findingsIn(requirement, { "shop/views.py": views });
    expect(findings.some(({ code }) => code === "QS302")).toBe(has);
  });
});
