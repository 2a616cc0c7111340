"""What the parameters of a function stand for: `self` of a view or manager, `tenant: Tenant`."""
import dis
import functools
import re
import sys
import types
import typing

from .optional_attributes import copes_without


def find_class(qualified_name, namespace):
    value = None
    for part in qualified_name.split("."):
        value = namespace[part] if value is None else vars(value)[part]
    return value


def receiver(class_name, is_class, name, namespace, session):
    """`self` in a method of the class; in a class method the class itself."""
    from django.db.models import Manager, Model, QuerySet

    cls = find_class(class_name, namespace)
    if is_class:
        return cls
    if issubclass(cls, Model):
        return session.instance(_concrete(cls, session), name)
    if issubclass(cls, (Manager, QuerySet)):
        return _of_some_model(cls, class_name, session)
    return _registered_admin(cls) or _instance_without_init(cls, name, session)


def _concrete(model, session):
    """A model with a table: for an abstract one the first that inherits it."""
    if not model._meta.abstract:
        return model
    from django.apps import apps

    for candidate in apps.get_models():
        if issubclass(candidate, model):
            session.note("`%s` is abstract; shown for %s" % (model.__name__, candidate._meta.label))
            return candidate
    raise LookupError("no model inherits %s" % model.__name__)


def _of_some_model(cls, class_name, session):
    """A manager or queryset needs a model: the first one that uses this class."""
    from django.apps import apps
    from django.db.models import Manager

    for model in apps.get_models():
        for manager in model._meta.managers:
            if issubclass(cls, Manager) and isinstance(manager, cls):
                found = manager
            elif isinstance(_queryset_of(manager), cls):
                found = manager.all()
            else:
                continue
            session.note("`%s` is shown for %s, the first model that uses it" % (class_name, model._meta.label))
            return found
    raise LookupError("no model uses %s" % class_name)


def _queryset_of(manager):
    try:
        return manager.get_queryset()
    except Exception:
        # Of another model: what its manager needs is no concern of this one.
        return None


def _registered_admin(cls):
    """The admin's own instance of one of its classes; None for other classes."""
    if "django.contrib.admin.options" not in sys.modules:
        return None
    from django.contrib.admin import ModelAdmin
    from django.contrib.admin.options import InlineModelAdmin
    from django.contrib.admin.sites import all_sites

    for site in all_sites:
        for admin in site._registry.values():
            if isinstance(admin, cls) and issubclass(cls, ModelAdmin):
                return admin
            if issubclass(cls, InlineModelAdmin) and cls in admin.inlines:
                return cls(admin.model, site)
    return None


def _instance_without_init(cls, name, session):
    """The methods of the class are real; attributes that only `__init__` or a request sets are unknown."""

    def __getattr__(self, attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        # `swagger_fake_view` of an instance that no generator of documentation has made.
        if copes_without(attribute, sys._getframe(1)) and attribute not in _assigned_attributes(cls):
            raise AttributeError(attribute)
        model = _model_of_view(self) if attribute == "object" else None
        if model is not None:
            return session.instance(model, "%s.object" % name)
        return session.attribute(name, attribute)

    stand_in = type(cls.__name__, (cls,), {"__getattr__": __getattr__, "__module__": cls.__module__})
    try:
        instance = object.__new__(stand_in)
    except TypeError:
        instance = stand_in.__new__(stand_in)  # a dictionary, a list
    if _is_serializer(cls):
        # Its `context` is that of the outermost serializer, which it looks for until there is no parent.
        vars(instance).update(parent=None, _context=session.unknown("%s.context" % name))
    return instance


def _is_serializer(cls):
    fields = sys.modules.get("rest_framework.fields")
    field = getattr(fields, "Field", None)
    return isinstance(field, type) and issubclass(cls, field)

#: What a view is given before its methods run, also where the class that does it is not there.
_GIVEN_TO_VIEWS = ("request", "args", "kwargs", "action", "object")


@functools.lru_cache(maxsize=None)
def _assigned_attributes(cls):
    """Names of attributes that methods of the class and its bases assign to some object, most often to `self`."""
    functions = [
        getattr(value, "__func__", value) for base in cls.__mro__ for value in vars(base).values()
    ]
    codes = [function.__code__ for function in functions if isinstance(function, types.FunctionType)]
    assigned = set(_GIVEN_TO_VIEWS)
    while codes:
        code = codes.pop()
        codes += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
        assigned.update(
            instruction.argval for instruction in dis.get_instructions(code) if instruction.opname == "STORE_ATTR"
        )
    return assigned


def _model_of_view(view):
    """The model of a generic view for one object; None for other classes."""
    from django.views.generic.detail import SingleObjectMixin

    if not isinstance(view, SingleObjectMixin):
        return None
    try:
        return view.model or view.get_queryset().model
    except Exception:
        # The project's own `get_queryset` may need what only a request brings.
        return None


def annotated(annotation, name, namespace, session):
    """A value for a parameter, made from its annotation where that names a model or a queryset of one."""
    queryset_of = _MODEL_OF_QUERYSET.match(annotation or "")
    model = _model(queryset_of.group(1) if queryset_of else annotation, namespace)
    if model is None:
        return session.unknown(name)
    return model._default_manager.all() if queryset_of else session.instance(_concrete(model, session), name)


#: `QuerySet[Task]`: Django drops the parameter when it evaluates this.
_MODEL_OF_QUERYSET = re.compile(r"""^['"]?[\w.]*(?:QuerySet|Manager)\[(.+)\]['"]?$""", re.DOTALL)


def _model(annotation, namespace):
    from django.db.models import Model

    for candidate in _alternatives(_evaluated(annotation, namespace)):
        if isinstance(candidate, type) and issubclass(candidate, Model):
            return candidate
    return None


def _evaluated(annotation, namespace):
    if not annotation:
        return None
    try:
        value = eval(annotation, namespace)
        return eval(value, namespace) if isinstance(value, str) else value
    except Exception:
        # An annotation is only a hint: it may name what is imported for type checkers alone.
        return None


def _alternatives(kind):
    """`Tenant | None` and `Optional[Tenant]` are a tenant."""
    if typing.get_origin(kind) is typing.Union or type(kind).__name__ == "UnionType":
        return typing.get_args(kind)
    return (kind,)
