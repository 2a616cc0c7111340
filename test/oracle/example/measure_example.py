"""
Runs pages, tasks and commands of the example project with data of several sizes, and counts their queries.

Input:  {"project": path, "sizes": [{"n", "m", "k"}], "runs": [run]}
Output: {name of the run: [{"result": HTTP status, "done" or the name of an exception, "queries": number,
         "content": digest of what a browser gets, "rows": {SQL: rows that came with it},
         "symbols": [the names under which the analyser may list it]} per size]}

A run is a page (`url`, `post` with form data, `csv` with lines to upload), a `task` or a `command`. `prepare` changes rows
beforehand: {"projects.Project": {"status": "finished"}}. Whatever a run writes is rolled back.
"""

import datetime
import hashlib
import io
import json
import logging
import os
import re
import sys
from unittest import mock

input_path, output_path = sys.argv[1:]
with open(input_path, encoding="utf-8") as file:
    given = json.load(file)

os.environ.update(
    DJANGO_SETTINGS_MODULE="tenantly.settings",
    SQLITE_FILE=":memory:",
    CELERY_TASK_ALWAYS_EAGER="1",
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
)
sys.path[:0] = [given["project"], os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]

import django  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command, get_commands, load_command_class  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import resolve  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402
from fetched_rows import fetched  # noqa: E402

# Django's own takes half a second for each user on purpose, and no query.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE")


def perform(run, client):
    if "task" in run:
        import_string(run["task"])(*(value(argument) for argument in run.get("arguments", [])))
        return "done", ""
    if "command" in run:
        output = io.StringIO()
        call_command(run["command"], stdout=output)
        return "done", output.getvalue()
    response = request(run, client)
    return response.status_code, digest(response)


def request(run, client):
    if "csv" in run:
        return client.post(run["url"], {"file": SimpleUploadedFile("tasks.csv", csv_of_tasks())})
    if "json" in run:
        return client.post(run["url"], run["json"], content_type="application/json")
    if "post" in run:
        return client.post(run["url"], run["post"])
    return client.get(run["url"])


def symbols_of(run):
    """Most specific first."""
    if "task" in run:
        return [run["task"]]
    if "command" in run:
        command = type(load_command_class(get_commands()[run["command"]], run["command"]))
        return [f"{command.__module__}.{command.__qualname__}.handle"]
    match = resolve(run["url"].split("?")[0])
    view = match.func
    admin = getattr(view, "model_admin", None)
    if admin is not None:
        page = match.url_name.rsplit("_", 1)[-1] + "_view"
        cls = type(admin)
        return [f"{cls.__module__}.{cls.__qualname__}.{page}", f"{admin.model._meta.label}.{page}"]
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls is not None:
        method = (getattr(view, "actions", None) or {}).get("get", "get")
        return [f"{base.__module__}.{base.__qualname__}.{method}" for base in cls.__mro__]
    names = []
    while view is not None:
        names.append(f"{view.__module__}.{view.__qualname__}")
        view = getattr(view, "__wrapped__", None)
    return names


def digest(response):
    """Without what differs each time: the token of a form, and the identity of a document."""
    if response["Content-Type"] == "application/pdf":
        return ""
    content = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)
    return hashlib.sha256(content).hexdigest()


def value(argument):
    """`"tenants.Tenant"` stands for the key of the first row, `"projects.Project[]"` for all keys."""
    model = apps.get_model(argument.removesuffix("[]"))
    keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
    return keys if argument.endswith("[]") else keys[0]


def csv_of_tasks():
    """One line for each open task."""
    lines = ["project,title,reference,assignee"]
    for task in apps.get_model("projects.Task").objects.open().select_related("project", "assignee"):
        lines.append(f"{task.project.slug},Imported,{task.reference}-copy,{task.assignee.email}")
    return "\n".join(lines).encode()


def measure(run):
    with transaction.atomic():
        client = Client()
        client.force_login(apps.get_model("users.User").objects.get(username="admin"))
        for model, values in run.get("prepare", {}).items():
            apps.get_model(model).objects.update(**values)
        queries = 0
        content = ""
        fetched.clear()

        def count(execute, sql, params, many, context):
            nonlocal queries
            queries += sql.startswith(COUNTED)
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(count):
                result, content = perform(run, client)
        except Exception as error:
            result = type(error).__name__
        transaction.set_rollback(True)
    rows = {sql: number for sql, number in fetched.items() if number > 1}
    return {
        "result": result,
        "queries": queries,
        "content": content,
        "rows": rows,
        "symbols": symbols_of(run),
    }


logging.disable(logging.CRITICAL)
results = {run["name"]: [] for run in given["runs"]}
call_command("migrate", verbosity=0)
now = datetime.datetime(2026, 1, 15, 12, tzinfo=datetime.timezone.utc)
with (
    mock.patch("django.utils.timezone.now", return_value=now),
    mock.patch("requests.get") as get,
    mock.patch("requests.post"),
    mock.patch("time.sleep"),
):
    get.return_value.json.return_value = {"USD": 1.1}
    for size in given["sizes"]:
        call_command("flush", interactive=False, verbosity=0)
        call_command(
            "seed", projects=size["n"], tasks=size["m"], comments=size["k"], stdout=io.StringIO()
        )
        for run in given["runs"]:
            if not results[run["name"]]:
                measure(run)  # fills caches that live as long as the process
            results[run["name"]].append(measure(run))

with open(output_path, "w", encoding="utf-8") as file:
    json.dump(results, file)
