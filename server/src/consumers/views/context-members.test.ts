import { expect, test } from "vitest";
import { reportedRules } from "../../../../test/mdtest/reported-rules.ts";

const models = `
from django.db import models


class Project(models.Model):
    name = models.CharField(max_length=100)


class Task(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE)
`;

/** The rules and paths that are reported of a view with this member, whose template loops over `tasks`. */
async function reportedOf(member: string) {
  const views = `
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from django_context_decorator import context
from shop.models import Task


class TaskPage(TemplateView):
    template_name = "shop/tasks.html"
${member.replace(/^/gm, "    ")}
`;
  return reportedRules(["shop"], {
    "models.py": models,
    "views.py": views,
    "templates/shop/tasks.html": "{% for task in tasks %}{{ task.project.name }}{% endfor %}",
  });
}

test.each([
  ["a method", "@context\ndef tasks(self):\n    return Task.objects.all()"],
  ["a property", "@context\n@cached_property\ndef tasks(self):\n    return Task.objects.all()"],
])("%s that is decorated is in the context", async (_, member) => {
  expect(await reportedOf(member)).toEqual([["n-plus-one-in-template", "project"]]);
});

test.each([
  ["a member without the decorator", "def tasks(self):\n    return Task.objects.all()"],
  ["rows that are loaded", '@context\ndef tasks(self):\n    return Task.objects.select_related("project")'],
])("not: %s", async (_, member) => {
  expect(await reportedOf(member)).toEqual([]);
});
