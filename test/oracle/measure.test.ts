import { expect, test } from "vitest";
import { openDjango, skipIfUnavailable } from "../support/django-environment.ts";
import { parseSpec, type Spec } from "../support/markdown-spec.ts";
import { readRepositoryFile } from "../support/repository.ts";
import { type JobOutcome, jobId, measureSpecs } from "./measure-specs.ts";

const spec = specOf(`# measured

Project: tracker

## A receiver

\`projects/watching.py\`:

~~~python
from django.db.models.signals import post_save
from django.dispatch import receiver

from projects.models import Task, TimeEntry


@receiver(post_save, sender=Task)
def count(sender, instance, **kwargs):
    TimeEntry.objects.count()


def close():  # queries: 3
    task = Task.objects.order_by("pk").first()
    task.save()
~~~

## No receiver

\`projects/closing.py\`:

~~~python
from projects.models import Task


def close():  # queries: 2
    task = Task.objects.order_by("pk").first()
    task.save()
~~~
`);

const growing = specOf(`# growing

Project: tracker

## Calls

\`projects/lists.py\`:

~~~python
from projects.models import Project


def names():  # queries: 1
    return [project.name for project in Project.objects.all()]


def tasks():  # queries: 1 + N
    return [list(project.tasks.all()) for project in Project.objects.all()]
~~~
`);

const populated = specOf(`# populated

Project: tracker

\`projects/rows.py\`:

~~~python
from django.apps import apps
from django.core import serializers


def rows():  # queries: ?
    return serializers.serialize("json", [row for model in apps.get_models() for row in model.objects.order_by("pk")])
~~~

## As it is

\`projects/view.py\`:

~~~python
~~~

## With rows of its own

\`catalog/models.py\`:

~~~python
from django.db import models

from projects.models import Task


class Note(models.Model):
    task = models.ForeignKey(Task, on_delete=models.CASCADE)
    written = models.DateTimeField(auto_now_add=True)
~~~

\`catalog/populate.py\`:

~~~python
from catalog.models import Note
from projects.models import Task


def populate(n, m, k):
    for task in Task.objects.order_by("pk"):
        Note.objects.create(task=task)
~~~

## With a receiver that makes some

\`catalog/models.py\`:

~~~python
from django.db.models.signals import post_save
from django.dispatch import receiver

from billing.models import Contract
from projects.models import Tag


@receiver(post_save, sender=Contract)
def tag(sender, instance, **kwargs):
    Tag.objects.create(tenant=instance.tenant, name=instance.title)
~~~

## In another time zone

\`tracker/settings.py\`:

~~~python
${readRepositoryFile("test/projects/tracker/tracker/settings.py").replace("USE_TZ = True", "USE_TZ = False")}
~~~
`);

function specOf(markdown: string): Spec {
  return parseSpec("measured.md", markdown.replaceAll("~~~", "```"));
}

test("what one section connects to signals is gone when the next is measured", async ({ skip }) => {
  const django = await openDjango("5.2").catch((error: unknown) => skipIfUnavailable(error, skip));
  const outcomes = await measureSpecs(
    django,
    spec.sections.map((section) => ({ spec, section })),
  );
  const counts = spec.sections.map((section) => {
    const outcome = outcomes.get(jobId(spec, section, "original"));
    if (outcome === undefined || "error" in outcome) return outcome;
    return Object.values(outcome.entries).map((bySize) => bySize["4·2·2"]?.queries);
  });
  expect(counts).toEqual([[3], [2]]);
});

test("a call is measured at the sizes at which its count can differ", async ({ skip }) => {
  const django = await openDjango("5.2").catch((error: unknown) => skipIfUnavailable(error, skip));
  const [section] = growing.sections;
  if (section === undefined) expect.fail("no section");
  const outcome = (await measureSpecs(django, [{ spec: growing, section }])).get(
    jobId(growing, section, "original"),
  );
  if (outcome === undefined || "error" in outcome) expect.fail(outcome?.error ?? "was not measured");
  const first = ["4·2·2", "8·4·4", "7·3·3", "gaps"];
  expect(Object.keys(outcome.entries["projects.lists.names"] ?? {})).toEqual(first);
  const others = ["4·4·2", "8·2·2", "8·4·2"];
  expect(Object.keys(outcome.entries["projects.lists.tasks"] ?? {})).toEqual([...first, ...others]);
});

test("rows that several projects have in common are those that each would make by itself", {
  timeout: 300_000,
}, async ({ skip }) => {
  const django = await openDjango("5.2").catch((error: unknown) => skipIfUnavailable(error, skip));
  const sections = populated.sections.map((section) => ({ spec: populated, section }));
  const rowsIn = (outcome: JobOutcome | undefined) => {
    if (outcome === undefined || "error" in outcome) expect.fail(outcome?.error ?? "was not measured");
    const outcomes = Object.entries(outcome.entries["projects.rows.rows"] ?? {});
    return outcomes.map(([size, { result }]) => [size, JSON.parse(String(result))]);
  };
  const together = await measureSpecs(django, sections, "confirm");
  // So few projects have nothing in common.
  const apart = await Promise.all(
    [sections.slice(0, 2), sections.slice(2)].map((few) => measureSpecs(django, few, "confirm")),
  );
  const outcomes = new Map(apart.flatMap((each) => [...each]));
  for (const { section } of sections) {
    const id = jobId(populated, section, "original");
    const wanted = rowsIn(outcomes.get(id));
    expect(wanted.map(([size]) => size)).toEqual(["8·4·4", "7·3·3", "gaps"]);
    expect(rowsIn(together.get(id)), section.name).toEqual(wanted);
  }
});
