"""The PostgreSQL driver that Django's backend imports: the installed one with its `connect` blocked, else a stand-in.

Django compiles SQL without a connection, but its backend does not load without a driver.
"""
import sys
import types

from .errors import OperationBlocked


def install():
    """Returns the driver's name and version, `None` where a stand-in had to be used."""
    if getattr(sys.modules.get("psycopg2"), "is_stand_in", False):
        return None
    try:
        import psycopg

        # Fails where the library that it wraps is missing, as Django would find out later.
        import psycopg.pq  # noqa: F401
    except ImportError:
        sys.modules.pop("psycopg", None)
    else:
        psycopg.connect = _refuse_connection
        psycopg.Connection.connect = classmethod(_refuse_connection)
        psycopg.AsyncConnection.connect = classmethod(_refuse_connection)
        return "psycopg %s" % psycopg.__version__
    try:
        import psycopg2
    except ImportError:
        _install_stand_in()
        return None
    psycopg2.connect = _refuse_connection
    psycopg2._connect = _refuse_connection
    return "psycopg2 %s" % psycopg2.__version__.split()[0]


def _refuse_connection(*_arguments, **_keywords):
    raise OperationBlocked("a database connection is not possible while Queryscope reads the project")


_ERRORS = (
    "Error",
    "InterfaceError",
    "DatabaseError",
    "DataError",
    "OperationalError",
    "IntegrityError",
    "InternalError",
    "ProgrammingError",
    "NotSupportedError",
)

_ISOLATION_LEVELS = (
    "ISOLATION_LEVEL_AUTOCOMMIT",
    "ISOLATION_LEVEL_READ_COMMITTED",
    "ISOLATION_LEVEL_REPEATABLE_READ",
    "ISOLATION_LEVEL_SERIALIZABLE",
    "ISOLATION_LEVEL_READ_UNCOMMITTED",
)


class _Adapted:
    """Holds a value as psycopg2's adapters do: Django passes these on as query parameters."""

    def __init__(self, adapted=None, dumps=None):
        self.adapted = adapted
        self.dumps = dumps

    def getquoted(self):
        text = str(self.adapted)
        if isinstance(self.adapted, (int, float)):
            return text.encode()
        return ("'%s'" % text.replace("'", "''")).encode()


class _Range:
    def __init__(self, lower=None, upper=None, bounds="[)", empty=False):
        self.lower, self.upper, self._bounds, self.isempty = lower, upper, bounds, empty


def _module(name, **attributes):
    module = types.ModuleType(name)
    module.__dict__.update(attributes)
    sys.modules[name] = module
    return module


def _function_that_does_nothing(name):
    """`register_uuid`, `new_array_type` … prepare connections, of which there are none."""
    if not name.startswith(("register_", "new_")):
        raise AttributeError(name)
    return lambda *arguments, **keywords: None


def _install_stand_in():
    errors = {}
    for name in _ERRORS:
        base = errors.get("DatabaseError" if name.endswith("Error") and len(errors) > 2 else "Error", Exception)
        errors[name] = type(name, (base,), {})

    extensions = _module(
        "psycopg2.extensions",
        QuotedString=_Adapted,
        UNICODE=None,
        adapt=_Adapted,
        __getattr__=_function_that_does_nothing,
        cursor=type("cursor", (), {}),
        connection=type("connection", (), {}),
        **{name: level for level, name in enumerate(_ISOLATION_LEVELS)},
    )
    ranges = {name: type(name, (_Range,), {}) for name in
              ("Range", "DateRange", "DateTimeRange", "DateTimeTZRange", "NumericRange")}
    extras = _module(
        "psycopg2.extras",
        Inet=type("Inet", (_Adapted,), {}),
        Json=type("Json", (_Adapted,), {}),
        __getattr__=_function_that_does_nothing,
        **ranges,
    )

    def any_error(name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (errors["DatabaseError"],), {})

    specific_errors = _module("psycopg2.errors", __getattr__=any_error)
    sql = _module("psycopg2.sql")
    _module(
        "psycopg2",
        __path__=[],
        is_stand_in=True,
        __version__="2.9.10",
        apilevel="2.0",
        threadsafety=2,
        paramstyle="pyformat",
        Binary=type("Binary", (_Adapted,), {}),
        connect=_refuse_connection,
        extensions=extensions,
        extras=extras,
        errors=specific_errors,
        sql=sql,
        **errors,
    )
    # Django asks for the newer driver first: make sure that a broken installation of it is not found again.
    sys.modules["psycopg"] = None
