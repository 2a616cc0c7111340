"""Calls functions of small Django projects on databases of several sizes and reports the queries of each call.

    python measure.py INPUT.json OUTPUT.json

INPUT holds `sizes`, lists of [n, m, k] for the projects' `populate(n, m, k)`, `stages`, `projects` and `groups`. The
`sizes` of a stage are measured only for calls that went through the stages before, and whose counts differ between the
two sizes of its `probe`. A project has `settings` (module name) and `files` (path -> text). A group is the project whose
name is `project`, with `files` of its own in place of the project's or beside them, and `jobs`. A job adds its own
`files` as well and names `entries`: `{"module", "name", "kind"}` with kind `function` (no parameters), `view` (takes a
request) or `class` (a class-based view).

OUTPUT maps each job's id to `{"error"}` or `{"entries"}`: for each entry (`module.name`) the outcomes by size (`n·m·k`),
and the outcome `gaps` after the project's `make_gaps()` took away optional related rows. An outcome has the number of
`queries`, the `result` as plain data in which model instances are named by primary key, what was `written` and sent by
mail, and the type of the exception that was `raised`.

Every call gets a fresh import of the job's files, so that nothing at module level is evaluated already, and an
untouched copy of the database, so that calls that write don't see each other. It also finds the clock at the same
time, where the clock can be stopped: a feed tells when it was built.
"""

import contextlib
import datetime
import functools
import gc
import hashlib
import importlib
import importlib.machinery
import itertools
import json
import multiprocessing
import os
import pathlib
import sys
import tempfile
import traceback
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

# Opening, closing and nesting transactions is no work that grows with the data.
TRANSACTION_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

# Imported once for all processes. None of them defines a model or reads a setting.
PRELOADED = (
    "__main__",
    "celery.app.routes",
    "celery.app.task",
    "celery.result",
    "django.contrib.admin.filters",
    "django.contrib.admin.sites",
    "django.contrib.admin.templatetags.admin_list",
    "django.contrib.auth.checks",
    "django.contrib.auth.tokens",
    "django.core.mail.backends.locmem",
    "django.db.backends.sqlite3.base",
    "django.forms.models",
    "django.template.engine",
    "django.test.client",
    "django.test.testcases",
    "django.views.generic",
    "jinja2",
    "kombu.transport.virtual",
    "rest_framework.serializers",
    "time_machine",
)

# When calls are measured, the day after the rows were made.
NOW = datetime.datetime(2026, 1, 15, 12, tzinfo=datetime.timezone.utc)
DAY = datetime.timedelta(days=1)

RUNNING_TASKS = []

# Models that libraries registered with the admin.
ADMIN_CLASSES = set()


class Sizes(NamedTuple):
    always: list
    # Of dictionaries with `probe` and `sizes`.
    stages: list


def main(input_path, output_path):
    if hasattr(os, "nice") and sys.platform != "emscripten":
        os.nice(5)  # This takes minutes of every core; other tests wait for answers at the same time.
    task = json.loads(pathlib.Path(input_path).read_text(encoding="utf-8"))
    outcomes = {}
    sizes = Sizes(task["sizes"], task["stages"])
    for answer in run_groups(task["projects"], task["groups"], sizes):
        outcomes.update(answer)
    pathlib.Path(output_path).write_text(json.dumps(outcomes), encoding="utf-8")


def run_groups(projects, groups, sizes):
    """One process per group, because a process can hold one set of models only."""
    groups = [in_project(projects[group["project"]], group) for group in groups]
    if sys.platform == "emscripten":  # There are no processes: the caller sends one group at a time.
        return [run_group(group, sizes) for group in groups]
    context = multiprocessing.get_context("spawn" if os.name == "nt" else "forkserver")
    if os.name != "nt":
        context.set_forkserver_preload(list(PRELOADED))
    workers = min(2, os.cpu_count() or 1)
    with tempfile.TemporaryDirectory(prefix="queryscope-rows-") as folder:
        if len(groups) > workers:
            for name, project in projects.items():
                process = context.Process(target=share_rows, args=(project, sizes, pathlib.Path(folder, name)))
                process.start()
                process.join()
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(lambda group: run_in_process(context, group, sizes, folder), groups))


def in_project(project, group):
    return {**group, "settings": project["settings"], "files": {**project["files"], **group["files"]}}


def share_rows(project, sizes, folder):
    """Populates a project as it is, for groups that only add to it."""
    from shared_rows import keep_rows

    with open_project(project, sizes) as (_, databases), clock_at(NOW - DAY):
        for stage in sizes.stages:
            for size in stage["sizes"]:
                databases.populate(size)
        keep_rows(folder, project["files"], databases)


def run_in_process(context, group, sizes, rows):
    with tempfile.TemporaryDirectory(prefix="queryscope-measure-") as folder:
        answer_path = pathlib.Path(folder, "answer.json")
        process = context.Process(target=write_answer, args=(group, sizes, pathlib.Path(rows, group["project"]), answer_path))
        process.start()
        process.join()
        # Not by the exit code: a thread that starts a process asks for those of all others, and whoever comes second
        # is told that the process was lost.
        if answer_path.exists():
            return json.loads(answer_path.read_text(encoding="utf-8"))
    return fail(group, f"The measuring process ended with status {process.exitcode}.")


def write_answer(group, sizes, rows, answer_path):
    unfinished = answer_path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(run_group(group, sizes, rows)), encoding="utf-8")
    unfinished.rename(answer_path)


def fail(group, message):
    return {job["id"]: {"error": message} for job in group["jobs"]}


def run_group(group, sizes, rows=None):
    try:
        with open_project(group, sizes, rows) as (root, databases):
            return {job["id"]: run_job(root, group, job, databases, sizes) for job in group["jobs"]}
    except Exception:
        return fail(group, traceback.format_exc(limit=-6))


@contextlib.contextmanager
def open_project(project, sizes, rows=None):
    """Sets up the one project of this process. `rows` is the folder of those that another process has made, or None."""
    sys.dont_write_bytecode = True
    gc.disable()  # The process ends soon.
    importlib.machinery.SourceFileLoader.source_to_code = compile_once
    with tempfile.TemporaryDirectory(prefix="queryscope-project-") as folder:
        root = pathlib.Path(folder)
        write_files(root, project["files"])
        sys.path.insert(0, str(root))
        with clock_at(NOW - DAY):
            set_up_django(project["settings"])
            databases = Databases(project["files"], sizes, rows)
        yield root, databases


def clock_at(time):
    try:
        import time_machine
    except ImportError:
        return contextlib.nullcontext()

    return time_machine.travel(time, tick=False)


@contextlib.contextmanager
def time_in_steps(start, steps):
    """Each row is made a millisecond after the one before, at the same times in every process."""
    from unittest import mock

    from django.utils import timezone

    def now():
        moment = start + datetime.timedelta(milliseconds=next(steps))
        return moment if timezone.settings.USE_TZ else moment.replace(tzinfo=None)

    with mock.patch.object(timezone, "now", now):
        yield


def write_files(root, files):
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def set_up_django(settings_module):
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1" if sys.platform == "emscripten" else "")
    import django
    from django.conf import settings

    settings.DATABASES["default"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    django.setup()
    if settings_have_admin():
        from django.contrib.admin import site

        ADMIN_CLASSES.update(site._registry)


class Databases:
    """A populated SQLite database for each size, and one, of the first size, with gaps. Those of stages are made on demand."""

    def __init__(self, files, sizes, rows=None):
        from django.db import connection

        self.modules = [importlib.import_module(name) for name in find_modules(files, "populate.py")]
        create_tables()
        self.empty = copy_database(connection)
        self.shared = rows and self.open_shared_rows(rows, files)
        self.by_size = {}
        # How often rows asked for the time.
        self.steps = {}
        for size in sizes.always:
            self.populate(size)
        self.make_gaps(self.by_size[name_of(sizes.always[0])])

    def open_shared_rows(self, folder, files):
        from shared_rows import open_rows  # Pyodide has this file only.

        return open_rows(folder, files, self.modules, self.empty.database)

    def own_modules(self):
        """Those that make the rows which are not shared."""
        return self.modules[len(self.shared.modules) :] if self.shared else self.modules

    def populate(self, size):
        from django.db import connection

        name = name_of(size)
        restore(connection, self.empty)
        if self.shared:
            self.shared.insert(connection, name)
        steps = itertools.count(self.shared.steps[name] if self.shared else 0)
        with time_in_steps(NOW - DAY, steps):
            for module in self.own_modules():
                module.populate(*size)
        self.by_size[name] = copy_database(connection)
        self.steps[name] = next(steps)

    def make_gaps(self, populated):
        from django.db import connection

        if self.shared and not self.own_modules():
            restore(connection, self.empty)
            self.shared.insert(connection, "gaps")
        else:
            restore(connection, populated)
            for module in self.modules:
                if hasattr(module, "make_gaps"):
                    module.make_gaps()
        self.by_size["gaps"] = copy_database(connection)


def name_of(size):
    return "·".join(map(str, size))


def create_tables():
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    # Content types are cached per process; a server has long looked them up.
    ContentType.objects.get_for_models(*apps.get_models(), for_concrete_models=False)


def copy_database(connection):
    import sqlite3

    # Reads values as Django's own connections do.
    copy = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES)
    connection.connection.backup(copy)
    return Untouched(copy)


def run_job(root, group, job, databases, sizes):
    try:
        write_files(root, job["files"])
        importlib.invalidate_caches()
        reset_templates()
        modules = find_modules(job["files"])
        return {"entries": measure_entries(job["entries"], modules, databases, sizes)}
    except Exception:
        return {"error": traceback.format_exc(limit=-6)}
    finally:
        forget_receivers(find_modules(job["files"]))
        for path in job["files"]:
            if path in group["files"]:
                write_files(root, {path: group["files"][path]})
            else:
                (root / path).unlink(missing_ok=True)


def find_modules(files, name=""):
    """The dotted names of the Python files among `files`; only of those that are called `name` where it is given."""
    return [
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in files
        if path.endswith(".py") and (not name or pathlib.PurePosixPath(path).name == name)
    ]


def reset_templates():
    from django.template import engines

    for engine in engines.all():
        for loader in getattr(getattr(engine, "engine", None), "template_loaders", ()):
            loader.reset()


@functools.lru_cache(maxsize=None)
def compile_once(loader, source, path):
    """Replaces a method of Python's loaders: each call imports its modules afresh, of the same sources."""
    return compile(source, path, "exec", dont_inherit=True)


def import_afresh(module, modules):
    forget(modules)
    return importlib.import_module(module)


def forget(modules):
    forget_admin_classes()
    forget_receivers(modules)
    for name in modules:
        sys.modules.pop(name, None)
        package, _, attribute = name.rpartition(".")
        if package in sys.modules:
            vars(sys.modules[package]).pop(attribute, None)


def forget_admin_classes():
    """A module that is imported again registers its admin classes again."""
    if settings_have_admin():
        from django.contrib.admin import site

        for model in [model for model in site._registry if model not in ADMIN_CLASSES]:
            site.unregister(model)


def settings_have_admin():
    from django.apps import apps

    return apps.is_installed("django.contrib.admin")


def forget_receivers(modules):
    """A module that is imported again connects its receivers again; the old ones live until they are collected."""
    from django.db.models import signals

    for signal in vars(signals).values():
        if isinstance(signal, signals.ModelSignal):
            signal.receivers = [entry for entry in signal.receivers if module_of(entry[1]) not in modules]
            signal.sender_receivers_cache.clear()


def module_of(receiver):
    function = receiver() if isinstance(receiver, weakref.ReferenceType) else receiver
    return getattr(function, "__module__", None)


def measure_entries(entries, modules, databases, sizes):
    outcomes = {f"{entry['module']}.{entry['name']}": {} for entry in entries}
    for size in [*map(name_of, sizes.always), "gaps"]:
        measure_at(size, entries, modules, databases, outcomes)
    for stage in sizes.stages:
        entries = [entry for entry in entries if has_grown(outcomes[f"{entry['module']}.{entry['name']}"], stage["probe"])]
        for size in stage["sizes"] if entries else []:
            if name_of(size) not in databases.by_size:
                forget(modules)
                with clock_at(NOW - DAY):
                    databases.populate(size)
            measure_at(name_of(size), entries, modules, databases, outcomes)
    return outcomes


def has_grown(outcomes, probe):
    return len({outcomes[name_of(size)]["queries"] for size in probe}) > 1


def measure_at(size, entries, modules, databases, outcomes):
    from django.db import connection

    untouched = databases.by_size[size]
    is_untouched = False
    for entry in entries:
        if not is_untouched:
            restore(connection, untouched)
        outcome = measure(entry, modules, untouched)
        outcomes[f"{entry['module']}.{entry['name']}"][size] = outcome
        is_untouched = outcome["written"] is None and outcome["raised"] is None


def restore(connection, untouched):
    connection.ensure_connection()
    try:
        untouched.database.backup(connection.connection)
    except Exception:  # A generator of the last call still holds a cursor: start with a new connection.
        connection.connection = None
        connection.ensure_connection()
        untouched.database.backup(connection.connection)


def measure(entry, modules, untouched):
    from django.core import mail
    from django.core.cache import caches
    from django.db import connection

    mail.outbox = []
    for cache in caches.all(initialized_only=True):
        cache.clear()
    statements = []
    writes = []

    def record(execute, sql, params, many, context):
        if not sql.upper().startswith(TRANSACTION_CONTROL):
            if not sql.lstrip("( ").upper().startswith(("SELECT", "EXPLAIN", "WITH")):
                writes.append(sql)
            # What a running task sends costs its worker, and not the call that is measured.
            if not RUNNING_TASKS:
                statements.append(sql)
        return execute(sql, params, many, context)

    outcome = {"result": None, "raised": None, "message": None, "written": None}
    target = getattr(import_afresh(entry["module"], modules), entry["name"])
    call = make_call(target, entry["kind"])
    watch_tasks()
    try:
        with connection.execute_wrapper(record), clock_at(NOW):
            value = consume(call())
        outcome["result"] = describe(value)
    except Exception as error:
        outcome["raised"] = type(error).__name__
        outcome["message"] = "".join(traceback.format_exception(error, limit=-3, chain=False))
    outcome["queries"] = len(statements)
    outcome["statements"] = statements[:40]
    outcome["mails"] = [describe_mail(message) for message in mail.outbox]
    if writes:
        outcome["written"] = dump_tables(untouched)
    return outcome


def watch_tasks():
    """Keeps account of the tasks that run: they run at once where the project's settings say so."""
    if "celery" in sys.modules:
        from celery import signals

        signals.task_prerun.connect(note_start)
        signals.task_postrun.connect(note_end)
    if "django.tasks" in sys.modules:
        from django.tasks import signals

        signals.task_started.connect(note_start)
        signals.task_finished.connect(note_end)


def note_start(sender, **_):
    RUNNING_TASKS.append(sender)


def note_end(sender, **_):
    RUNNING_TASKS.pop()


def describe_mail(message):
    return [
        str(message.subject),
        str(message.body),
        str(message.from_email),
        sorted(message.recipients()),
        [list(map(str, alternative)) for alternative in getattr(message, "alternatives", [])],
    ]


def make_call(target, kind):
    import inspect

    from asgiref.sync import async_to_sync

    if kind == "function":
        if inspect.iscoroutinefunction(target):
            return async_to_sync(target)
        if inspect.isasyncgenfunction(target):
            return async_to_sync(lambda: collect(target()))
        return target
    request = make_request()
    view = target.as_view() if kind == "class" else target
    if inspect.iscoroutinefunction(view):
        view = async_to_sync(view)
    return lambda: view(request)


async def collect(values):
    return [value async for value in values]


def make_request():
    from django.contrib.auth import get_user_model
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = get_user_model()._default_manager.order_by("pk").first()
    request.session = {}
    return request


def consume(value):
    """Evaluates what is lazy, as whoever receives the value would do."""
    from django.db.models import Manager
    from django.db.models.query import QuerySet, RawQuerySet
    from django.http import HttpResponseBase

    if isinstance(value, HttpResponseBase):
        if hasattr(value, "render") and not value.is_rendered:
            value.render()
        return b"".join(value.streaming_content) if value.streaming else value
    if isinstance(value, Manager):
        return list(value.all())
    if isinstance(value, (QuerySet, RawQuerySet)):
        return list(value)
    if isinstance(value, dict):
        return {consume(key): consume(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(consume(item) for item in value)
    if isinstance(value, list) or (hasattr(value, "__next__") and hasattr(value, "__iter__")):
        return [consume(item) for item in value]
    return value


def describe(value):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value

    from django.db.models import Model
    from django.http import HttpResponseBase

    if isinstance(value, Model):
        return f"<{value._meta.label} {value.pk}>"
    if isinstance(value, HttpResponseBase):
        return [value.status_code, value.headers.get("Location"), value.content.decode()]
    if isinstance(value, dict):
        return [[describe(key), describe(item)] for key, item in value.items()]
    if isinstance(value, (set, frozenset)):
        return sorted((describe(item) for item in value), key=repr)
    if isinstance(value, (list, tuple)):
        return [describe(item) for item in value]
    return f"<{type(value).__name__} {value}>"


def dump_tables(untouched):
    """
    All rows, without the times at which they were written; a digest of them where a table is as it was before the call.
    A proxy, which a section may define, has no table.
    """
    from django.apps import apps
    from django.db import connection

    tables = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy:
            continue
        queryset, sql = written_columns(model)
        rows = connection.connection.execute(sql).fetchall()
        if rows == untouched.rows(sql):
            tables[model._meta.label] = untouched.digest(sql)
        else:
            tables[model._meta.label] = [describe(row) for row in queryset.all()]
    return tables


@functools.lru_cache(maxsize=None)
def written_columns(model):
    """A queryset for all rows of a model, whatever its managers leave out, and its SQL."""
    from django.db.models import QuerySet
    from django.utils import timezone

    names = [
        field.attname
        for field in model._meta.concrete_fields
        if not any([getattr(field, "auto_now", 0), getattr(field, "auto_now_add", 0), field.default is timezone.now])
    ]
    queryset = QuerySet(model).order_by("pk").values_list(*names)
    return queryset, str(queryset.query)


class Untouched:
    """A populated database. What its tables hold is read once, and only when a call has written."""

    def __init__(self, database):
        self.database = database
        self.rows_by_sql = {}
        self.digests = {}

    def rows(self, sql):
        if sql not in self.rows_by_sql:
            self.rows_by_sql[sql] = self.database.execute(sql).fetchall()
        return self.rows_by_sql[sql]

    def digest(self, sql):
        if sql not in self.digests:
            self.digests[sql] = hashlib.sha256(repr(self.rows(sql)).encode()).hexdigest()
        return self.digests[sql]


if __name__ == "__main__":
    main(*sys.argv[1:])
