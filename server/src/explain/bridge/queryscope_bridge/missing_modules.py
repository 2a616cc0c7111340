"""Third-party modules that are not installed: stand-ins, so that the project's models can be imported without them.

A stand-in is an unknown value that can also be imported from, decorated with, inherited from, and declared as a field
of a model. What a library would have added is missing then; `notes` says which models that concerns.
"""
import importlib
import importlib.abc
import importlib.machinery
import inspect
import sys
import types

from . import library_models
from .errors import OperationBlocked
from .optional_attributes import copes_without
from .placeholders import Unknown

#: Only a running settings module makes `config("DEBUG", default=False)` mean its default.
_state = {"settings": False}

#: Where project code would leave the sandbox if these were there.
_REFUSED = frozenset(("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core", "micropip", "pyodide_http"))

#: Django tries these and copes without them.
_OPTIONAL_FOR_DJANGO = frozenset(
    "psycopg psycopg2 psycopg_pool psycopg_c psycopg_binary jinja2 MySQLdb oracledb cx_Oracle argon2 bcrypt colorama "
    "yaml docutils redis pylibmc pymemcache pywatchman selenium tblib numpy bpython IPython".split()
)

#: Nothing takes their place: Django would use it.
_DRIVERS = frozenset("psycopg psycopg2 psycopg_pool psycopg_c psycopg_binary MySQLdb oracledb cx_Oracle".split())

#: Fields and models of these are not the database's.
_OTHER_FIELDS = frozenset("forms serializers filters resources widgets schema types graphene strawberry pydantic".split())

#: Names of what was replaced: `mptt`.
missing = set()

#: By a model's label: what it lacks.
notes = {}

#: Into which some `Prefetch(…, to_attr=…)` of the project loads.
_prefetched_attributes = set()

#: Those that `complete_relations` made.
models_of_missing_apps = []


class StandIn(Unknown):
    """Something of a module that is not installed, by its dotted name."""

    __slots__ = ("_queryscope_arguments", "_queryscope_position")

    def __init__(self, name, arguments=None):
        super().__init__(name, None)
        object.__setattr__(self, "_queryscope_arguments", arguments)
        object.__setattr__(self, "_queryscope_position", None if arguments is None else _next_position())

    @property
    def _queryscope_session(self):
        from .evaluation import Evaluation
        from .session import Session

        return Evaluation.current.session if Evaluation.current is not None else Session()

    @_queryscope_session.setter
    def _queryscope_session(self, _session):
        pass

    def __getattr__(self, name):
        if name.startswith("_") or name in _NOT_OURS:
            raise AttributeError(name)
        return StandIn("%s.%s" % (self._queryscope_name, name))

    def _derived(self, suffix):
        return StandIn(self._queryscope_name + suffix)

    def __call__(self, *arguments, **keywords):
        if _state["settings"]:
            found, value = _default(self, arguments, keywords)
            if found:
                return value
        if len(arguments) == 1 and not keywords and _is_definition(arguments[0]):
            return _decorated(self, arguments[0])
        return StandIn("%s()" % self._queryscope_name, (arguments, keywords))

    def __setitem__(self, _key, _value):
        pass

    def __delitem__(self, _key):
        pass

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __fspath__(self):
        return self._queryscope_name

    def __instancecheck__(self, _instance):
        return False

    def __subclasscheck__(self, _cls):
        return False

    def __mro_entries__(self, bases):
        return _bases_for(self, bases)


def _next_position():
    """Columns follow each other as their fields were declared."""
    fields = sys.modules.get("django.db.models.fields")
    if fields is None or not hasattr(fields, "Field"):
        return 0
    fields.Field.creation_counter += 1
    return fields.Field.creation_counter - 1


#: By these Django would take a stand-in for one of its own objects.
_NOT_OURS = frozenset(
    "resolve_expression as_sql get_source_expressions conditional deconstruct prepare_database_save contribute_to_class "
    "get_internal_type".split()
)


def last_name(stand_in):
    """`TreeForeignKey` for what `mptt.models.TreeForeignKey(…)` gave."""
    return stand_in._queryscope_name.replace("()", "").rpartition(".")[2]


def _decorated(decorator, definition):
    """The definition itself, with what its module goes on to decorate with: REST framework's `@close.mapping.delete`."""
    if decorator._queryscope_name == "rest_framework.decorators.action()" and isinstance(definition, types.FunctionType):
        definition.mapping = StandIn("%s.mapping" % definition.__name__)
    return definition


def _is_definition(value):
    return isinstance(value, (type, types.FunctionType, staticmethod, classmethod, property))


def _default(stand_in, arguments, keywords):
    """What a library for settings would answer without any environment."""
    name = last_name(stand_in)
    if name[:1].isupper() and stand_in._queryscope_arguments is None:
        return False, None
    declared = (stand_in._queryscope_arguments or ((), {}))[1].get(arguments[0]) if arguments and isinstance(arguments[0], str) else None
    if "default" in keywords:
        value = keywords["default"]
    elif len(arguments) == 2 and isinstance(arguments[0], str):
        value = arguments[1]
    elif isinstance(declared, tuple) and len(declared) == 2:
        value = declared[1]
    else:
        return False, None
    cast = keywords.get("cast")
    return True, cast(value) if isinstance(cast, type) and value is not None else value


class _Module(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name == "__all__":
            # Asked by `from … import *`: what that brings is found when it is asked for.
            importing = sys._getframe(1).f_globals
            if importing.get("__name__") != __name__:
                importing.setdefault("__getattr__", self.__getattr__)
        if name.startswith("__"):
            raise AttributeError(name)
        full_name = "%s.%s" % (self.__name__, name)
        value = _known(full_name) or _manager_class(full_name) or library_models.abstract_model(full_name, _member) or StandIn(full_name)
        setattr(self, name, value)
        return value


#: By import path what does the same, but for the errors that it raises.
_KNOWN = {
    "rest_framework.generics.get_object_or_404": ("django.shortcuts", "get_object_or_404"),
    "django_stubs_ext.monkeypatch": (__package__ + ".generic_classes", "make_generic"),
}


def _known(full_name):
    module, name = _KNOWN.get(full_name, (None, None))
    return module and getattr(importlib.import_module(module), name)


def _manager_class(full_name):
    """A class of its own where the name says that it is a manager's or queryset's: `super(TreeManager, self)` works."""
    name = full_name.rpartition(".")[2]
    if name == "TaggableManager" or "django.db.models" not in sys.modules or _OTHER_FIELDS & set(full_name.split(".")):
        return None
    from django.db import models

    if name.endswith("Manager"):
        return library_models.manager_class(full_name)
    if name.endswith("QuerySet"):
        return type(models.QuerySet)(name, (models.QuerySet,), {"__module__": "queryscope", "_queryscope_name": full_name})
    return None


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last one to be asked: nothing else has the module."""

    def __init__(self, own):
        self._own = own

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in self._own or top in _REFUSED or top.startswith("_"):
            return None
        if top in _OPTIONAL_FOR_DJANGO and (top in _DRIVERS or _imported_by_django()):
            return None
        if top in sys.modules and not isinstance(sys.modules[top], _Module):
            return None  # a module that an installed package does not have
        if top in sys.stdlib_module_names and top not in _NOT_IN_WEBASSEMBLY:
            return None
        missing.add(top)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        pass


def _imported_by_django():
    """Whether the code that is importing something is Django's, and not the project's, which may need it."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__", "").startswith("importlib"):
        frame = frame.f_back
    name = frame.f_globals.get("__name__", "") if frame is not None else ""
    return name == "django" or name.startswith("django.")


_NOT_IN_WEBASSEMBLY = frozenset("sqlite3 ssl lzma dbm readline curses tkinter multiprocessing fcntl resource".split())


class _Refusal(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in _REFUSED:
            raise OperationBlocked("leaving the sandbox is not possible while Queryscope reads the project")
        return None


def install(own):
    """From here on imports of missing modules succeed. `own` are the names of the project's top-level modules."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "JsFinder"]
    for name in [name for name in sys.modules if name.partition(".")[0] in _REFUSED]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Refusal())
    sys.meta_path.append(_Finder(own))


def is_missing(module_name):
    """Whether a module is a stand-in, or can't be imported at all."""
    try:
        return isinstance(importlib.import_module(module_name), _Module)
    except Exception:
        return True


class loading_settings:
    def __enter__(self):
        _state["settings"] = True

    def __exit__(self, *_exception):
        _state["settings"] = False
        return False


# Classes

class _Kind(type):
    """Of classes that inherit nothing but stand-ins: a model, if that is what it looks like."""

    def __new__(mcs, name, bases, namespace, **keywords):
        if _looks_like_model(bases, namespace):
            from django.db import models

            real = tuple(base for base in bases if not isinstance(base, _Kind)) + (models.Model,)
            return type(models.Model)(name, real, namespace, **keywords)
        return super().__new__(mcs, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **_keywords):
        super().__init__(name, bases, namespace)

    def __getattr__(cls, name):
        if name.startswith("_") or name in _NOT_OURS:
            raise AttributeError(name)
        return StandIn("%s.%s" % (cls.__name__, name))


def _get_queryset(self):
    """As every generic view has it."""
    queryset = type(self).__dict__.get("queryset", getattr(type(self), "queryset", None))
    if queryset is None or isinstance(queryset, Unknown):
        model = getattr(type(self), "model", None)
        if model is None or isinstance(model, Unknown):
            raise AttributeError("get_queryset")
        return model._default_manager.all()
    return queryset.all()


def _accept_anything(self, *_arguments, **_keywords):
    pass


def _member(self, name):
    # What `Prefetch` loads into an attribute is not there before: Django asks.
    if name.startswith("_") or name in _NOT_OURS or name in _prefetched_attributes or _may_lack(self, name, sys._getframe(1)):
        raise AttributeError(name)
    return StandIn("%s.%s" % (type(self).__name__, name))


def _may_lack(instance, name, frame):
    """Whether the code that asks a row for an attribute goes on without it: a query elsewhere may load into it."""
    return hasattr(type(instance), "_meta") and copes_without(name, frame)


_MEMBERS = {
    "__init__": _accept_anything,
    "__getattr__": _member,
    "get_queryset": _get_queryset,
    "filter_queryset": lambda self, queryset: queryset,
}


def _bases_for(stand_in, bases):
    name = last_name(stand_in)
    from django.db import models

    if name.endswith(("Error", "Exception", "Warning")):
        return (Exception,)
    if not _OTHER_FIELDS & set(stand_in._queryscope_name.split(".")):
        for suffix, cls in (("QuerySet", models.QuerySet), ("Manager", models.Manager)):
            if name.endswith(suffix):
                return (cls,)
        if name.endswith("Field"):
            return (_tolerant_field(_field_class(name)),)
    if name == "AppConfig":
        from django.apps import AppConfig

        return (AppConfig,)
    others = [base for base in bases if not isinstance(base, StandIn)]
    metaclass = _Kind if all(type(base) is type or isinstance(base, _Kind) for base in others) else type
    namespace = dict(_MEMBERS, __module__="queryscope", _queryscope_name=stand_in._queryscope_name)
    return (type.__new__(metaclass, name, (), namespace),)


def _looks_like_model(bases, namespace):
    from django.db import models

    meta = namespace.get("Meta")
    if hasattr(meta, "model") or hasattr(meta, "fields"):
        return False
    if any(isinstance(value, (models.Field, models.Manager)) for value in namespace.values()):
        return True
    names = [vars(base).get("_queryscope_name", "") for base in bases if isinstance(base, _Kind)]
    return any(
        not _OTHER_FIELDS & set(name.split("."))
        and (name.endswith("Model") or any(part.endswith("models") for part in name.split(".")[:-1]))
        for name in names
    )


# Fields

def patch_models():
    """Before the project's models are imported."""
    from django.db import models
    from django.db.models.base import ModelBase

    make = ModelBase.__new__

    def __new__(cls, name, bases, attrs, **keywords):
        _drop_unknown_options(attrs.get("Meta"))
        lacking = []
        for attribute, value in list(attrs.items()):
            if isinstance(value, StandIn) and value._queryscope_arguments is not None:
                real = _real_attribute(value)
                if real is not None:
                    real.creation_counter = value._queryscope_position
                    attrs[attribute] = real
                    lacking.append("`%s` is taken for a %s" % (attribute, type(real).__name__))
        lacking += [
            "what %s adds is left out" % vars(base)["_queryscope_name"]
            for base in bases
            if "_queryscope_name" in vars(base)
        ]
        model = make(cls, name, bases, attrs, **keywords)
        if lacking and hasattr(model, "_meta"):
            notes[model._meta.label] = lacking
        return model

    ModelBase.__new__ = __new__
    for relation in (models.ForeignKey, models.ManyToManyField):
        relation.__init__ = _with_named_target(relation.__init__)
    models.FileField.__init__ = _without_storage(models.FileField.__init__)
    models.Prefetch.__init__ = _noting_attribute(models.Prefetch.__init__)


def _drop_unknown_options(meta):
    for name, value in list(vars(meta).items()) if isinstance(meta, type) else ():
        if isinstance(value, Unknown):
            delattr(meta, name)


def _noting_attribute(original):
    def __init__(self, lookup, queryset=None, to_attr=None):
        if isinstance(to_attr, str):
            _prefetched_attributes.add(to_attr)
        original(self, lookup, queryset, to_attr)

    return __init__


def _with_named_target(original):
    def __init__(self, to, *arguments, **keywords):
        if isinstance(to, StandIn):
            to = _label(to)
        if isinstance(keywords.get("through"), StandIn):
            keywords["through"] = _label(keywords["through"])
        original(self, to, *arguments, **keywords)

    return __init__


def _label(stand_in):
    return "%s.%s" % (stand_in._queryscope_name.partition(".")[0].replace("-", "_"), last_name(stand_in))


def _without_storage(original):
    def __init__(self, *arguments, **keywords):
        if isinstance(keywords.get("storage"), Unknown):
            del keywords["storage"]
        original(self, *arguments, **keywords)

    return __init__


_KEPT = ("null", "blank", "unique", "db_index", "db_column", "primary_key", "default", "choices", "verbose_name", "db_default")


def _real_attribute(stand_in):
    """The field or manager that a declaration stands for; None where it is neither."""
    from django.db import models

    name = last_name(stand_in)
    arguments, keywords = stand_in._queryscope_arguments
    if name.endswith("Manager") and name != "TaggableManager":
        return models.Manager()
    kept = {key: value for key, value in keywords.items() if key in _KEPT and not isinstance(value, Unknown)}
    if name.endswith(("ForeignKey", "ParentalKey", "OneToOneField")):
        cls = models.OneToOneField if name.endswith("OneToOneField") else models.ForeignKey
        to = keywords.get("to") or (arguments[0] if arguments else "self")
        related = {key: keywords[key] for key in ("related_name", "to_field") if key in keywords}
        kept.pop("choices", None)
        return cls(to, on_delete=models.DO_NOTHING, **related, **kept)
    if not name.endswith("Field") or "ManyToMany" in name:
        return None
    if _OTHER_FIELDS & set(stand_in._queryscope_name.split(".")):
        return None
    cls = _field_class(name)
    if issubclass(cls, models.DecimalField):
        kept.update(max_digits=keywords.get("max_digits", 14), decimal_places=keywords.get("decimal_places", 2))
    length = keywords.get("max_length")
    if cls is models.TextField and isinstance(length, int):
        cls = models.CharField
    if issubclass(cls, models.CharField):
        kept["max_length"] = length if isinstance(length, int) else 255
    return cls(**kept)


def _tolerant_field(cls):
    """Of a class that inherits a library's field: what that takes beside Django's own options is dropped."""
    from django.db.models import Field

    known = set()
    for base in cls.__mro__:
        if issubclass(base, Field) and "__init__" in vars(base):
            known |= set(inspect.signature(base.__init__).parameters)

    def __init__(self, *arguments, **keywords):
        super(tolerant, self).__init__(
            *arguments, **{name: value for name, value in keywords.items() if name in known and not isinstance(value, Unknown)}
        )

    tolerant = type(cls.__name__, (cls,), {"__init__": __init__, "__module__": cls.__module__})
    return tolerant


def _field_class(name):
    from django.db import models

    by_part = (
        ("JSON", models.JSONField), ("Stream", models.JSONField), ("UUID", models.UUIDField),
        ("Boolean", models.BooleanField), ("DateTime", models.DateTimeField), ("MonthField", models.DateField),
        ("DateField", models.DateField), ("Duration", models.DurationField), ("Money", models.DecimalField),
        ("Decimal", models.DecimalField), ("Currency", models.CharField), ("Float", models.FloatField),
        ("BigInt", models.BigIntegerField), ("Integer", models.IntegerField), ("Slug", models.SlugField),
        ("Char", models.CharField), ("Phone", models.CharField), ("Country", models.CharField),
        ("Color", models.CharField), ("Image", models.CharField), ("File", models.CharField),
        ("Email", models.CharField), ("URL", models.CharField), ("TimeZone", models.CharField),
        ("FSM", models.CharField), ("Status", models.CharField), ("Binary", models.BinaryField),
    )
    return next((cls for part, cls in by_part if part in name), models.TextField)


# Models

def complete_relations():
    """Models of missing apps that relations of the project refer to: a table with a key and nothing else."""
    from django.apps import apps
    from django.db import models

    for app_label, model_name in list(apps._pending_operations):
        if app_label in apps.app_configs:
            continue
        meta = type("Meta", (), {"app_label": app_label})
        model = type(model_name, (models.Model,), {"__module__": "%s.models" % app_label, "Meta": meta})
        models_of_missing_apps.append(model)
        notes[model._meta.label] = ["%s is not installed; the model has only a key" % app_label]
    apps.clear_cache()
