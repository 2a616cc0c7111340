"""The tables of the project's models: what Django's schema editor sends to PostgreSQL, and what their columns mean."""
from . import missing_modules, parameters
from .session import describe

#: More choices than that say little about how values are distributed.
_CHOICES = 100


def describe_schema(connection):
    """Facts and statements for each table of an installed model, in an order that works: creations, then the rest.

    Unmanaged models are included: their querysets need a table too. A table that Django can't describe is reported in
    `notes` and left out.
    """
    from django.apps import apps

    tables = {}
    notes = []
    for model in [*apps.get_models(include_auto_created=True), *missing_modules.models_of_missing_apps]:
        options = model._meta
        if options.proxy or options.swapped or options.db_table in tables:
            continue
        try:
            tables[options.db_table] = _table(model, connection)
        except Exception as error:
            notes.append("the table of %s is left out: %s" % (options.label, describe(error)))
    return {"tables": list(tables.values()), "notes": notes}


def _table(model, connection):
    options = model._meta
    editor = _editor(connection)
    editor.create_model(model)
    return {
        "label": options.label,
        "table": options.db_table,
        "managed": options.managed,
        "autoCreated": bool(options.auto_created),
        "create": editor.statements,
        "deferred": [str(statement) for statement in editor.deferred_sql],
        "columns": [_column(field, connection) for field in options.local_concrete_fields],
    }


def _column(field, connection):
    target = field.target_field if field.is_relation and field.remote_field else None
    choices = [value for value, _label in field.flatchoices or ()]
    return {
        "name": field.name,
        "column": field.column,
        "type": field.db_parameters(connection)["type"],
        # The class that Django's own backends know a field by, and the project's.
        "fieldType": field.get_internal_type(),
        "fieldClass": "%s.%s" % (type(field).__module__, type(field).__qualname__),
        "maxLength": field.max_length,
        "choices": [_plain(value) for value in choices[:_CHOICES]],
        "default": None if not field.has_default() or callable(field.default) else _plain(field.default),
        "automaticTime": bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)),
        "null": field.null,
        "unique": field.unique,
        "primaryKey": field.primary_key,
        "indexed": bool(field.db_index),
        "target": target and {
            "label": target.model._meta.label,
            "table": target.model._meta.db_table,
            "column": target.column,
        },
    }


def _plain(value):
    return value if isinstance(value, (bool, float)) or value is None else parameters.encode(value)[0]


def _editor(connection):
    class Editor(connection.SchemaEditorClass):
        """Collects instead of executing; Django's own collection asks a connection to quote values."""

        def __init__(self):
            super().__init__(connection, collect_sql=True, atomic=False)
            self.deferred_sql = []
            self.statements = []

        def create_model(self, model):
            # Django creates the tables of many-to-many relations along; here each stands for itself.
            if not self.statements:
                super().create_model(model)

        def execute(self, sql, params=()):
            text = str(sql)
            self.statements.append(text % tuple(map(self.quote_value, params)) if params else text)

        def quote_value(self, value):
            return parameters.literal(value)

    return Editor()
