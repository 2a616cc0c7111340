"""Describes the models of small Django projects and creates their tables in SQLite.

    python describe_schema.py INPUT.json OUTPUT.json

INPUT maps names to projects: `{"settings", "files"}`. OUTPUT maps each name to the messages of Django's checks, the
options of every model without its indexes, the indexes as `[fields, name]`, and the SQL of those in the database.
A project is described in a process of its own, because a process can hold one set of models only.
"""

import json
import multiprocessing
import os
import pathlib
import sys
import tempfile

# Imported once for all processes. None of them defines a model or reads a setting.
PRELOADED = (
    "__main__",
    "django.contrib.admin.filters",
    "django.contrib.admin.sites",
    "django.contrib.auth.checks",
    "django.contrib.auth.tokens",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.state",
    "django.forms.models",
    "django.template.engine",
    "django.views.generic",
)


def main(input_path, output_path):
    projects = json.loads(pathlib.Path(input_path).read_text(encoding="utf-8"))
    context = multiprocessing.get_context("spawn" if os.name == "nt" else "forkserver")
    if os.name != "nt":
        context.set_forkserver_preload(list(PRELOADED))
    with context.Pool(min(2, os.cpu_count() or 1), maxtasksperchild=1) as pool:
        answers = dict(zip(projects, pool.map(describe, projects.values(), chunksize=1)))
    pathlib.Path(output_path).write_text(json.dumps(answers), encoding="utf-8")


def describe(project):
    sys.dont_write_bytecode = True
    with tempfile.TemporaryDirectory(prefix="queryscope-schema-") as folder:
        for path, text in project["files"].items():
            target = pathlib.Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        sys.path.insert(0, folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = project["settings"]
        return describe_schema()


def describe_schema():
    import django
    from django.conf import settings

    settings.DATABASES["default"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    django.setup()
    from django.apps import apps
    from django.core.checks import run_checks
    from django.db import connection
    from django.db.migrations.state import ModelState

    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
        statements = dict(cursor.fetchall())
    options = {}
    indexes = {}
    for model in apps.get_app_config("catalog").get_models():
        state = ModelState.from_model(model)
        indexes[model.__name__] = [[list(index.fields), index.name] for index in state.options.pop("indexes")]
        options[model.__name__] = {name: repr(value) for name, value in state.options.items() if name != "abstract"}
    checks = [str(message) for message in run_checks(app_configs=[apps.get_app_config("catalog")])]
    return {"checks": checks, "options": options, "indexes": indexes, "created": statements}


if __name__ == "__main__":
    main(*sys.argv[1:])
