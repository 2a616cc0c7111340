import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles } from "../../../test/support/django-project.ts";
import { classesBehind } from "./celery-applications.ts";
import { celerySetting } from "./celery-settings.ts";
import type { DjangoProject } from "./project.ts";
import { taskOption, tasksOf } from "./tasks.ts";

async function projectOf(files: Readonly<Record<string, string>>): Promise<DjangoProject> {
  const { project } = await djangoProjectFromFiles({
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "shop/settings.py": "",
    "shop/celery.py": 'from celery import Celery\napp = Celery("shop")\n',
    ...files,
  });
  return project;
}

async function namesOfTasks(tasks: string, celery?: string): Promise<readonly string[]> {
  const { program } = await projectOf({
    "shop/tasks.py": tasks,
    ...(celery === undefined ? {} : { "shop/celery.py": celery }),
  });
  return tasksOf(program).map(({ task, declaration }) => `${declaration.library} ${task.qualifiedName}`);
}

describe("what declares a task", () => {
  test.each([
    ["shared_task", "from celery import shared_task\n@shared_task\ndef send(): ...\n"],
    [
      "another name for it",
      "from celery import shared_task as job\nqueued = job\n@queued(bind=True)\ndef send(self): ...\n",
    ],
    ["the application", "from shop.celery import app as queue\n@queue.task\ndef send(): ...\n"],
    ["the current application", "from celery import current_app\n@current_app.task\ndef send(): ...\n"],
  ])("%s", async (_, tasks) => {
    expect(await namesOfTasks(tasks)).toEqual(["celery send"]);
  });

  test.each([
    ["with type parameters", "from celery import Celery\napp = Celery[object]('shop')\n"],
    ["of a class of the project", "import celery\nclass App(celery.Celery): ...\napp = App('shop')\n"],
    [
      "made by a function",
      "from celery import Celery\ndef make():\n    made = Celery('shop')\n    return made\napp = make()\n",
    ],
    ["that is only annotated", "from celery import Celery\napp: Celery\n"],
  ])("an application %s", async (_, celery) => {
    expect(await namesOfTasks("from shop.celery import app\n@app.task\ndef send(): ...\n", celery)).toEqual([
      "celery send",
    ]);
  });

  test("a class is a task by its run()", async () => {
    const tasks = `from celery import Task
from shop.celery import app
class Send(Task):
    def run(self): ...
class Notify(app.Task):
    def run(self): ...
class Runner:
    def run(self): ...
`;
    expect(await namesOfTasks(tasks)).toEqual(["celery Send.run", "celery Notify.run"]);
  });

  test("tasks of Django and of the package that it came from", async () => {
    const tasks = `from django.tasks import task
from django_tasks import task as older
@task
def send(): ...
@older(priority=1)
def notify(): ...
`;
    expect(await namesOfTasks(tasks)).toEqual(["django send", "django notify"]);
  });

  test("not what is only called task", async () => {
    expect(
      await namesOfTasks(
        "from shop.queues import app, task\n@task\ndef send(): ...\n@app.task\ndef b(): ...\n",
      ),
    ).toEqual([]);
  });
});

describe("the classes behind a task", () => {
  test("app.Task is Celery's own", async () => {
    const { program } = await projectOf({
      "shop/tasks.py": `from shop.celery import app
class Logged(app.Task):
    max_retries = 7
@app.task(base=Logged)
def send(): ...
`,
    });
    const [task] = tasksOf(program);
    const behind = task && classesBehind(program, task.declaration.base);
    expect(behind).toMatchObject({ own: [{ name: "Logged" }], complete: true });
    expect(task && taskOption(program, task.declaration, "max_retries")).toMatchObject({
      node: { value: 7 },
    });
    expect(task && taskOption(program, task.declaration, "rate_limit")).toBeUndefined();
  });

  test("a mixin that is not known may have anything", async () => {
    const { program } = await projectOf({
      "shop/tasks.py": `from shop.celery import app
from elsewhere import mixin
class Logged(mixin(), app.Task): ...
@app.task(base=Logged)
def send(): ...
`,
    });
    const [task] = tasksOf(program);
    expect(task && taskOption(program, task.declaration, "rate_limit")).toBe("unknown");
  });

  test("shared tasks are of the class that the application names", async () => {
    const { program } = await projectOf({
      "shop/base.py": "from celery import Task\nclass Own(Task): ...\n",
      "shop/celery.py":
        'from celery import Celery\nclass App(Celery):\n    task_cls = "shop.base:Own"\napp = App("shop")\n',
      "shop/tasks.py": "from celery import shared_task\n@shared_task\ndef send(): ...\n",
    });
    expect(tasksOf(program)[0]?.declaration.base).toMatchObject({ kind: "class", name: "Own" });
  });
});

describe("settings of Celery", () => {
  const limit = { kind: "known", value: 60 };
  test.each([
    ["Django's settings", { "shop/settings.py": "CELERY_TASK_TIME_LIMIT = 60\n" }],
    ["names before Celery 4", { "shop/settings.py": "CELERYD_TASK_TIME_LIMIT = 60\n" }],
    [
      "another namespace",
      {
        "shop/settings.py": "QUEUE_TASK_TIME_LIMIT = 60\n",
        "shop/celery.py": `from celery import Celery\napp = Celery("shop")\napp.config_from_object("django.conf:settings", namespace="QUEUE")\n`,
      },
    ],
    [
      "an attribute of the application",
      {
        "shop/celery.py": `from celery import Celery\napp = Celery("shop")\napp.conf.task_time_limit = 60\n`,
      },
    ],
    [
      "update()",
      {
        "shop/celery.py": `from celery import Celery\napp = Celery("shop")\napp.conf.update({"task_time_limit": 60})\n`,
      },
    ],
    [
      "a module of its own",
      {
        "shop/celeryconfig.py": "task_time_limit = 60\n",
        "shop/celery.py": `from celery import Celery\napp = Celery("shop")\napp.config_from_object("shop.celeryconfig")\n`,
      },
    ],
  ])("in %s", async (_, files) => {
    expect(celerySetting(await projectOf(files), "task_time_limit")).toEqual(limit);
  });

  test("certainly not set", async () => {
    expect(celerySetting(await projectOf({}), "task_time_limit")).toBeUndefined();
  });

  test.each([
    ["arguments that are not known", "app.conf.update(**options())\n"],
    ["a module that is not known", 'app.config_from_object("elsewhere")\n'],
    ["the environment", 'app.config_from_envvar("CELERY_CONFIG")\n'],
  ])("unknown for %s", async (_, line) => {
    const project = await projectOf({
      "shop/celery.py": `from celery import Celery\napp = Celery("shop")\n${line}`,
    });
    expect(celerySetting(project, "task_time_limit")).toEqual({ kind: "unknown" });
  });
});
