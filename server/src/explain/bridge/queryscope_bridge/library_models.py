"""Abstract models and managers of libraries that are not installed, as far as their documentation describes them."""
import itertools
import sys

_described = {}
#: A library may export a class from several modules: `treebeard.mp_tree.MP_Node` by `treebeard` and `MP_Node`.
_by_package = {}
_made = {}
#: Of managers, by import path.
_orders = {}
_made_managers = {}

#: Django keeps columns in the order of these numbers; no project has so many fields.
_numbers_behind_all_others = itertools.count(1_000_000_000)


def describe(bases):
    """`models`: by import path `bases` (import paths), `columns` with `name`, `type`, `null`, `unique` …, `position` and
    `managers`, by name an import path; `managers`: by import path the columns that their querysets are ordered by."""
    bases = bases or {"models": {}, "managers": {}}
    _orders.update(bases["managers"])
    for path, description in bases["models"].items():
        _described[path] = description
        _by_package[_package_and_name(path)] = path


def _package_and_name(path):
    return path.partition(".")[0], path.rpartition(".")[2]


def abstract_model(path, attribute_of):
    """The abstract model at an import path; `None` where there is none, or where it is too early for models.

    `attribute_of(instance, name)` is asked for what the model has besides its columns.
    """
    path = path if path in _described else _by_package.get(_package_and_name(path))
    if path is None or not _models_can_be_made():
        return None
    if path not in _made:
        _made[path] = _make(path, attribute_of)
    return _made[path]


def _models_can_be_made():
    # Settings import libraries too.
    registry = sys.modules.get("django.apps")
    return registry is not None and registry.apps.apps_ready


def _make(path, attribute_of):
    from django.db import models

    description = _described[path]
    bases = tuple(filter(None, (abstract_model(base, attribute_of) for base in description["bases"])))
    namespace = {column["name"]: _field(column) for column in description["columns"]}
    if description["position"] == "last":
        for field in namespace.values():
            field.creation_counter = next(_numbers_behind_all_others)
    for name, manager in description["managers"].items():
        namespace[name] = manager_class(manager)()
    namespace["Meta"] = type("Meta", (), {"abstract": True})
    namespace["__module__"] = "queryscope"
    namespace["__getattr__"] = attribute_of
    return type(models.Model)(path.rpartition(".")[2], bases or (models.Model,), namespace)


def manager_class(path):
    """A manager of its own, with the order that the library gives its querysets."""
    from django.db import models

    if path not in _made_managers:
        namespace = {
            "__module__": "queryscope",
            "_queryscope_name": path,
            "__new__": _new_manager,
            "__init__": _ignore_arguments,
        }
        order = _orders.get(path)
        if order:
            namespace["get_queryset"] = _in_order(order)
        _made_managers[path] = type(models.Manager)(path.rpartition(".")[2], (models.Manager,), namespace)
    return _made_managers[path]


def _new_manager(cls, *arguments, **keywords):
    """Where it is told a manager class of the project, `ScopedManager(_manager_class=TicketManager)`, it is one of those."""
    from django.db import models

    told = [value for value in (*arguments, *keywords.values()) if isinstance(value, type)]
    wanted = next((value for value in told if issubclass(value, models.Manager)), None)
    return models.Manager.__new__(cls) if wanted is None else wanted()


def _ignore_arguments(self, *_arguments, **_keywords):
    from django.db import models

    models.Manager.__init__(self)


def _in_order(order):
    from django.db import models

    def get_queryset(self):
        queryset = models.Manager.get_queryset(self)
        columns = {field.name for field in self.model._meta.concrete_fields}
        # A model may give its columns names of its own.
        return queryset.order_by(*order) if columns.issuperset(order) else queryset

    return get_queryset


def _field(column):
    from django.db import models

    cls = getattr(models, column["type"], models.TextField)
    options = {
        "null": column["null"],
        "unique": column["unique"],
        "primary_key": column["primaryKey"],
        "db_index": column["indexed"] and not column["unique"],
    }
    if issubclass(cls, models.CharField):
        options["max_length"] = 255
    if issubclass(cls, models.DecimalField):
        options.update(max_digits=14, decimal_places=2)
    if issubclass(cls, models.AutoField):
        options.pop("null")
    return cls(**options)
