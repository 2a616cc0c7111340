import { expect, it } from "vitest";
import { auditOf, projectWith } from "../../../test/support/audited-project.ts";
import { expectedOf } from "./expected-of-report.ts";

const files = projectWith("", {
  Procfile: "worker: celery -A config worker -Q celery,mails\n",
  "config/celery.py": 'from celery import Celery\n\napp = Celery("shop")\n',
  "shop/tasks.py": `from celery import shared_task

SLOW = "slow"


@shared_task(queue="reports")
def report():
    pass


@shared_task(queue=SLOW)
def rebuild():
    pass
`,
});

it("takes queues and workers from the deployment and the tasks, and memory from the server of the database", async () => {
  const servers = [
    { name: "app", cpus: 2, memory: 4 },
    { name: "database", cpus: 2, memory: 8 },
  ];
  const report = await auditOf(files, { configuration: { servers } });
  if (!report) throw new Error("no report");
  expect(expectedOf(report, undefined)).toMatchObject({
    queues: ["celery", "mails", "reports"],
    expectations: { workers: 1, databaseMemory: 8 * 1024 ** 3 },
  });
});

it("expects nothing of what no file tells", async () => {
  const report = await auditOf(projectWith(""));
  if (!report) throw new Error("no report");
  expect(expectedOf(report, undefined)).toMatchObject({
    queues: ["celery"],
    expectations: { workers: undefined, databaseMemory: undefined, tables: [] },
  });
});
