"""Executes functions of a small Django project in PostgreSQL.

    python execute.py INPUT.json OUTPUT.json

INPUT is `{"settings", "files", "installs", "database", "module", "calls", "rows"}`: `installs` are added to the
applications, the tables are made as the models say, filled by
`rows`, code that is executed, and each function of `calls` is called, with a request where it takes one. OUTPUT maps the
functions to `{"result", "statements", "plans"}`; plans are made without scans of whole tables.
"""

import inspect
import json
import os
import pathlib
import sys
import tempfile


def main(input_path, output_path):
    project = json.loads(pathlib.Path(input_path).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="queryscope-postgresql-") as folder:
        for path, text in project["files"].items():
            target = pathlib.Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        sys.path.insert(0, folder)
        answer = execute(project)
    pathlib.Path(output_path).write_text(json.dumps(answer), encoding="utf-8")


def execute(project):
    os.environ["DJANGO_SETTINGS_MODULE"] = project["settings"]
    import django
    from django.conf import settings

    settings.INSTALLED_APPS.extend(project["installs"])
    settings.DATABASES["default"] = {"ENGINE": "django.db.backends.postgresql", **project["database"]}
    django.setup()
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION pg_trgm")
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    exec(project["rows"], {})
    module = __import__(project["module"], fromlist=["*"])
    return {name: call(getattr(module, name)) for name in project["calls"]}


def call(function):
    from django.db import connection
    from django.test import RequestFactory
    from django.test.utils import CaptureQueriesContext

    takes_request = bool(inspect.signature(function).parameters)
    arguments = [RequestFactory().get("/", {"q": "ITLE 1"})] if takes_request else []
    with CaptureQueriesContext(connection) as captured:
        result = function(*arguments)
    content = getattr(result, "content", None)
    statements = [query["sql"] for query in captured.captured_queries]
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        plans = []
        for statement in statements:
            cursor.execute("EXPLAIN " + statement.replace("%", "%%"), ())
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
    return {"result": result if content is None else content.decode(), "statements": statements, "plans": plans}


main(sys.argv[1], sys.argv[2])
