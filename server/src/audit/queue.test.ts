import { expect, it } from "vitest";
import { auditOf, projectWith } from "../../../test/support/audited-project.ts";

it("says of each task how often it is started, also where the settings compute that", async () => {
  const report = await auditOf(
    projectWith(
      `import os
from celery.schedules import crontab
CELERY_BROKER_URL = "redis://queue:6379/0"
CELERY_BEAT_SCHEDULE = {
    "mail": {"task": "shop.tasks.mail", "schedule": 600.0},
    "count": {"task": "shop.tasks.count", "schedule": crontab(minute=0, hour=os.environ["HOURS"])},
    "clean": {"task": "shop.tasks.clean", "schedule": int(os.environ["SECONDS"])},
}
`,
      {
        "shop/tasks.py": `from celery import shared_task


@shared_task
def mail():
    pass


@shared_task
def count():
    pass


@shared_task
def clean():
    pass


@shared_task
def by_hand():
    pass
`,
      },
    ),
  );
  expect(report?.queue.tasks.map(({ name, schedule }) => [name, schedule])).toEqual([
    ["shop.tasks.mail", "every 10 minutes"],
    ["shop.tasks.count", "as the settings compute"],
    ["shop.tasks.clean", "as the settings compute"],
    ["shop.tasks.by_hand", undefined],
  ]);
});

it("counts what is found in the method of a task that is a class", async () => {
  const report = await auditOf(
    projectWith('CELERY_BROKER_URL = "redis://queue:6379/0"\n', {
      "shop/tasks.py": `import requests
from celery import Task


class Deliver(Task):
    def run(self, target):
        requests.post(target)
`,
      "config/celery.py":
        'from celery import Celery\napp = Celery("shop")\napp.config_from_object("django.conf:settings", namespace="CELERY")\n',
    }),
    { configuration: { select: ["QS9"] } },
  );
  const [task] = report?.queue.tasks ?? [];
  expect(task?.name).toBe("shop.tasks.Deliver");
  expect(task?.findings).toBeGreaterThan(0);
});
