"""Teaches Django's query construction about unknown values: each gets the type that the place asks for."""
import functools

from .placeholders import Unknown, contains_unknown, name_of

_SMALL_DATE_PARTS = 6
_YEAR = 2024
_PAGE_SIZE = 25
_OFFSET = 1000

_TEXT_LOOKUPS = frozenset(
    "contains icontains startswith istartswith endswith iendswith iexact regex iregex search unaccent "
    "trigram_similar trigram_word_similar trigram_strict_word_similar".split()
)

#: Methods whose positional arguments are names or conditions: an unknown one is left out.
_NAMED_BY_ARGUMENT = (
    "filter",
    "exclude",
    "order_by",
    "values",
    "values_list",
    "only",
    "defer",
    "distinct",
    "select_related",
    "prefetch_related",
)


def install(current_session):
    """`current_session` answers the `Session` of the expression that is being evaluated."""
    _patch_lookups(current_session)
    _patch_values(current_session)
    _patch_slices()
    _patch_names(current_session)
    _patch_relations(current_session)


def _patch_lookups(current_session):
    from django.db.models.lookups import Lookup

    original = Lookup.__init__

    @functools.wraps(original)
    def __init__(self, lhs, rhs):
        if contains_unknown(rhs):
            rhs = _right_hand_side(self, lhs, rhs, current_session().samples)
        original(self, lhs, rhs)

    Lookup.__init__ = __init__


def _right_hand_side(lookup, lhs, rhs, samples):
    name = lookup.lookup_name
    if name == "isnull":
        return True
    make = _sample_maker(lookup, lhs, samples)
    if isinstance(rhs, Unknown):
        if name in ("in", "range", "has_keys", "has_any_keys"):
            # A stand-in has no items for code that goes through it: conditions on none would send no query.
            items = rhs._queryscope_items()
            return [make(name_of(item)) for item in (items if name != "range" else items[:2])]
        return make(name_of(rhs))
    return type(rhs)(make(name_of(item)) if isinstance(item, Unknown) else item for item in rhs)


def _sample_maker(lookup, lhs, samples):
    from django.core.exceptions import FieldError
    from django.db import models
    from django.db.models.functions import Extract

    if isinstance(lhs, Extract):
        value = _YEAR if lhs.lookup_name in ("year", "iso_year") else _SMALL_DATE_PARTS
        return lambda _name: value
    try:
        field = lhs.output_field
    except (AttributeError, FieldError):
        return samples.text
    kind = field.get_internal_type() if hasattr(field, "get_internal_type") else ""
    compared_as_text = lookup.lookup_name in _TEXT_LOOKUPS and not hasattr(field, "base_field")
    document_part = kind == "JSONField" and not isinstance(lhs, models.expressions.Col)
    if compared_as_text or document_part or lookup.lookup_name.startswith("has_"):
        return samples.text
    return lambda name: samples.of_field(field, name)


def _patch_values(current_session):
    from django.db.models import Value
    from django.db.models.sql.compiler import SQLInsertCompiler
    from django.db.models.sql.subqueries import UpdateQuery

    make_value = Value.__init__

    @functools.wraps(make_value)
    def __init__(self, value, output_field=None):
        if isinstance(value, Unknown):
            samples = current_session().samples
            value = samples.of_field(output_field, name_of(value)) if output_field else samples.text(name_of(value))
        make_value(self, value, output_field=output_field)

    Value.__init__ = __init__

    prepare_value = SQLInsertCompiler.prepare_value

    @functools.wraps(prepare_value)
    def prepare_inserted(self, field, value):
        return prepare_value(self, field, _column_value(field, value, current_session))

    SQLInsertCompiler.prepare_value = prepare_inserted

    add_update_fields = UpdateQuery.add_update_fields

    @functools.wraps(add_update_fields)
    def add_known_fields(self, values_seq):
        known = [(field, model, _column_value(field, value, current_session)) for field, model, value in values_seq]
        return add_update_fields(self, known)

    UpdateQuery.add_update_fields = add_known_fields


def _column_value(field, value, current_session):
    return current_session().samples.of_field(field, name_of(value)) if isinstance(value, Unknown) else value


def _patch_slices():
    from django.db.models.query import QuerySet

    original = QuerySet.__getitem__

    @functools.wraps(original)
    def __getitem__(self, key):
        if isinstance(key, slice):
            start = _OFFSET if isinstance(key.start, Unknown) else key.start
            stop = (start or 0) + _PAGE_SIZE if isinstance(key.stop, Unknown) else key.stop
            key = slice(start, stop, key.step)
        elif isinstance(key, Unknown):
            key = 0
        return original(self, key)

    QuerySet.__getitem__ = __getitem__


def _patch_names(current_session):
    from django.db.models.query import QuerySet

    for name in _NAMED_BY_ARGUMENT:
        setattr(QuerySet, name, _without_unknown_arguments(getattr(QuerySet, name), name, current_session))


def _without_unknown_arguments(method, method_name, current_session):
    @functools.wraps(method)
    def wrapper(self, *arguments, **keywords):
        known = []
        for argument in arguments:
            if isinstance(argument, Unknown):
                current_session().note(
                    "`%s` in `%s()` is only known when the program runs; left out" % (name_of(argument), method_name)
                )
            else:
                known.append(argument)
        if arguments and not known and not keywords:
            # Without arguments these methods mean something else: `order_by()` clears the order.
            return self.all()
        return method(self, *known, **keywords)

    return wrapper


def _patch_relations(current_session):
    from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

    original = ForwardManyToOneDescriptor.__set__

    @functools.wraps(original)
    def __set__(self, instance, value):
        if isinstance(value, Unknown):
            value = current_session().instance(self.field.remote_field.model, name_of(value))
        original(self, instance, value)

    ForwardManyToOneDescriptor.__set__ = __set__
