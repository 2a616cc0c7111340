"""Describes the models of installed packages in the form of the shipped library facts.

    python describe_library.py INPUT.json OUTPUT.json

INPUT has `apps` (for INSTALLED_APPS), `packages` (top-level names whose models are wanted), `imports` (modules with
models that no application imports) and `settings` (further settings). OUTPUT has `versions`, by distribution, and `models`: abstract ones too, by import path.

    python describe_library.py --typescript PACKAGE APP... +IMPORT...

prints the facts of a package as TypeScript, as a start for its file in `server/src/django/library-facts/packages`; further settings
are read from standard input as JSON.
"""

import importlib
import importlib.metadata
import json
import pathlib
import re
import sys


def main(input_path, output_path):
    task = json.loads(pathlib.Path(input_path).read_text(encoding="utf-8"))
    set_up(task["apps"], task["imports"], task["settings"])
    answer = {"versions": versions(task["packages"]), "models": describe(task["packages"])}
    pathlib.Path(output_path).write_text(json.dumps(answer, indent=1), encoding="utf-8")


def set_up(apps, imports, settings):
    import django
    from django.conf import settings as django_settings

    django_settings.configure(
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sites", *apps],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        SECRET_KEY="not a secret",
        SITE_ID=1,
        **settings,
    )
    django.setup()
    for name in imports:
        importlib.import_module(name)


def versions(packages):
    """Versions of the distributions that brought the packages."""
    distributions = importlib.metadata.packages_distributions()
    names = {name for package in packages for name in distributions.get(package, [])}
    return {name: importlib.metadata.version(name) for name in sorted(names)}


def describe(packages):
    from django.db.models import Model

    described = {}
    for model in all_subclasses(Model):
        if model.__module__.split(".")[0] in packages and "<locals>" not in model.__qualname__:
            if not model._meta.auto_created:
                described[public_path(model)] = describe_model(model)
    return dict(sorted(described.items()))


def all_subclasses(cls):
    seen = []
    for subclass in cls.__subclasses__():
        if subclass not in seen:
            seen.append(subclass)
            seen.extend(other for other in all_subclasses(subclass) if other not in seen)
    return seen


def public_path(model):
    """The shortest module that gives the class under its own name."""
    parts = model.__module__.split(".")
    for length in range(1, len(parts)):
        name = ".".join(parts[:length])
        module = sys.modules.get(name)
        if "models" in name.split(".") and getattr(module, model.__name__, None) is model:
            return f"{name}.{model.__name__}"
    return f"{model.__module__}.{model.__name__}"


def describe_model(model):
    from django.db.models import Model

    meta = model._meta
    bases = [base for base in model.__bases__ if issubclass(base, Model) and base is not Model]
    return {
        "app": meta.app_label or app_label_by_place(model),
        "bases": [public_path(base) for base in bases],
        "abstract": meta.abstract,
        "proxy": meta.proxy,
        "swappable": meta.swappable,
        "fields": {field.name: describe_field(field) for field in own_fields(model, bases)},
        "managers": [
            manager.name + ("" if is_plain(manager) else "?")
            for manager in meta.local_managers
            if not manager.auto_created
        ],
        "meta": describe_meta(meta),
    }


def app_label_by_place(model):
    parts = model.__module__.split(".")
    if "models" in parts[1:]:
        return parts[parts.index("models", 1) - 1]
    return parts[-2] if len(parts) > 1 else parts[0]


def own_fields(model, bases):
    """Fields that the class body declares: copies of inherited ones keep their creation counter."""
    inherited = {
        (field.name, field.creation_counter)
        for base in bases
        for field in local_fields(base)
    }
    return [
        field
        for field in local_fields(model)
        if (field.name, field.creation_counter) not in inherited and not field.auto_created
    ]


def local_fields(model):
    meta = model._meta
    fields = [*meta.local_fields, *meta.local_many_to_many, *meta.private_fields]
    return sorted(fields, key=lambda field: field.creation_counter)


def describe_field(field):
    kind = field_kind(field)
    described = {"kind": kind, "className": type(field).__name__, "base": base_class_name(field)}
    if kind == "genericForeignKey":
        described.update(contentTypeField=field.ct_field, objectIdField=field.fk_field)
        return described
    remote = field.remote_field
    flags = {
        "null": field.null and kind != "genericRelation",
        "unique": field.unique and not field.primary_key and kind != "oneToOne",
        "primaryKey": field.primary_key,
        "indexed": field.db_index and not field.unique and kind != "foreignKey" and type(field).__name__ != "SlugField",
        "notIndexed": kind == "foreignKey" and not field.db_index,
        "hasDefault": field.has_default(),
        "autoNow": getattr(field, "auto_now", False),
        "autoNowAdd": getattr(field, "auto_now_add", False),
        "parentLink": bool(remote) and getattr(remote, "parent_link", False),
        "noConstraint": getattr(field, "db_constraint", True) is False,
    }
    described.update({name: True for name, value in flags.items() if value})
    # A StatusField has the choices of its model, not of the abstract one.
    if field.choices and not are_languages(field.flatchoices) and type(field).__name__ != "StatusField":
        described["choices"] = len(field.flatchoices)
    if remote and remote.model is None:  # An abstract model's TaggableManager is not bound to a table yet.
        described.update(target="taggit.Tag", through="taggit.TaggedItem")
    elif remote:
        described["target"] = describe_target(field, remote.model)
        if field._related_name is not None:
            described["relatedName"] = field._related_name
        if field._related_query_name is not None:
            described["relatedQueryName"] = field._related_query_name
        if kind == "manyToMany" and remote.through is not None and not is_auto_created(remote.through):
            described["through"] = label_of(remote.through)
        to_field = getattr(remote, "field_name", None)
        if kind in ("foreignKey", "oneToOne") and to_field and not isinstance(remote.model, str):
            if remote.model._meta.pk and to_field != remote.model._meta.pk.name:
                described["toField"] = to_field
        if kind == "manyToMany" and remote.model == "self" and not remote.symmetrical:
            described["asymmetrical"] = True
    if kind == "genericRelation":
        described.update(contentTypeField=field.content_type_field_name, objectIdField=field.object_id_field_name)
    return described


def are_languages(choices):
    """Their number depends on the project."""
    from django.conf import settings

    return [tuple(choice) for choice in choices] == [tuple(language) for language in settings.LANGUAGES]


def is_auto_created(model):
    return not isinstance(model, str) and bool(model._meta.auto_created)


def describe_target(field, target):
    label = label_of(target)
    if field.model is target and not field.model._meta.abstract:
        return "self"
    setting = swapping_setting(target) or naming_setting(label)
    return {"setting": setting, "fallback": label} if setting else label


def swapping_setting(target):
    from django.apps import apps

    if isinstance(target, str):
        if "." not in target:
            return None
        try:
            target = apps.get_model(target)
        except (LookupError, ValueError):
            return None
    return target._meta.swappable


def naming_setting(label):
    """A setting of the project that a package reads to find the model."""
    from django.conf import settings

    configured = settings._wrapped.__dict__
    return next((name for name, value in configured.items() if name.endswith("_MODEL") and value == label), None)


def label_of(model):
    return model if isinstance(model, str) else model._meta.label


def field_kind(field):
    if not field.is_relation:
        return "column"
    if field.many_to_many:
        return "manyToMany"
    if field.one_to_one:
        return "oneToOne"
    if field.one_to_many:
        return "genericRelation"
    return "foreignKey" if field.remote_field else "genericForeignKey"


def base_class_name(field):
    for base in type(field).mro():
        if base.__module__.startswith(("django.db.models.", "django.contrib.")):
            return base.__name__
    return "Field"


def is_plain(manager):
    """Whether its querysets neither load more or less than their own columns, nor make other objects of rows."""
    from django.db.models.query import ModelIterable

    try:
        queryset = manager.get_queryset()
    except Exception:
        return False
    query = queryset.query
    return (
        not query.select_related
        and not queryset._prefetch_related_lookups
        and not query.deferred_loading[0]
        and query.deferred_loading[1]
        and not query.annotations
        and queryset._iterable_class is ModelIterable
    )


def describe_meta(meta):
    described = {}
    ordering = [order for order in meta.ordering if isinstance(order, str)]
    if ordering and ordering != ["_order"]:
        described["ordering"] = ordering
    if meta.unique_together:
        described["uniqueTogether"] = [list(names) for names in meta.unique_together]
    indexes = [list(index.fields) for index in meta.indexes if index.fields and not index.condition]
    if indexes:
        described["indexes"] = indexes
    unique = [
        list(constraint.fields)
        for constraint in meta.constraints
        if type(constraint).__name__ == "UniqueConstraint" and constraint.fields and not constraint.condition
    ]
    if unique:
        described["uniqueConstraints"] = unique
    if meta.get_latest_by:
        described["getLatestBy"] = [meta.get_latest_by] if isinstance(meta.get_latest_by, str) else list(meta.get_latest_by)
    if meta.original_attrs.get("db_table"):
        described["dbTable"] = meta.db_table
    for option, name in (
        ("default_related_name", "defaultRelatedName"),
        ("default_manager_name", "defaultManagerName"),
        ("base_manager_name", "baseManagerName"),
    ):
        if getattr(meta, option):
            described[name] = getattr(meta, option)
    return described


# TypeScript

FIELD_CLASSES = {
    "foreignKey": "ForeignKey",
    "oneToOne": "OneToOneField",
    "manyToMany": "ManyToManyField",
    "genericRelation": "GenericRelation",
}


def typescript(package, described):
    models = {path: model for path, model in described.items() if path.split(".")[0] == package}
    ordered = sorted(models.items(), key=lambda item: (len(ancestors(item[0], models)), item[0]))
    body = "".join(f"  {typescript_model(path, model)},\n" for path, model in ordered)
    helpers = sorted(name for name in HELPERS if re.search(rf"\b{name}\b(?!:)", body))
    imports = sorted(["libraryModel", "type LibraryModel", *helpers], key=lambda name: name.removeprefix("type ").lower())
    names = ", ".join(imports)
    constant = re.sub(r"_(\w)", lambda match: match[1].upper(), package)
    return (
        f'import {{ {names} }} from "../library-model.ts";\n\n'
        f"export const {constant}: readonly LibraryModel[] = [\n{body}];\n"
    )


HELPERS = (
    "column",
    "foreignKey",
    "genericForeignKey",
    "genericRelation",
    "manyToMany",
    "oneToOne",
    "swappable",
    "taggable",
    "userModel",
)


def ancestors(path, models):
    model = models.get(path)
    return {path} | {name for base in model["bases"] for name in ancestors(base, models)} if model else set()


def typescript_model(path, model):
    details = {}
    if model["bases"]:
        details["bases"] = json.dumps(model["bases"])
    for flag in ("abstract", "proxy"):
        if model[flag]:
            details[flag] = "true"
    if model["swappable"]:
        details["swappable"] = json.dumps(model["swappable"])
    if model["fields"]:
        fields = ", ".join(f"{name}: {typescript_field(field)}" for name, field in model["fields"].items())
        details["fields"] = f"{{ {fields} }}"
    if model["managers"]:
        details["managers"] = json.dumps(model["managers"])
    if model["meta"]:
        details["meta"] = typescript_object({name: json.dumps(value) for name, value in model["meta"].items()})
    arguments = [json.dumps(path), json.dumps(model["app"])]
    if details:
        arguments.append(typescript_object(details))
    return f"libraryModel({', '.join(arguments)})"


def typescript_field(field):
    kind = field["kind"]
    if field["className"] in ("TaggableManager", "ClusterTaggableManager"):
        return f"taggable({json.dumps(field['className'])}, {json.dumps(field['target'])}, {json.dumps(field['through'])})"
    if kind == "genericForeignKey":
        return f"genericForeignKey({json.dumps(field['contentTypeField'])}, {json.dumps(field['objectIdField'])})"
    options = {}
    if kind == "column":
        if field["base"] != field["className"]:
            options["base"] = json.dumps(field["base"])
    elif field["className"] != FIELD_CLASSES[kind]:
        options["className"] = json.dumps(field["className"])
    for flag in ("null", "unique", "primaryKey", "indexed", "hasDefault", "autoNow", "autoNowAdd", "parentLink"):
        if field.get(flag):
            options[flag] = "true"
    if field.get("notIndexed"):
        options["indexed"] = "false"
    if field.get("noConstraint"):
        options["databaseConstraint"] = "false"
    if field.get("asymmetrical"):
        options["symmetrical"] = "false"
    for name in ("choices", "relatedName", "relatedQueryName", "through", "toField"):
        if name in field:
            options[name] = json.dumps(field[name])
    if kind == "genericRelation":
        options["contentTypeField"] = json.dumps(field["contentTypeField"])
        options["objectIdField"] = json.dumps(field["objectIdField"])
    first = json.dumps(field["className"]) if kind == "column" else typescript_target(field["target"])
    return f"{kind}({first}{', ' + typescript_object(options) if options else ''})"


def typescript_target(target):
    if isinstance(target, str):
        return json.dumps(target)
    if target["setting"] == "AUTH_USER_MODEL":
        return "userModel"
    return f"swappable({json.dumps(target['setting'])}, {json.dumps(target['fallback'])})"


def typescript_object(entries):
    return "{ " + ", ".join(f"{name}: {value}" for name, value in entries.items()) + " }"


if __name__ == "__main__":
    if sys.argv[1] == "--typescript":
        apps = [name for name in sys.argv[3:] if not name.startswith("+")]
        imports = [name[1:] for name in sys.argv[3:] if name.startswith("+")]
        set_up(apps, imports, json.loads(sys.stdin.read() or "{}"))
        print(typescript(sys.argv[2], describe([sys.argv[2]])), end="")
    else:
        main(sys.argv[1], sys.argv[2])
