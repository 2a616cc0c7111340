"""Notes the SQL of every query at `SQLCompiler.execute_sql` and answers it with made-up rows.

Because queries are answered, code that runs several of them goes on: the queries of `prefetch_related`, a helper
that first looks up the current tenant, the cascade of `delete()`.
"""
import functools
import re

from . import missing_modules, parameters
from .errors import OperationBlocked, StatementLimit
from .placeholders import target_column

_STATEMENT_LIMIT = 100

PREPARATION = "preparation"
QUERYSET = "queryset"
PREFETCH = "prefetch"


class Recorder:
    """The queries of one expression."""

    def __init__(self, session):
        self._session = session
        self.statements = []
        #: Rows that each query finds.
        self.row_count = 1
        #: More than 0 while Django loads the rows of `prefetch_related`.
        self.prefetch_depth = 0
        self._keys = {}

    def record(self, sql, params):
        if len(self.statements) >= _STATEMENT_LIMIT:
            raise StatementLimit("more than %d queries" % _STATEMENT_LIMIT)
        text, values = parameters.numbered(str(sql), params)
        self.statements.append(
            {
                "role": PREFETCH if self.prefetch_depth else QUERYSET,
                "sql": text,
                "params": [self._encode(value) for value in values],
            }
        )

    def _encode(self, value):
        encoded, kind = parameters.encode(value)
        name = self._session.samples.name_of(encoded if isinstance(encoded, str) else value)
        if name is None:
            name = self._session.samples.name_of(value)
        return {"value": encoded, "type": kind, "name": name}

    def rows(self, compiler):
        from django.db.models.query import MAX_GET_RESULTS

        self._note_what_is_missing(compiler.query.model)
        count = len(getattr(compiler.query, "objs", ())) or self.row_count
        if compiler.query.high_mark == MAX_GET_RESULTS:
            # `get()` must find one row; it is known by its limit.
            count = 1
        limit = compiler.query.high_mark
        if limit is not None:
            count = max(0, min(count, limit - compiler.query.low_mark))
        return [self._row(compiler, index) for index in range(count)]

    def _note_what_is_missing(self, model):
        label = model._meta.label if model is not None else None
        for note in missing_modules.notes.get(label, ()):
            self._session.note("%s: %s" % (label, note))

    def _row(self, compiler, row_index):
        columns = _selected(compiler)
        converters = compiler.get_converters(columns)
        row = []
        for index, column in enumerate(columns):
            value = self._cell(column, row_index)
            convert, expression = converters.get(index, ((), column))
            row.append(value if _converts(value, convert, expression, compiler.connection) else None)
        return tuple(row) or (1,)

    def _cell(self, column, row_index):
        target = getattr(column, "target", None) or _column_of_raw_sql(column)
        if target is not None and (target.primary_key or target.is_relation):
            return self._key(target_column(target), row_index)
        try:
            field = column.output_field
        except Exception:
            # An expression without a type of its own: Django has several errors for it.
            return None
        if field.get_internal_type() == "JSONField":
            return "{}"
        if hasattr(field, "range_type"):
            return None
        return 3 if target is None and "Integer" in field.get_internal_type() else self._session.samples.plain(field)

    def _key(self, field, row_index):
        """Row 2 of a table refers to row 2 of every other: Django finds the rows that it joins in Python."""
        identity = (field.model._meta.label, field.attname)
        keys = self._keys.setdefault(identity, [])
        while len(keys) <= row_index:
            keys.append(self._session.samples.of_field(field, "%s.%s" % (field.model.__name__, field.attname)))
        return keys[row_index]


def _selected(compiler):
    """The expressions that the rows of a compiled query hold, in order."""
    returning = getattr(compiler, "returning_fields", None)
    if returning:
        table = compiler.query.get_meta().db_table
        return [field.get_col(table) if hasattr(field, "get_col") else field for field in returning]
    if getattr(compiler, "select", None):
        return [expression for expression, _sql, _alias in compiler.select]
    return list(compiler.query.annotation_select.values())


_QUOTED_COLUMN = re.compile(r'^\(?"([^"]+)"\."([^"]+)"\)?$')


def _column_of_raw_sql(expression):
    """`prefetch_related` over a many-to-many relation selects the key in the middle table as plain SQL."""
    from django.apps import apps

    found = _QUOTED_COLUMN.match(getattr(expression, "sql", None) or "")
    if found is None:
        return None
    table, column = found.groups()
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            return next((field for field in model._meta.concrete_fields if field.column == column), None)
    return None


def _converts(value, convert, expression, connection):
    """Whether the field of the project takes a made-up value from the database: an encrypted one may not."""
    try:
        for converter in convert:
            value = converter(value, expression, connection)
    except Exception:
        return False
    return True


class _Cursor:
    """What Django's compilers need of a database cursor."""

    rowcount = 1
    description = None

    def __init__(self, recorder, compiler):
        self._recorder = recorder
        self._compiler = compiler
        self._rows = []

    def execute(self, sql, params=None):
        self._recorder.record(sql, params)
        self._rows = self._recorder.rows(self._compiler)

    def fetchone(self):
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, _size=None):
        rows, self._rows = self._rows, []
        return rows

    fetchall = fetchmany

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        return False


def install(current_recorder):
    """`current_recorder` answers the `Recorder` of the expression that is being evaluated."""
    compiling = []
    _wrap_compilers(compiling)
    _replace_connections(compiling, current_recorder)
    _replace_transactions()
    _mark_prefetches(current_recorder)
    _run_async_methods_at_once()


def _wrap_compilers(compiling):
    from django.db.models.sql import compiler as compilers

    for candidate in list(vars(compilers).values()):
        if isinstance(candidate, type) and issubclass(candidate, compilers.SQLCompiler):
            for name in ("execute_sql", "execute_returning_sql"):
                if name in vars(candidate):
                    setattr(candidate, name, _with_compiler(vars(candidate)[name], compiling))


def _with_compiler(method, compiling):
    @functools.wraps(method)
    def wrapper(self, *arguments, **keywords):
        compiling.append(self)
        try:
            return method(self, *arguments, **keywords)
        finally:
            compiling.pop()

    return wrapper


def _replace_connections(compiling, current_recorder):
    from django.db import connections

    def cursor(self, *_arguments, **_keywords):
        if not compiling or compiling[-1].connection is not self:
            _refuse()
        return _Cursor(current_recorder(), compiling[-1])

    def refuse(self, *_arguments, **_keywords):
        _refuse()

    replacements = {"cursor": cursor, "chunked_cursor": cursor, "connect": refuse, "ensure_connection": refuse}
    # Backends override some of these, and so may a backend of the project.
    for wrapper in {base for alias in connections for base in type(connections[alias]).__mro__}:
        for name, replacement in replacements.items():
            if name in vars(wrapper):
                setattr(wrapper, name, replacement)


def _refuse():
    from django.db.utils import OperationalError

    class DatabaseAccess(OperationalError, OperationBlocked):
        """Also a Django error: code that copes with a missing database copes with this."""

    raise DatabaseAccess("SQL that the ORM did not build can't be read; Queryscope doesn't connect to the database")


def _replace_transactions():
    from django.db import transaction
    from django.db.backends.base.base import BaseDatabaseWrapper

    transaction.Atomic.__enter__ = lambda self: None
    transaction.Atomic.__exit__ = lambda self, *exception: False
    # `select_for_update` asks whether a transaction is open.
    BaseDatabaseWrapper.get_autocommit = lambda self: False
    # What follows a commit is not part of the query.
    BaseDatabaseWrapper.on_commit = lambda self, *arguments, **keywords: None


def _mark_prefetches(current_recorder):
    from django.db.models import query

    original = query.prefetch_related_objects

    @functools.wraps(original)
    def prefetch_related_objects(*arguments, **keywords):
        recorder = current_recorder()
        recorder.prefetch_depth += 1
        try:
            return original(*arguments, **keywords)
        finally:
            recorder.prefetch_depth -= 1

    query.prefetch_related_objects = prefetch_related_objects


def _run_async_methods_at_once():
    """`await queryset.afirst()` runs without an event loop: the work behind it is made up anyway."""
    from django.db.models import base, query
    from django.db.models.fields import related_descriptors

    def sync_to_async(function, **_options):
        async def call(*arguments, **keywords):
            return function(*arguments, **keywords)

        return call

    for module in (base, query, related_descriptors):
        if hasattr(module, "sync_to_async"):
            module.sync_to_async = sync_to_async
