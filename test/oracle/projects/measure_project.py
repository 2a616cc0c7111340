"""
Runs pages of a project with data of several sizes, and counts their queries.

Input:  {"root": folder of the project, "settings": module, "paths": folders of modules below the root,
         "environment": {name: text with {folder} for that of the database}, "data": its data.py,
         "sizes": [{"n", "m", "k"}], "endpoints": [endpoint]}; or "list": true in place of the last two
Output: {"endpoints": {name: {"symbols": [the names under which the view may be known], "runs": [run per size]}},
         "unpopulated": {model: reason}}
        or {"endpoints": [endpoint], "uncallable": [name]}: all pages that can be asked for

A run is {"result": HTTP status or the name of an exception, "queries": number, "common": number, "rows": {SQL: number},
"content": digest of what a browser gets, "places": {"path:line" of the project's innermost line: number of queries}}.
`common` counts what middleware, sessions and authentication send, which is the same for every page. `rows` are those that
came with one query, at most; those that prefetch for many rows are left out. Whatever a run writes is rolled back.
"""

import collections
import hashlib
import importlib.util
import inspect
import json
import logging
import os
import random
import re
import secrets
import shutil
import sys
import tempfile
import uuid
from urllib.parse import urlencode

input_path, output_path = sys.argv[1:]
with open(input_path, encoding="utf-8") as file:
    given = json.load(file)

here = os.path.dirname(os.path.abspath(__file__))
folder = tempfile.mkdtemp(prefix="queryscope-project-")
database = os.path.join(folder, "database.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = given["settings"]
os.environ["QUERYSCOPE_FOLDER"] = folder
for name, content in given["environment"].items():
    os.environ[name] = content.replace("{folder}", folder)
sys.path[:0] = [*(os.path.join(given["root"], path) for path in given["paths"]), given["root"], here, os.path.dirname(here)]

import django  # noqa: E402
from clock import Clock  # noqa: E402
from django.utils import timezone  # noqa: E402

clock = Clock()
timezone.now = clock.now  # before models take it as a default
django.setup()

from django.apps import apps  # noqa: E402
from django.contrib.admin import ModelAdmin  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402
from django.views import View  # noqa: E402
from fetched_rows import fetched  # noqa: E402

specification = importlib.util.spec_from_file_location("data", given["data"])
data = importlib.util.module_from_spec(specification)
specification.loader.exec_module(data)

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
MIDDLEWARE_METHODS = ("__call__", "process_request", "process_response", "process_view", "process_exception")
DETAILS = os.environ.get("QUERYSCOPE_QUERY_DETAILS")


def middleware_files():
    files = set()
    for path in settings.MIDDLEWARE:
        middleware = import_string(path)
        files.add(inspect.getsourcefile(inspect.unwrap(middleware)))
    return files


def is_common(frame):
    """Whether a query comes from what surrounds every page."""
    while frame is not None:
        path = frame.f_code.co_filename.replace(os.sep, "/")
        if "/django/contrib/sessions/" in path or path.endswith("/django/contrib/auth/middleware.py"):
            return True
        if path in MIDDLEWARE_FILES and frame.f_code.co_name in MIDDLEWARE_METHODS:
            return True
        if path.endswith("/django/core/handlers/base.py"):
            return False
        frame = frame.f_back
    return False


MIDDLEWARE_FILES = middleware_files()


def place(frame):
    """The innermost line that belongs to the project."""
    lines = []
    while frame is not None and len(lines) < 4:
        path = frame.f_code.co_filename
        if path.startswith(given["root"]) and "/.venv/" not in path:
            lines.append(f"{os.path.relpath(path, given['root'])}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return " < ".join(lines)


populator = None


def value(argument):
    """`"tasks.Task.slug"` stands for a field of the first row that was made; anything else for itself."""
    match = re.fullmatch(r"(\w+\.\w+)\.(\w+)", str(argument))
    if not match:
        return argument
    model = apps.get_model(match[1])
    made = populator.rows.get(model)
    row = made[0] if made else model._base_manager.order_by("pk").first()
    if row is None:
        raise LookupError(f"{match[1]} has no rows")
    return getattr(row, match[2])


def url_of(endpoint):
    query = {name: value(argument) for name, argument in endpoint.get("query", {}).items()}
    kwargs = {name: value(argument) for name, argument in endpoint.get("kwargs", {}).items()}
    return reverse(endpoint["name"], kwargs=kwargs) + ("?" + urlencode(query) if query else "")


views = []  # that were set up in the request that runs


def note_setup(setup):
    def noting(self, request, *arguments, **named):
        views.append(self)
        return setup(self, request, *arguments, **named)

    return noting


View.setup = note_setup(View.setup)


def symbols_of(match):
    """Names of the function or method that answers, most specific first. To be asked after the request."""
    view = match.func
    admin = getattr(view, "model_admin", None)
    if admin is not None:
        page = match.url_name.rsplit("_", 1)[-1] + "_view"
        names = [f"{cls.__module__}.{cls.__qualname__}.{page}" for cls in type(admin).__mro__]
        return [f"{admin.model._meta.label}.{page}", *names] if type(admin) is ModelAdmin else names
    cls = type(views[0]) if views else getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls is not None:
        method = (getattr(view, "actions", None) or {}).get("get", "get")
        return [f"{base.__module__}.{base.__qualname__}.{method}" for base in cls.__mro__]
    names = []
    while view is not None:
        if not hasattr(view, "__qualname__"):
            names += [f"{base.__module__}.{base.__qualname__}" for base in type(view).__mro__]
        else:
            names.append(f"{view.__module__}.{view.__qualname__}")
        view = getattr(view, "__wrapped__", None)
    return names


def run_once(endpoint):
    sent = []
    content = ""
    fetched.clear()
    random.seed(1)
    with transaction.atomic():
        client = Client(raise_request_exception=True)
        client.force_login(data.user())
        for key, content in getattr(data, "SESSION", {}).items():
            session = client.session
            session[key] = content
            session.save()

        def count(execute, sql, params, many, context):
            if sql.lstrip("( ").upper().startswith(COUNTED):
                frame = sys._getframe(1)
                sent.append((sql, is_common(frame), place(frame)))
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(count):
                response = client.get(url_of(endpoint), headers=getattr(data, "HEADERS", {}))
                result = response.status_code
                content = digest(response)
        except Exception as error:
            result = f"{type(error).__name__}: {error}"[:160]
        transaction.set_rollback(True)
    common = sum(is_common for _, is_common, _ in sent)
    rows = {sql: number for sql, number in fetched.items() if number > 1}
    run = {
        "result": result,
        "queries": len(sent) - common,
        "common": common,
        "rows": rows,
        "content": content,
        "places": collections.Counter(place.split(" ")[0] for _, is_common, place in sent if not is_common),
    }
    return run, sent


def digest(response):
    """Without what differs each time: tokens, and how long something took."""
    body = b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content
    body = re.sub(rb"(csrf\w*[\"']?[^\w]{1,20}(value=[\"'])?)[\w-]{32,}", rb"\1", body, flags=re.IGNORECASE)
    return hashlib.sha256(body).hexdigest()


def prepare(size):
    """An empty database with the rows of this size."""
    connection.close()
    shutil.copy(os.path.join(folder, "empty.sqlite3"), database)
    random.seed(0)
    clock.start()
    global populator
    populator = data.populate(size)
    clock.stop()


def measure(sizes, endpoints):
    answers = {endpoint["name"]: {"symbols": [], "runs": []} for endpoint in endpoints}
    unpopulated, details = {}, {}
    for size in sizes:
        prepare(size)
        unpopulated.update(populator.failures)
        for endpoint in endpoints:
            answer = answers[endpoint["name"]]
            if answer["runs"] and answer["runs"][-1]["result"] != 200:
                answer["runs"].append(answer["runs"][-1])
                continue
            if not answer["runs"]:
                run_once(endpoint)  # fills caches that live as long as the process
            views.clear()
            run, sent = run_once(endpoint)
            try:
                answer["symbols"] = symbols_of(resolve(url_of(endpoint).split("?")[0]))
            except Exception as error:
                run["result"] = f"{type(error).__name__}: {error}"[:160]
            answer["runs"].append(run)
            details[endpoint["name"]] = sent
    if DETAILS:
        with open(DETAILS, "w", encoding="utf-8") as file:
            json.dump(details, file)
    return {"endpoints": answers, "unpopulated": unpopulated}


def list_endpoints():
    """All named pages whose arguments `data.ARGUMENTS` knows, and the names of the others."""
    endpoints, uncallable = [], []
    prepare({"n": 4, "m": 2, "k": 2})

    def walk(patterns, namespaces, arguments, callbacks):
        for pattern in patterns:
            names = {**arguments, **dict.fromkeys(pattern.pattern.regex.groupindex)}
            if isinstance(pattern, URLResolver):
                inner = [*namespaces, pattern.namespace] if pattern.namespace else namespaces
                if inner and inner[0] in getattr(data, "EXCLUDED_NAMESPACES", ()):
                    continue
                walk(pattern.url_patterns, inner, names, callbacks)
            elif isinstance(pattern, URLPattern) and pattern.name:
                name = ":".join([*namespaces, pattern.name])
                if any(re.search(excluded, name) for excluded in getattr(data, "EXCLUDED", ())):
                    continue
                kwargs = {}
                for argument in names:
                    known = argument_of(name, argument)
                    if known is None:
                        break
                    kwargs[argument] = known
                else:
                    endpoint = {"name": name, **({"kwargs": kwargs} if kwargs else {})}
                    try:
                        symbols_of(resolve(url_of(endpoint)))
                    except Exception as error:
                        uncallable.append(f"{name}: {type(error).__name__}: {error}"[:150])
                        continue
                    if endpoint not in endpoints and not any(e["name"] == name for e in endpoints):
                        endpoints.append(endpoint)
                    continue
                uncallable.append(f"{name}({', '.join(names)})")

    walk(get_resolver().url_patterns, [], {}, [])
    return {"endpoints": endpoints, "uncallable": uncallable}


def argument_of(name, argument):
    admin = re.fullmatch(r"admin:(\w+)_(\w+)_change", name)
    if admin and argument == "object_id":
        return next(
            (
                f"{model._meta.label}.pk"
                for model in apps.get_models()
                if (model._meta.app_label, model._meta.model_name) == admin.groups()
            ),
            None,
        )
    for pattern, known in getattr(data, "ARGUMENTS", {}).items():
        if re.search(pattern, name) and argument in known:
            return known[argument]
    return None


# The same rows and pages each time.
secrets.choice = random.choice
uuid.uuid4 = lambda: uuid.UUID(int=random.getrandbits(128), version=4)
logging.disable(logging.CRITICAL)
call_command("migrate", verbosity=0, run_syncdb=True)
connection.close()
shutil.copy(database, os.path.join(folder, "empty.sqlite3"))
try:
    answer = list_endpoints() if given.get("list") else measure(given["sizes"], given["endpoints"])
finally:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)
with open(output_path, "w", encoding="utf-8") as file:
    json.dump(answer, file)
