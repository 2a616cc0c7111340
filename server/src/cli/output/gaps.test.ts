import { expect, test } from "vitest";
import { openTestWorkspace } from "../../../../test/support/memory-workspace.ts";
import { neverCancelled } from "../../base/cancellation.ts";
import { MemoryFileSystem } from "../../platform/memory-file-system.ts";
import { formatGaps } from "./gaps.ts";

const files = {
  "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n',
  "settings.py": 'INSTALLED_APPS = ["shop"]\n',
  "shop/__init__.py": "",
  "shop/models.py":
    "from django.db import models\n\n\nclass Task(models.Model):\n    title = models.TextField()\n",
  "shop/views.py": `from django.shortcuts import render
from django.views.generic import ListView
from rest_framework.viewsets import ReadOnlyModelViewSet

from elsewhere import find_rows, find_serializer
from shop.models import Task


def by_name(request, name):
    return render(request, name)


def not_there(request):
    return render(request, "shop/missing.html")


def broken(request):
    return render(request, "shop/broken.html")


class Tasks(ListView):
    template_name = "shop/tasks.html"

    def get_queryset(self):
        return find_rows(self.request)


class TaskApi(ReadOnlyModelViewSet):
    queryset = find_rows()

    def get_serializer_class(self):
        return find_serializer(self.action)
`,
  "shop/templates/shop/broken.html": "{% if tasks %}{% thumbnail task %}{{ tasks|length }}\n",
  "shop/templates/shop/tasks.html": "{% for task in object_list %}{{ task.title }}{% endfor %}\n",
};

test("what is not understood is counted by its reason, with places", async () => {
  const disk = new MemoryFileSystem(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [`/project/${path}`, text])),
  );
  const { gaps, text } = await (await openTestWorkspace(disk)).analyze(neverCancelled);
  expect([...formatGaps(gaps, text)].sort()).toEqual([
    "not understood, 1 place: a template has mistakes; what can be read of it is analysed (shop/templates/shop/broken.html:1)",
    "not understood, 1 place: a template tag is not part of the project or of Django (shop/templates/shop/broken.html:1)",
    "not understood, 1 place: a template was not found in the project (shop/views.py:14)",
    "not understood, 1 place: the name of a template is not known (shop/views.py:10)",
    "not understood, 1 place: the queryset of a view is not known (shop/views.py:28)",
    "not understood, 1 place: the serializer of a view is not known (shop/views.py:28)",
  ]);
});
