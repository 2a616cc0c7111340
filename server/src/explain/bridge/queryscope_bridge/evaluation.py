"""Evaluates one expression with the names of its module and its function, and collects the SQL it stands for."""
import ast
import builtins
import importlib
import inspect
import itertools

from . import guard, project
from .errors import BridgeError, OperationBlocked, StatementLimit
from .known_querysets import Guide, parsed
from .placeholders import Unknown, name_of
from .receiver import annotated, receiver
from .recorder import PREFETCH, PREPARATION, QUERYSET, Recorder
from .session import Session, describe, raised_by_django

#: Rows that the explained queryset finds: more than one, so that prefetches show their list of keys.
_ROWS = 3

#: Of an iterator only so much is read.
_ITEMS = 3

_NAME_LENGTH = 60


class Evaluation:
    """`current` is the one under way: the patches of Django ask it for the session and the recorder."""

    current = None

    def __init__(self, root):
        self._root = root
        self.session = Session()
        self.recorder = Recorder(self.session)

    @classmethod
    def run(cls, root, request):
        evaluation = cls(root)
        cls.current = evaluation
        try:
            return evaluation._run(request)
        except BridgeError as error:
            error.notes = evaluation.session.notes
            raise

    def _run(self, request):
        namespace = self._namespace(request.get("module"))
        self._guide = Guide(request.get("querysets", ()), namespace, self.session)
        for binding in request.get("bindings", ()):
            self._bind(namespace, binding)
        for statement in self.recorder.statements:
            statement["role"] = PREPARATION
        prepared = len(self.recorder.statements)
        refused = len(guard.attempts)
        try:
            self._send(self._value(request["expression"], namespace))
        except BridgeError:
            raise
        except BaseException as error:
            if len(self.recorder.statements) == prepared:
                raise self._explain_failure(error) from error
            self.session.note("stopped after the queries shown: %s" % describe(error))
        for attempt in guard.attempts[refused:]:
            self.session.note("the project tried %s, which was refused" % attempt)
        return {"statements": _main_first(self.recorder.statements, prepared), "notes": self.session.notes}

    def _namespace(self, module_name):
        try:
            return dict(vars(importlib.import_module(module_name)))
        except BaseException as error:
            reason = project.failure("import", "%s could not be imported" % module_name, error, self._root)
            self.session.note("%s; names are looked up among the project's models instead" % reason.message)
            return _FallbackNamespace(self.session)
        finally:
            # What runs while a module is imported is no part of the queryset.
            self.recorder.statements.clear()

    def _bind(self, namespace, binding):
        kind, name = binding["kind"], binding["name"]
        unknown = self.session.unknown(name)
        try:
            if kind == "parameter":
                value = annotated(binding.get("annotation"), name, namespace, self.session)
            elif kind == "receiver" and isinstance(namespace, _FallbackNamespace):
                # Its class is in the module that could not be imported, which a note says already.
                value = unknown
                namespace["super"] = lambda *_arguments: self.session.unknown("super()")
            elif kind == "receiver":
                value = receiver(binding["class"], binding["isClass"], name, namespace, self.session)
                _bind_super(namespace, binding["class"], value)
            elif kind == "assignment":
                unknown = self.session.unknown(_short(binding["expression"]))
                value = self._value(binding["expression"], namespace)
            elif kind == "loopVariable":
                unknown = self.session.unknown(name)
                value = self._element(self._value(binding["iterable"], namespace), name)
            elif kind == "import":
                exec(compile(binding["statement"], "<import>", "exec"), namespace)
                return
            else:
                value = unknown
        except BaseException as error:
            self.session.note("`%s` is taken as unknown: %s" % (name, describe(error)))
            value = unknown
        namespace[name] = value

    def _value(self, source, namespace):
        code = compile(self._guide(parsed(source)), "<queryset>", "eval", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        value = eval(code, namespace)
        return _drive(value) if inspect.iscoroutine(value) else value

    def _element(self, iterable, name):
        from django.db.models import Manager, QuerySet

        if isinstance(iterable, Manager):
            iterable = iterable.all()
        if isinstance(iterable, QuerySet) and issubclass(iterable._iterable_class, _model_iterable()):
            return self.session.instance(iterable.model, name)
        if isinstance(iterable, (list, tuple)) and iterable:
            return iterable[0]
        if inspect.isgenerator(iterable):
            return next(iterable)
        return self.session.unknown(name)

    def _send(self, value):
        """Runs the queries that the value stands for."""
        from django.db.models import Manager, Prefetch, QuerySet
        from django.db.models.query import RawQuerySet

        if isinstance(value, Prefetch):
            value = value.queryset
        if not isinstance(value, (QuerySet, Unknown)) and isinstance(getattr(value, "object_list", None), QuerySet):
            value = value.object_list
        if isinstance(value, Manager):
            value = value.all()
        if isinstance(value, QuerySet):
            self._mark_preparation()
            self.recorder.row_count = _ROWS
            list(value._chain())
            return
        if isinstance(value, RawQuerySet):
            self._mark_preparation()
            self.recorder.record(value.raw_query, value.params or None)
            return
        if isinstance(value, Unknown):
            raise BridgeError(
                "unknown-value", "the value is only known when the program runs: it depends on `%s`" % name_of(value)
            )
        if inspect.isasyncgen(value):
            _drive(value.__anext__())
        elif inspect.isgenerator(value) or isinstance(value, (map, filter)):
            list(itertools.islice(value, _ITEMS))
        if not any(statement["role"] == QUERYSET for statement in self.recorder.statements):
            raise BridgeError("not-a-queryset", "the expression gives %s, which sends no query" % _kind_of(value))

    def _mark_preparation(self):
        for statement in self.recorder.statements:
            statement["role"] = PREPARATION

    def _explain_failure(self, error):
        if isinstance(error, StatementLimit):
            return BridgeError("project-error", "the expression sends %s" % error)
        if isinstance(error, SyntaxError):
            return BridgeError("syntax", "not a complete Python expression: %s" % error.msg)
        if isinstance(error, NameError) and error.__traceback__.tb_next is not None:
            return BridgeError("unknown-name", str(error))
        if isinstance(error, OperationBlocked) and _is_database_error(error):
            return BridgeError("database-access", str(error))
        kind, summary = ("django-rejected", "Django rejects it") if raised_by_django(error) else (
            "project-error", "evaluating it failed")
        return project.failure(kind, summary, error, self._root)




def _drive(awaitable):
    """Runs a coroutine that never has to wait."""
    steps = awaitable.__await__() if hasattr(awaitable, "__await__") else awaitable
    try:
        steps.send(None)
    except StopIteration as finished:
        return finished.value
    raise BridgeError("not-a-queryset", "the expression waits for something that is not a query")


def _main_first(statements, prepared):
    """The queryset's own query, its prefetches, then what was run to build it.

    The last of several queries is the expression's own. Where that one writes, all are: `delete()` and its cascade.
    """
    own = [statement for statement in statements[prepared:] if statement["role"] == QUERYSET]
    if own and own[-1]["sql"].startswith(("SELECT", "(")):
        for statement in own[:-1]:
            statement["role"] = PREPARATION
    main = own[-1:]
    rank = {QUERYSET: 1, PREFETCH: 2, PREPARATION: 3}
    return main + sorted((s for s in statements if s not in main), key=lambda s: rank[s["role"]])


def _bind_super(namespace, class_name, instance):
    from .receiver import find_class

    cls = find_class(class_name, namespace)

    def super_without_arguments(*arguments):
        return builtins.super(*arguments) if arguments else builtins.super(cls, instance)

    namespace["super"] = super_without_arguments


def _short(source):
    text = " ".join(source.split())
    return text if len(text) <= _NAME_LENGTH else text[: _NAME_LENGTH - 1] + "…"


def _model_iterable():
    from django.db.models.query import ModelIterable

    return ModelIterable


def _kind_of(value):
    return "None" if value is None else "a value of type %s" % type(value).__name__


def _is_database_error(error):
    from django.db import Error

    return isinstance(error, Error)


class _FallbackNamespace(dict):
    """Names for a module that can't be imported: the project's models, Django's query expressions, else unknown."""

    def __init__(self, session):
        super().__init__()
        self._session = session
        self["__builtins__"] = builtins
        from django.apps import apps
        from django.db import models
        from django.shortcuts import get_list_or_404, get_object_or_404
        from django.utils import timezone

        self.update({name: getattr(models, name) for name in models.__all__})
        self.update(
            models=models,
            functions=importlib.import_module("django.db.models.functions"),
            timezone=timezone,
            get_object_or_404=get_object_or_404,
            get_list_or_404=get_list_or_404,
        )
        by_name = {}
        for model in apps.get_models():
            by_name.setdefault(model.__name__, []).append(model)
        self.update({name: found[0] for name, found in by_name.items() if len(found) == 1})

    def __missing__(self, name):
        if hasattr(builtins, name):
            return getattr(builtins, name)
        return self._session.unknown(name)
