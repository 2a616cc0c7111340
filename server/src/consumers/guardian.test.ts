import { expect, test } from "vitest";
import { reportedRules } from "../../../test/mdtest/reported-rules.ts";

const models = `
from django.db import models


class Project(models.Model):
    name = models.CharField(max_length=100)


class Task(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE)
`;

/** What is reported of a function that reads the project of each task that this call gives. */
async function reportedOf(call: string): Promise<readonly (readonly string[])[]> {
  const views = `
from guardian.shortcuts import get_objects_for_user
from shop.models import Task


def names(request):
    return [task.project.name for task in ${call}]
`;
  return reportedRules(["shop"], { "models.py": models, "views.py": views });
}

test.each([
  'get_objects_for_user(request.user, "shop.view_task")',
  'get_objects_for_user(request.user, ["shop.view_task", "shop.change_task"])',
  'get_objects_for_user(request.user, "see", klass=Task)',
  'get_objects_for_user(request.user, "see", Task.objects.filter(pk__gt=1))',
])("rows on which a user has permissions: %s", async (call) => {
  expect(await reportedOf(call)).toEqual([["n-plus-one-forward", "project"]]);
});

test.each([
  'get_objects_for_user(request.user, "shop.see")',
  'get_objects_for_user(request.user, "view_task")',
  "get_objects_for_user(request.user, permission)",
  'get_objects_for_user(request.user, "shop.view_task", klass=Task.objects.select_related("project"))',
])("not where the model is not named, or the rows bring it along: %s", async (call) => {
  expect(await reportedOf(call)).toEqual([]);
});
