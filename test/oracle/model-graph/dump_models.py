"""Describes the models of a small Django project as Django's registry holds them.

    python dump_models.py INPUT.json OUTPUT.json

INPUT has `files` (path -> text) and `settings` (module name). OUTPUT maps labels to descriptions in the form that
`describe-model.ts` gives to the analysis's own models.
"""

import inspect
import json
import os
import pathlib
import sys
import tempfile


def main(input_path, output_path):
    task = json.loads(pathlib.Path(input_path).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for path, text in task["files"].items():
            file = pathlib.Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        sys.path.insert(0, folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = task["settings"]
        import django

        django.setup()
        from django.apps import apps

        models = apps.get_models(include_auto_created=True)
        described = {model._meta.label: describe_model(model) for model in models}
    pathlib.Path(output_path).write_text(json.dumps(described, indent=1), encoding="utf-8")


def describe_model(model):
    meta = model._meta
    return {
        "proxyFor": meta.proxy_for_model and meta.proxy_for_model._meta.label,
        "parents": [parent._meta.label for parent in table_parents(model)],
        "managed": meta.managed,
        "primaryKey": meta.pk.name,
        "fields": {field.name: describe_field(field) for field in meta.get_fields() if is_forward(field)},
        "relations": describe_accessors(model),
        "lookupRelations": describe_lookups(model),
        "managers": {manager.name: describe_manager(manager) for manager in meta.managers},
        "defaultManager": meta.default_manager.name,
        "baseManager": None if meta.base_manager.auto_created else meta.base_manager.name,
        "ordering": [order for order in map(describe_order, meta.ordering) if order],
        "getLatestBy": as_list(meta.get_latest_by),
        "uniqueTogether": [list(names) for names in meta.unique_together],
        "indexes": describe_indexes(meta),
    }


def table_parents(model):
    """Multi-table parents, nearest first."""
    return model._meta.concrete_model._meta.get_parent_list()


def is_forward(field):
    return not field.auto_created or field.concrete


def describe_field(field):
    remote = getattr(field, "remote_field", None)
    target = getattr(remote, "model", None)
    return {
        "attributeName": getattr(field, "attname", field.name),
        "kind": field_kind(field),
        "className": type(field).__name__,
        "baseClassName": base_class_name(field),
        "target": target and target._meta.label,
        "null": flag(field, "null"),
        "unique": flag(field, "unique"),
        "primaryKey": flag(field, "primary_key"),
        "indexed": flag(field, "unique") or flag(field, "db_index"),
        "toField": to_field(field),
        "databaseConstraint": database_constraint(field),
        "choices": len(field.flatchoices) if getattr(field, "choices", None) else None,
        "autoNow": flag(field, "auto_now"),
        "autoNowAdd": flag(field, "auto_now_add"),
        "hasDefault": getattr(field, "has_default", bool)() or getattr(field, "has_db_default", bool)(),
        "through": remote.through._meta.label if field.many_to_many else None,
        "generic": generic_columns(field),
        "model": None if generic_columns(field) else field.model._meta.label,
    }


def flag(field, name):
    """A generic foreign key is no `Field` before Django 5.1."""
    return getattr(field, name, False)


def field_kind(field):
    if not field.is_relation:
        return "column"
    if field.many_to_many:
        return "manyToMany"
    if field.one_to_one:
        return "oneToOne"
    if field.one_to_many:
        return "genericRelation"
    return "foreignKey" if getattr(field, "remote_field", None) else "genericForeignKey"


def base_class_name(field):
    for base in type(field).mro():
        if base.__module__.startswith(("django.db.models.", "django.contrib.")):
            return base.__name__


def to_field(field):
    name = getattr(getattr(field, "remote_field", None), "field_name", None)
    if not name or field.many_to_many or field.one_to_many:
        return None
    return None if name == field.remote_field.model._meta.pk.name else name


def database_constraint(field):
    if field.many_to_many:
        return field.remote_field.db_constraint
    return getattr(field, "db_constraint", True)


def generic_columns(field):
    if hasattr(field, "ct_field"):
        return {"contentTypeField": field.ct_field, "objectIdField": field.fk_field}
    if hasattr(field, "object_id_field_name"):
        return {"contentTypeField": field.content_type_field_name, "objectIdField": field.object_id_field_name}
    return None


def describe_accessors(model):
    """What the attributes of an instance lead to, found by their descriptors."""
    from django.contrib.contenttypes import fields as generic
    from django.db.models.fields import related_descriptors as descriptors

    described = {}
    for name in dir(model):
        try:
            attribute = inspect.getattr_static(model, name)
        except AttributeError:
            continue
        kind, target, nullable = None, None, False
        if isinstance(attribute, descriptors.ForwardOneToOneDescriptor):
            kind, field = "oneToOne", attribute.field
            target, nullable = field.remote_field.model, field.null
        elif isinstance(attribute, descriptors.ForwardManyToOneDescriptor):
            kind, field = "foreignKey", attribute.field
            target, nullable = field.remote_field.model, field.null
        elif isinstance(attribute, descriptors.ReverseOneToOneDescriptor):
            kind, target, nullable = "reverseOneToOne", attribute.related.related_model, True
        elif isinstance(attribute, descriptors.ManyToManyDescriptor):
            if attribute.reverse:
                kind, target = "reverseManyToMany", attribute.rel.related_model
            else:
                kind, target = "manyToMany", attribute.rel.model
        elif isinstance(attribute, generic.ReverseGenericManyToOneDescriptor):
            kind, target = "genericRelation", attribute.rel.model
        elif isinstance(attribute, descriptors.ReverseManyToOneDescriptor):
            kind, target = "reverseForeignKey", attribute.rel.related_model
        elif isinstance(attribute, (generic.GenericForeignKey, getattr(generic, "GenericForeignKeyDescriptor", ()))):
            kind = "genericForeignKey"
        if kind:
            described[name] = {"kind": kind, "target": target and target._meta.label, "nullable": nullable}
    return described


def describe_lookups(model):
    """Relations by the name that lookups use. Names that no lookup can spell are left out."""
    described = {}
    for field in model._meta.get_fields(include_hidden=True):
        if field.is_relation and field.related_model and not field.name.endswith("+"):
            described.setdefault(field.name, field.related_model._meta.label)
    return described


def describe_manager(manager):
    manager_class = type(manager)
    queryset_class = type(manager.get_queryset())
    return {
        "managerClass": project_class(manager_class),
        "querysetClass": project_class(queryset_class),
    }


def project_class(cls):
    """The nearest class that stands in a file: `from_queryset` makes others on the way."""
    for base in cls.mro():
        if getattr(sys.modules.get(base.__module__), base.__name__, None) is base and "FromQuerySet" not in repr(base):
            if base.__module__.startswith("django.") or base is object:
                return None
            return base.__name__
    return None


def describe_order(order):
    from django.db.models import F, OrderBy

    if isinstance(order, OrderBy) and isinstance(order.expression, F):
        return f"{'-' if order.descending else ''}{order.expression.name}"
    return order.name if isinstance(order, F) else order if isinstance(order, str) else None


def describe_indexes(meta):
    described = []
    for index in meta.indexes:
        described.append(describe_index(index, unique=False))
    for constraint in meta.constraints:
        if type(constraint).__name__ == "UniqueConstraint":
            described.append(describe_index(constraint, unique=True))
    return described


def describe_index(index, unique):
    columns = list(index.fields) or [describe_order(expression) for expression in index.expressions]
    return {
        "fields": None if None in columns else columns,
        "unique": unique,
        "partial": index.condition is not None,
        "name": "made by Django" if index.name.endswith("_idx") else index.name,
        "method": type(index).__name__.removesuffix("Index").lower() or None if not unique else None,
    }


def as_list(value):
    return [] if value is None else [value] if isinstance(value, str) else list(value)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
