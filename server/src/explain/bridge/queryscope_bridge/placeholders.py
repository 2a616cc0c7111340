"""Values that are only known when the program runs: named stand-ins that get a type where Django needs a value.

`Unknown` goes through the expression; the moment Django builds a condition with it, `Samples` makes a value of the
field's type and remembers its name, so that the query parameter can be shown as `request.GET['status']`.
"""
import datetime
import decimal
import re
import uuid

#: Attributes by which Django recognises its own objects: an unknown value is none of them.
_NOT_DJANGO = frozenset(
    ("resolve_expression", "as_sql", "get_source_expressions", "conditional", "deconstruct", "prepare_database_save")
)

_SAMPLE_TEXT = re.compile(r"sample-\d+")

_ROWS_OF_AN_UNKNOWN_LIST = 3


class Unknown:
    """Every attribute, call, item and operation gives another unknown value with a telling name."""

    __slots__ = ("_queryscope_name", "_queryscope_session")

    def __init__(self, name, session):
        object.__setattr__(self, "_queryscope_name", name)
        object.__setattr__(self, "_queryscope_session", session)

    def __getattr__(self, name):
        if name.startswith("_") or name in _NOT_DJANGO:
            raise AttributeError("`%s` is only known when the program runs" % self._queryscope_name)
        return self._queryscope_session.attribute(self._queryscope_name, name)

    def _derived(self, suffix):
        return Unknown(self._queryscope_name + suffix, self._queryscope_session)

    def __setattr__(self, name, value):
        pass

    def __call__(self, *_arguments, **_keywords):
        return self._derived("()")

    def __getitem__(self, key):
        return self._derived("[%s]" % ("…" if isinstance(key, (slice, Unknown)) else repr(key)))

    def _queryscope_items(self):
        return [self._derived("[%d]" % index) for index in range(_ROWS_OF_AN_UNKNOWN_LIST)]

    def __iter__(self):
        return iter(self._queryscope_items())

    def __len__(self):
        return _ROWS_OF_AN_UNKNOWN_LIST

    def keys(self):
        """Asked by `**unknown`."""
        self._queryscope_session.note("`**%s` is only known when the program runs; left out" % self._queryscope_name)
        return ()

    def __contains__(self, _item):
        return False

    def __bool__(self):
        return True

    def __index__(self):
        return _ROWS_OF_AN_UNKNOWN_LIST

    __int__ = __index__

    def __float__(self):
        return float(_ROWS_OF_AN_UNKNOWN_LIST)

    def __str__(self):
        return self._queryscope_session.samples.text(self._queryscope_name)

    __repr__ = __str__

    def __format__(self, _specification):
        return str(self)

    def __hash__(self):
        return id(self)

    def __deepcopy__(self, _memo):
        return self

    def __copy__(self):
        return self

    def __enter__(self):
        return self._derived("")

    def __exit__(self, *_exception):
        return False

    def __await__(self):
        return self
        yield  # makes it a generator: the awaited value is another unknown

    def _compared(self, _other):
        return False

    __lt__ = __gt__ = __le__ = __ge__ = _compared

    def _combined(self, _other=None):
        return self._derived(" …")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _combined
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _combined
    __neg__ = __pos__ = __abs__ = __invert__ = __round__ = _combined
    __or__ = __ror__ = __and__ = __rand__ = __xor__ = __rxor__ = _combined


def contains_unknown(value):
    return isinstance(value, Unknown) or (
        isinstance(value, (list, tuple, set)) and any(isinstance(item, Unknown) for item in value)
    )


def name_of(unknown):
    return object.__getattribute__(unknown, "_queryscope_name")


class Samples:
    """Values by field type, with the names of what they stand for. One per request."""

    def __init__(self):
        self._count = 0
        self._names = []

    def text(self, name):
        self._count += 1
        return self._remember("".join(["sample-", str(self._count)]), name)

    def of_field(self, field, name):
        return self._remember(self._value(field), name)

    def plain(self, field):
        """A value without a name, for rows that no database returned."""
        return self._value(field)

    def _remember(self, value, name):
        self._names.append((value, name))
        return value

    def name_of(self, value):
        """The name of what a query parameter stands for: by identity, for text also by what it contains.

        A driver wraps integers in a class of its own, which makes another object of them.
        """
        for sample, name in reversed(self._names):
            if _is_shared(sample):
                continue
            if sample is value or (isinstance(sample, int) and isinstance(value, int) and sample == value):
                return name
        found = _SAMPLE_TEXT.search(value) if isinstance(value, str) else None
        if found is None:
            return None
        return next((name for sample, name in self._names if sample == found.group()), None)

    def _value(self, field):
        field = target_column(field)
        choice = _first_choice(field)
        if choice is not None:
            return choice
        self._count += 1
        number = self._count
        base_field = getattr(field, "base_field", None)
        if base_field is not None:
            element = self._value(base_field)
            return [element] if getattr(field, "range_type", None) is None else _range(field, element)
        kind = field.get_internal_type() if hasattr(field, "get_internal_type") else ""
        make = _BY_INTERNAL_TYPE.get(kind)
        if make is not None:
            return make(number)
        return "".join(["sample-", str(number)])


def _is_shared(value):
    """Python keeps one object for these: identity says nothing."""
    return value is None or isinstance(value, bool) or (isinstance(value, int) and -6 < value < 257)


def target_column(field):
    """The column that a relation's value is compared with."""
    for _hop in range(5):
        target = getattr(field, "target_field", None) if getattr(field, "is_relation", False) else None
        if target is None or target is field:
            return field
        field = target
    return field


def _first_choice(field):
    for value, _label in getattr(field, "flatchoices", None) or ():
        if isinstance(value, str) and value != "":
            return "".join(list(str(value)))
        if isinstance(value, int) and not isinstance(value, bool):
            return int(value)
    return None


def _range(field, element):
    upper = element + datetime.timedelta(days=30) if isinstance(element, datetime.date) else element + 1
    return field.range_type(element, upper)


def _moment(number):
    return datetime.datetime(2024, 6, 1, 0, 0, number % 60, number, tzinfo=datetime.timezone.utc)


def _naive_if_django_says_so(number):
    from django.conf import settings

    moment = _moment(number)
    return moment if settings.USE_TZ else moment.replace(tzinfo=None)


def _large_integer(number):
    return 900000 + number


_BY_INTERNAL_TYPE = {
    "AutoField": _large_integer,
    "BigAutoField": _large_integer,
    "SmallAutoField": lambda number: 1000 + number,
    "IntegerField": _large_integer,
    "BigIntegerField": _large_integer,
    "PositiveIntegerField": _large_integer,
    "PositiveBigIntegerField": _large_integer,
    "SmallIntegerField": lambda number: 1000 + number,
    "PositiveSmallIntegerField": lambda number: 1000 + number,
    "BooleanField": lambda number: True,
    "NullBooleanField": lambda number: True,
    "UUIDField": lambda number: uuid.UUID(int=number),
    "DateTimeField": _naive_if_django_says_so,
    "DateField": lambda number: datetime.date(2024, 1, 1) + datetime.timedelta(days=number),
    "TimeField": lambda number: datetime.time(12, 0, 0, number),
    "DurationField": lambda number: datetime.timedelta(seconds=number),
    "DecimalField": lambda number: decimal.Decimal(number),
    "FloatField": lambda number: float(number),
    "BinaryField": lambda number: b"sample",
    "JSONField": lambda number: {"sample": number},
    "GenericIPAddressField": lambda number: "192.0.2.%d" % (number % 250),
    "FileField": lambda number: "",
    "ImageField": lambda number: "",
}
