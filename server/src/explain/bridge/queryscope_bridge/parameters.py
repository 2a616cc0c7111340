"""Query parameters as PostgreSQL would receive them, and Django's `%s` as PostgreSQL's `$1`."""
import datetime
import decimal
import enum
import ipaddress
import json
import math
import uuid

_EXACT_IN_JSON = 2**53


def numbered(sql, params):
    """`%s` becomes `$n` and `%%` becomes `%`; the parameters stay in Django's order.

    A tuple is written out as a list in parentheses, as psycopg2 does for `IN %s`.
    """
    if not params:
        return (sql.replace("%%", "%") if params is not None else sql), []
    parts = []
    flat = []
    remaining = iter(params)
    position = 0
    while True:
        found = sql.find("%", position)
        if found < 0 or found + 1 >= len(sql):
            parts.append(sql[position:])
            return "".join(parts), flat
        parts.append(sql[position:found])
        following = sql[found + 1]
        if following == "s":
            parts.append(_placeholder(next(remaining), flat))
        elif following == "%":
            parts.append("%")
        else:
            parts.append("%" + following)
        position = found + 2


def _placeholder(value, flat):
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return "(%s)" % ", ".join(_placeholder(item, flat) for item in value)
    flat.append(value)
    return "$%d" % len(flat)


def encode(value):
    """Returns what JSON can hold and the PostgreSQL type that a driver would declare.

    The type is `unknown` where the driver leaves it to the server, as for every text.
    """
    value = _plain(value)
    if value is None:
        return None, "unknown"
    if isinstance(value, _Typed):
        return value.text, value.type
    if isinstance(value, bool):
        return value, "boolean"
    if isinstance(value, int):
        return _encode_integer(int(value))
    if isinstance(value, float):
        return (value, "numeric") if math.isfinite(value) else (str(value), "double precision")
    if isinstance(value, decimal.Decimal):
        return str(value), "numeric"
    if isinstance(value, str):
        return str(value), "text"
    if isinstance(value, uuid.UUID):
        return str(value), "uuid"
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" "), "timestamp" if value.tzinfo is None else "timestamptz"
    if isinstance(value, datetime.date):
        return value.isoformat(), "date"
    if isinstance(value, datetime.time):
        return value.isoformat(), "time" if value.tzinfo is None else "timetz"
    if isinstance(value, datetime.timedelta):
        return "%d days %d.%06d seconds" % (value.days, value.seconds, value.microseconds), "interval"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex(), "bytea"
    if isinstance(value, (ipaddress.IPv4Address, ipaddress.IPv6Address)):
        return str(value), "inet"
    if isinstance(value, (list, tuple, set)):
        return _array(value), "unknown"
    if hasattr(value, "lower") and hasattr(value, "upper") and hasattr(value, "isempty"):
        return _encode_range(value)
    return str(value), "unknown"


def literal(value):
    """A constant of SQL, for statements without parameters."""
    encoded, kind = encode(value)
    if encoded is None:
        return "NULL"
    if isinstance(encoded, bool):
        return "true" if encoded else "false"
    if isinstance(encoded, (int, float)):
        return str(encoded)
    text = "'%s'" % encoded.replace("'", "''")
    return text if kind in ("text", "unknown") else "%s::%s" % (text, kind)


class _Typed:
    def __init__(self, text, type):
        self.text = text
        self.type = type


def _plain(value):
    """What a driver's adapter or an enumeration member stands for."""
    if isinstance(value, enum.Enum):
        return value.value
    kind = type(value).__name__
    if kind in ("Json", "Jsonb"):
        content = value.obj if hasattr(value, "obj") else value.adapted
        dumps = getattr(value, "dumps", None) or getattr(value, "_dumps", None) or json.dumps
        return _Typed(dumps(content), "jsonb")
    if kind == "Inet":
        return _Typed(str(value.addr if hasattr(value, "addr") else value.adapted), "inet")
    if kind == "Binary":
        return value.obj if hasattr(value, "obj") else value.adapted
    return value


def _encode_integer(value):
    if abs(value) < 2**31:
        return value, "integer"
    kind = "bigint" if abs(value) < 2**63 else "numeric"
    return (value if abs(value) < _EXACT_IN_JSON else str(value)), kind


def _encode_range(value):
    if value.isempty:
        return "empty", "unknown"
    bounds = getattr(value, "bounds", None) or getattr(value, "_bounds", None) or "[)"
    text = "%s%s,%s%s" % (bounds[0], _bound(value.lower), _bound(value.upper), bounds[1])
    sample = value.lower if value.lower is not None else value.upper
    if isinstance(sample, datetime.datetime):
        return text, "tstzrange"
    if isinstance(sample, datetime.date):
        return text, "daterange"
    return text, "unknown"


def _bound(value):
    return "" if value is None else '"%s"' % encode(value)[0]


def _array(values):
    return "{%s}" % ",".join(_element(value) for value in values)


def _element(value):
    encoded, _type = encode(value)
    if encoded is None:
        return "NULL"
    if isinstance(encoded, bool):
        return "t" if encoded else "f"
    if isinstance(value, (list, tuple, set)):
        return encoded
    if isinstance(encoded, str):
        return '"%s"' % encoded.replace("\\", "\\\\").replace('"', '\\"')
    return str(encoded)
