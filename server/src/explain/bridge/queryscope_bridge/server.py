"""The protocol: one JSON object a line, requests on standard input, answers on standard output."""
import importlib
import json
import os
import sys
import traceback

from . import driver, guard, library_models, missing_modules, patches, project, recorder, schema
from .errors import BridgeError
from .evaluation import Evaluation


class Bridge:
    """Answers requests, one at a time."""

    def __init__(self):
        self._root = None

    def answer(self, line):
        """The answer to a request; both are JSON."""
        request = json.loads(line)
        try:
            return json.dumps({"id": request["id"], "result": self._result(request)})
        except BridgeError as error:
            failure = error.as_json()
        except BaseException as error:
            failure = {
                "kind": "internal",
                "message": "the bridge failed: %s: %s" % (type(error).__name__, error),
                "detail": traceback.format_exc(),
            }
        return json.dumps({"id": request["id"], "error": failure})

    def _result(self, request):
        if request["method"] == "start":
            self._root = request["root"]
            return _start(request)
        if request["method"] == "schema":
            from django.db import connection

            return schema.describe_schema(connection)
        return Evaluation.run(self._root, request)


def main():
    requests, answers = _take_over_streams()
    bridge = Bridge()
    for line in requests:
        answers.write(bridge.answer(line) + "\n")
        answers.flush()


def _take_over_streams():
    """What project code prints goes to standard error, and it finds nothing to read."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, answers


def _start(request):
    if "environment" in request:
        os.environ.clear()
        os.environ.update(request["environment"])
    # Files may have come with this request.
    importlib.invalidate_caches()
    project.require_django()
    driver_name = driver.install()
    guard.install(request["cpuSeconds"], files_are_copies=request.get("filesAreCopies", False))
    project.read_unsaved(request.get("unsaved"))
    root = request["root"]
    library_models.describe(request.get("libraryBases"))
    stand_ins = request.get("standIns", False)
    engine, is_postgresql = project.load_settings(
        root, request["sourceRoots"], request["settings"], request["serverVersion"], stand_ins
    )
    # Before the apps load: what they ask of the database at start is answered too.
    Evaluation.current = Evaluation(root)
    recorder.install(lambda: Evaluation.current.recorder)
    patches.install(lambda: Evaluation.current.session)
    project.load_apps(root, stand_ins)
    import django

    return {
        "python": "%d.%d.%d" % sys.version_info[:3],
        "django": django.get_version(),
        "driver": driver_name,
        "engine": engine,
        "isPostgresql": is_postgresql,
        "missingModules": sorted(missing_modules.missing),
    }
