"""The protocol: one JSON object a line, requests on standard input, answers on standard output."""
import json
import os
import sys
import traceback

from . import driver, guard, patches, project, recorder, schema
from .errors import BridgeError
from .evaluation import Evaluation


def main():
    requests, answers = _take_over_streams()
    state = {}
    for line in requests:
        request = json.loads(line)
        answer = {"id": request["id"]}
        try:
            if request["method"] == "start":
                answer["result"] = _start(request, state)
            elif request["method"] == "schema":
                from django.db import connection

                answer["result"] = schema.describe_schema(connection)
            else:
                answer["result"] = Evaluation.run(state["root"], request)
        except BridgeError as error:
            answer["error"] = error.as_json()
        except BaseException as error:
            answer["error"] = {
                "kind": "internal",
                "message": "the bridge failed: %s: %s" % (type(error).__name__, error),
                "detail": traceback.format_exc(),
            }
        answers.write(json.dumps(answer) + "\n")
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


def _start(request, state):
    project.require_django()
    driver_name = driver.install()
    guard.install(request["cpuSeconds"])
    root = state["root"] = request["root"]
    engine, is_postgresql = project.load_settings(
        root, request["sourceRoots"], request["settings"], request["serverVersion"]
    )
    # Before the apps load: what they ask of the database at start is answered too.
    Evaluation.current = Evaluation(root)
    recorder.install(lambda: Evaluation.current.recorder)
    patches.install(lambda: Evaluation.current.session)
    project.load_apps(root)
    import django

    return {
        "python": "%d.%d.%d" % sys.version_info[:3],
        "django": django.get_version(),
        "driver": driver_name,
        "engine": engine,
        "isPostgresql": is_postgresql,
    }
