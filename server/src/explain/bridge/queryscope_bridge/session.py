"""What belongs to one expression: its unknown values and what the user should know about them."""
import pathlib
import re
import sys

from .placeholders import Samples, Unknown

_LAST_WORD = re.compile(r"[A-Za-z_]+$")


class Session:
    def __init__(self):
        self.samples = Samples()
        self.notes = []
        self._guessed = {}

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def unknown(self, name):
        return Unknown(name, self)

    def attribute(self, owner, name):
        full_name = "%s.%s" % (owner, name)
        if owner == "request" or owner.endswith(".request"):
            if name == "user":
                from django.contrib.auth import get_user_model

                return self.instance(get_user_model(), full_name)
            if name in ("GET", "query_params") and _is_of_library(sys._getframe(2)):
                from django.http import QueryDict

                # Filters, orders and pages of a library are those of a request that asks for none.
                return QueryDict()
        model = self._model_that_has(owner, name)
        if model is None:
            return self.unknown(full_name)
        self.note("`%s` is taken for a row of %s, by its name" % (owner, model._meta.label))
        if owner not in self._guessed:
            self._guessed[owner] = self.instance(model, owner)
        return getattr(self._guessed[owner], name)

    def _model_that_has(self, owner, name):
        """The one model that is called like the owner, if it has such a relation or method: `order.lines`."""
        from django.apps import apps

        last = _LAST_WORD.search(owner)
        wanted = last.group().replace("_", "").lower() if last else ""
        found = [model for model in apps.get_models() if model.__name__.lower() == wanted]
        return found[0] if len(found) == 1 and (name in _relations(found[0]) or _declares(found[0], name)) else None

    def instance(self, model, name):
        """A saved row of the model with made-up values: `tenant.orders.all()` works on it."""
        fields = [field for field in model._meta.concrete_fields]
        values = [self.samples.of_field(field, "%s.%s" % (name, field.attname)) for field in fields]
        try:
            return model.from_db("default", [field.attname for field in fields], values)
        except Exception as error:
            self.note("`%s` could not be made up: %s" % (name, describe(error)))
            return self.unknown(name)


def _is_of_library(frame):
    """Whether the code is neither the project's nor Django's."""
    if frame.f_globals.get("__name__", "").partition(".")[0] == "django":
        return False
    return any(part in _FOLDERS_OF_LIBRARIES for part in pathlib.PurePath(frame.f_code.co_filename).parts)


_FOLDERS_OF_LIBRARIES = frozenset(("site-packages", "dist-packages"))


def _relations(model):
    """The names under which rows of the model lead to other rows."""
    options = model._meta
    forward = {field.name for field in options.get_fields() if field.is_relation and not field.auto_created}
    return forward | {relation.get_accessor_name() for relation in options.related_objects}


def _declares(model, name):
    """Whether the model has a method or property of its own under the name."""
    from django.db.models import Model

    value = getattr(model, name, None)
    return not hasattr(Model, name) and (callable(value) or isinstance(value, property))


def describe(error):
    text = str(error)
    return "%s: %s" % (type(error).__name__, text) if text else type(error).__name__


def raised_by_django(error):
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    module = last.tb_frame.f_globals.get("__name__", "") if last is not None else ""
    return module == "django" or module.startswith("django.")
