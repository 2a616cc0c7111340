/** The ways on which code runs: a module for each, in which every body is reached in that way. */

/** What the context of code does to a finding in it. */
export type Effect =
  /** Somebody waits for it. */
  | "default"
  /** A worker runs it. */
  | "task"
  /** Somebody starts it by hand: a step lower, and no request waits. */
  | "command"
  /** A change of the data: hints of rules about rows and batches. */
  | "migration"
  /** One of the staff waits for it. */
  | "admin"
  /** Nobody: nothing is said, but with `include-tests`. */
  | "test"
  | "generated";

export interface CodeContext {
  readonly effect: Effect;
  /** Of code for tests: what it would be elsewhere. */
  readonly like?: "default" | "command";
  readonly path: string;
  /** Whether bodies may read `request`. */
  readonly hasRequest?: boolean;
  /** The only kind of context that coroutines are put into. */
  readonly takesCoroutines?: boolean;
  readonly head?: string;
  /** The function around a body, with its class where it is a method. */
  code(name: string, body: string, isCoroutine: boolean): string;
  /** What stands behind all of them. */
  foot?(names: readonly string[]): string;
  /** Modules that lead there, by path. */
  callers?(names: readonly string[]): Readonly<Record<string, string>>;
}

function indented(text: string, depth = 1): string {
  return text.replace(/^(?=.)/gm, "    ".repeat(depth));
}

const asFunction =
  (parameters: string, decorator = "") =>
  (name: string, body: string, isCoroutine: boolean): string =>
    `${decorator && `${decorator}\n`}${isCoroutine ? "async " : ""}def ${name}(${parameters}):\n${indented(body)}`;

const asMethod =
  (base: string, method: string, parameters: string, end = "") =>
  (name: string, body: string): string =>
    `class ${name}${base && `(${base})`}:\n    def ${method}(self${parameters && `, ${parameters}`}):\n${indented(body + end, 2)}`;

function commandCode(name: string, body: string): string {
  return asMethod("BaseCommand", "handle", "*args, **options")(name, body);
}

const commandHead = "from django.core.management.base import BaseCommand\n";

const callerOf = (module: string, head: string, calls: readonly string[]): string =>
  `${head}from projects import ${module}\n${calls.map((call) => `\n\n${call}\n`).join("")}`;

function calledByViews(module: string, names: readonly string[]): string {
  const view = asFunction("request");
  return callerOf(
    module,
    "",
    names.map((name) => view(`view_${name}`, `return ${module}.${name}()`, false)),
  );
}

function calledByTasks(module: string, names: readonly string[]): string {
  const task = asFunction("", "@shared_task");
  return callerOf(
    module,
    "from celery import shared_task\n",
    names.map((name) => task(`task_${name}`, `return ${module}.${name}()`, false)),
  );
}

function calledByCommands(module: string, names: readonly string[]): string {
  return callerOf(
    module,
    commandHead,
    names.map((name) => commandCode(`Command${name}`, `${module}.${name}()`)),
  );
}

function calledByAdmin(module: string, names: readonly string[]): string {
  const save = asMethod("admin.ModelAdmin", "save_model", "request, obj, form, change");
  return callerOf(
    module,
    "from django.contrib import admin\n",
    names.map((name) => save(`Admin${name}`, `${module}.${name}()`)),
  );
}

/** They take a `request`, as if a view were tested: there is no rule but has something to say. */
function testFunctions(path: string): CodeContext {
  return {
    effect: "test",
    like: "default",
    path,
    hasRequest: true,
    takesCoroutines: true,
    code: asFunction("request"),
  };
}

function testCommands(path: string): CodeContext {
  return { effect: "test", like: "command", path, head: commandHead, code: commandCode };
}

function generated(path: string): CodeContext {
  return { effect: "generated", path, hasRequest: true, takesCoroutines: true, code: asFunction("request") };
}

const runPython = (names: readonly string[], module = ""): string =>
  `\n\nclass Migration(migrations.Migration):\n    dependencies = []\n    operations = [\n${names
    .map((name) => `        migrations.RunPython(${module}${name}),\n`)
    .join("")}    ]\n`;

export const codeContexts: Readonly<Record<string, CodeContext>> = {
  view: {
    effect: "default",
    path: "projects/views.py",
    hasRequest: true,
    takesCoroutines: true,
    code: asFunction("request"),
  },
  "class-based view": {
    effect: "default",
    path: "projects/pages.py",
    hasRequest: true,
    head: "from django.views import View\n",
    code: asMethod("View", "get", "request"),
  },
  serializer: {
    effect: "default",
    path: "projects/serializers.py",
    head: "from rest_framework import serializers\n",
    code: asMethod("serializers.Serializer", "validate", "attrs"),
  },
  "tag of a template": {
    effect: "default",
    path: "projects/templatetags/figures.py",
    head: "from django import template\n\nregister = template.Library()\n",
    code: asFunction("", "@register.simple_tag"),
  },
  middleware: {
    effect: "default",
    path: "projects/middleware.py",
    hasRequest: true,
    code: (name, body) =>
      `class ${name}:\n    def __init__(self, get_response):\n        self.get_response = get_response\n\n    def __call__(self, request):\n${indented(body, 2)}`,
  },
  "context processor": {
    effect: "default",
    path: "projects/context_processors.py",
    hasRequest: true,
    code: asFunction("request"),
  },
  resolver: {
    effect: "default",
    path: "projects/schema.py",
    head: "import graphene\n",
    code: (name, body) =>
      `class ${name}(graphene.ObjectType):\n    value = graphene.String()\n\n    def resolve_value(self, info):\n${indented(body, 2)}`,
  },
  "change list": {
    effect: "default",
    path: "projects/admin_lists.py",
    hasRequest: true,
    head: "from django.contrib import admin\n",
    code: asMethod("admin.ModelAdmin", "changelist_view", "request, extra_context=None"),
  },
  form: {
    effect: "default",
    path: "projects/forms.py",
    head: "from django import forms\n",
    code: asMethod("forms.Form", "clean", ""),
  },
  "view and task": {
    effect: "default",
    path: "projects/shared.py",
    code: asFunction(""),
    callers: (names) => ({
      "projects/a_tasks.py": calledByTasks("shared", names),
      "projects/z_views.py": calledByViews("shared", names),
    }),
  },
  "view and command": {
    effect: "default",
    path: "projects/services.py",
    code: asFunction(""),
    callers: (names) => ({
      "projects/management/commands/serve.py": calledByCommands("services", names),
      "projects/z_pages.py": calledByViews("services", names),
    }),
  },
  "view and change form": {
    effect: "default",
    path: "projects/support.py",
    code: asFunction(""),
    callers: (names) => ({
      "projects/a_admin.py": calledByAdmin("support", names),
      "projects/z_support.py": calledByViews("support", names),
    }),
  },
  "task of Celery": {
    effect: "task",
    path: "projects/tasks.py",
    head: "from celery import shared_task\n",
    code: asFunction("", "@shared_task"),
  },
  "task of an application of Celery": {
    effect: "task",
    path: "projects/app_tasks.py",
    head: "from tracker.celery import app\n",
    code: asFunction("", "@app.task(bind=False)"),
  },
  "task of Django": {
    effect: "task",
    path: "projects/django_tasks.py",
    head: "from django.tasks import task\n",
    code: asFunction("", "@task"),
  },
  "job of RQ": {
    effect: "task",
    path: "projects/jobs.py",
    head: "from django_rq import job\n",
    code: asFunction("", "@job"),
  },
  "actor of Dramatiq": {
    effect: "task",
    path: "projects/actors.py",
    head: "import dramatiq\n",
    code: asFunction("", "@dramatiq.actor"),
  },
  "task of Huey": {
    effect: "task",
    path: "projects/huey_tasks.py",
    head: "from huey.contrib.djhuey import db_task\n",
    code: asFunction("", "@db_task()"),
  },
  "function of a task": {
    effect: "task",
    path: "projects/work.py",
    code: asFunction(""),
    callers: (names) => ({ "projects/work_tasks.py": calledByTasks("work", names) }),
  },
  "management command": {
    effect: "command",
    path: "projects/management/commands/report.py",
    head: commandHead,
    code: commandCode,
  },
  "function of a command": {
    effect: "command",
    path: "projects/reports.py",
    code: asFunction(""),
    callers: (names) => ({ "projects/management/commands/all.py": calledByCommands("reports", names) }),
  },
  "function of a migration": {
    effect: "migration",
    path: "projects/migrations/0002_fill.py",
    head: "from django.db import migrations\n",
    code: asFunction("apps, schema_editor"),
    foot: (names) => runPython(names),
  },
  "function of a migration in another folder": {
    effect: "migration",
    path: "projects/db_changes/0003_fill.py",
    head: "from django.db import migrations\n",
    code: asFunction("apps, schema_editor"),
    foot: (names) => runPython(names),
  },
  "function of a migration of a copied Django": {
    effect: "migration",
    path: "projects/migrations/0005_fill.py",
    head: "from vendored.django.db import migrations\n",
    code: asFunction("apps, schema_editor"),
    foot: (names) => runPython(names),
  },
  "function that a migration names": {
    effect: "migration",
    path: "projects/filling.py",
    code: asFunction("apps, schema_editor"),
    callers: (names) => ({
      "projects/db_changes/0004_more.py": `from django.db import migrations\nfrom projects import filling\n${runPython(names, "filling.")}`,
    }),
  },
  "change form": {
    effect: "admin",
    path: "projects/admin_forms.py",
    hasRequest: true,
    head: "from django.contrib import admin\n",
    code: asMethod("admin.ModelAdmin", "save_model", "request, obj, form, change"),
  },
  "function of a change form": {
    effect: "admin",
    path: "projects/changes.py",
    code: asFunction(""),
    callers: (names) => ({ "projects/changes_admin.py": calledByAdmin("changes", names) }),
  },
  "action of the admin": {
    effect: "admin",
    path: "projects/admin_actions.py",
    hasRequest: true,
    head: "from django.contrib import admin\n",
    code: asFunction("modeladmin, request, queryset", "@admin.action()"),
  },
  "action of the admin that a function makes": {
    effect: "admin",
    path: "projects/made_actions.py",
    hasRequest: true,
    code: (name, body) =>
      `def ${name}():\n    def action(modeladmin, request, queryset):\n${indented(body, 2)}\n\n    return action`,
  },
  "test by its path": testFunctions("projects/tests/test_tasks.py"),
  "test by its class": {
    ...testFunctions("projects/checks.py"),
    takesCoroutines: false,
    head: "from django.test import TestCase\n",
    code: asMethod("TestCase", "test_it", "request"),
  },
  "test by its import of pytest": { ...testFunctions("projects/probes.py"), head: "import pytest\n" },
  factory: testFunctions("projects/factories.py"),
  fixture: testFunctions("projects/fixtures/rows.py"),
  conftest: testFunctions("conftest.py"),
  "script with seeds": testFunctions("projects/seeds.py"),
  "command with seeds": testCommands("projects/management/commands/seed_tables.py"),
  "command with demo data": testCommands("projects/management/commands/create_demo_data.py"),
  "generated file": generated("projects/tasks_pb2.py"),
  "vendored file": generated("vendor/lists/views.py"),
  "package of the environment": generated("site-packages/lists/views.py"),
  "package of Node": generated("node_modules/lists/views.py"),
  "static file": generated("static/lists/views.py"),
};
