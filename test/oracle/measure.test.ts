import { expect, test } from "vitest";
import { openDjango, skipIfUnavailable } from "../support/django-environment.ts";
import { parseSpec } from "../support/markdown-spec.ts";
import { jobId, measureSpecs } from "./measure-specs.ts";

const fence = "```";
const spec = parseSpec(
  "measured.md",
  `# measured

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
`.replaceAll("~~~", fence),
);

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
