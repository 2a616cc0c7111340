"""
Makes rows of all models of a project, by what their fields say. N rows of a model that depends on no other, M for each
row of it of a model that requires one, K for each row of these of what requires those. What lies deeper has one row per
parent, like a one-to-one relation. Many-to-many relations connect a row with M others, or K where it is a child itself.
"""

import datetime
import decimal
import uuid

from clock import NOW
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction


class Populator:
    """
    `values` overrides what a field gets: {"app.Model": {"field": value or function of the row's number}}; a function
    under "*" makes the whole row. `skip` are models that get no rows. `counts` are numbers of rows: in all of models
    without parents, per parent of others.
    """

    def __init__(self, labels, size, values=None, skip=(), counts=None):
        self.size = size
        self.counts = {label.lower(): count for label, count in (counts or {}).items()}
        self.values = {label.lower(): fields for label, fields in (values or {}).items()}
        skipped = {label.lower() for label in skip}
        self.models = [
            model
            for label in labels
            for model in apps.get_app_config(label).get_models()
            if model._meta.label_lower not in skipped and not model._meta.proxy and model._meta.managed
        ]
        self.rows = {}
        self.levels = {}
        self.failures = {}

    def run(self):
        for model in self.in_order():
            self.fill(model)
        for model in self.rows:
            self.connect(model)
        return self

    def in_order(self):
        """Models after those that they require."""
        remaining, done, ordered = list(self.models), set(), []
        while remaining:
            ready = [m for m in remaining if not (self.required(m) - done - {m})] or remaining[:1]
            for model in ready:
                ordered.append(model)
                done.add(model)
                remaining.remove(model)
        return ordered

    def required(self, model):
        return {field.related_model for field in self.parents(model)} & set(self.models)

    def parents(self, model):
        """Foreign keys that must have a value; those to users last."""
        fields = [
            field
            for field in model._meta.concrete_fields
            if field.is_relation
            and not field.null
            and not getattr(field.remote_field, "parent_link", False)
            and field.related_model is not ContentType
        ]
        return sorted(fields, key=lambda field: field.related_model._meta.label == "auth.User")

    def level(self, model):
        parent = next((f for f in self.parents(model) if f.related_model in self.levels), None)
        if parent is None:
            return 0, None, 1
        level = self.levels[parent.related_model]
        if parent.one_to_one:
            return level, parent, 1
        each = {0: self.size["m"], 1: self.size["k"]}.get(level, 1)
        return level + 1, parent, self.counts.get(model._meta.label_lower, each)

    def fill(self, model):
        level, parent, each = self.level(model)
        before = list(self.rows.get(parent.related_model, ())) if parent else []
        count = len(before) * each if parent else self.counts.get(model._meta.label_lower, self.size["n"])
        self.levels[model] = level
        self.rows[model] = []
        values = self.values.get(model._meta.label_lower, {})
        for number in range(count):
            try:
                with transaction.atomic():
                    self.rows[model].append(self.make(model, number, parent, each, values))
            except Exception as error:
                self.failures[model._meta.label] = f"{type(error).__name__}: {error}"[:200]
                break

    def make(self, model, number, parent, each, values):
        if "*" in values:
            return values["*"](number)
        row = model()
        for field in model._meta.concrete_fields:
            if field.name in values:
                value = values[field.name]
                setattr(row, field.name, value(number) if callable(value) else value)
            elif isinstance(field, models.AutoField) or (field.primary_key and field.has_default()):
                continue
            elif getattr(field.remote_field, "parent_link", False):
                continue
            elif field.is_relation:
                self.relate(row, field, number, parent, each)
            else:
                value = self.value(field, number)
                if value is not None:
                    setattr(row, field.attname, value)
        row.save()
        return row

    def relate(self, row, field, number, parent, each):
        target = field.related_model
        if target is ContentType:
            general = self.generic_target(field)
            setattr(row, field.name, ContentType.objects.get_for_model(general))
            return
        candidates = self.rows.get(target) or (
            [] if target in self.models else list(target._base_manager.all()[:1])
        )
        if not candidates or (target is type(row) and field.null):
            return
        if field is parent:
            setattr(row, field.name, candidates[number // each])
        elif field.one_to_one:
            if number < len(candidates):
                setattr(row, field.name, candidates[number])
        else:
            # As many of them for each row of the other model as for each of the parent's.
            setattr(row, field.name, candidates[(number // each + number % each) % len(candidates)])

    def generic_target(self, field):
        first = next((m for m in self.rows if self.levels[m] == 0 and self.rows[m]), self.models[0])
        return first

    def value(self, field, number):
        """None leaves the field's default."""
        unique = field.unique or any(
            field.name in names for names in field.model._meta.unique_together
        ) or any(
            field.name in getattr(constraint, "fields", ()) for constraint in field.model._meta.constraints
        )
        if getattr(field, "choices", None) and not callable(field.choices):
            if field.has_default() or (field.blank and not unique):
                return None
            flat = [key for key, _ in field.flatchoices if key not in (None, "")]
            return flat[0] if flat else None
        if isinstance(field, models.GenericIPAddressField):
            return "192.0.2.1" if not field.null else None
        if isinstance(field, models.UUIDField):
            return None if field.has_default() or field.null else uuid.UUID(int=number + 1)
        if field.has_default() and not unique:
            return None
        if isinstance(field, (models.CharField, models.TextField)):
            return self.text(field, number, unique)
        if field.null or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            return None
        if isinstance(field, models.BooleanField):
            return True
        if isinstance(field, models.DateTimeField):
            return NOW - datetime.timedelta(hours=number + 1)
        if isinstance(field, models.DateField):
            return (NOW - datetime.timedelta(days=number + 1)).date()
        if isinstance(field, models.TimeField):
            return datetime.time(number % 24)
        if isinstance(field, models.DurationField):
            return datetime.timedelta(minutes=number + 1)
        if isinstance(field, models.DecimalField):
            return decimal.Decimal(number + 1)
        if isinstance(field, (models.IntegerField, models.FloatField)):
            return number + 1
        if isinstance(field, models.JSONField):
            return {}
        if isinstance(field, models.FileField):
            return f"file-{number}.txt"
        if isinstance(field, models.BinaryField):
            return b"0"
        return None

    def text(self, field, number, unique):
        if field.blank and (field.null or not unique) and not isinstance(field, models.SlugField):
            return None if field.null else ""
        length = field.max_length or 200
        if isinstance(field, models.EmailField):
            return f"{field.name}{number}@example.com"[-length:]
        if isinstance(field, models.URLField):
            return f"https://example.com/{number}"
        prefix = field.name if isinstance(field, models.SlugField) else f"{field.model.__name__} {field.name}"
        suffix = f"-{number}" if isinstance(field, models.SlugField) else f" {number}"
        return prefix[: max(0, length - len(suffix))] + suffix[-length:]

    def connect(self, model):
        """Relations that may be empty, once all rows are there, and many-to-many relations."""
        values = self.values.get(model._meta.label_lower, {})
        for field in model._meta.concrete_fields:
            if (
                field.many_to_one
                and field.null
                and field.name not in values
                and field.related_model is not model
                and self.rows.get(field.related_model)
            ):
                targets = self.rows[field.related_model]
                for number, row in enumerate(self.rows[model]):
                    if getattr(row, field.attname) is None:
                        target = targets[number % len(targets)]
                        setattr(row, field.name, target)
                        model._base_manager.filter(pk=row.pk).update(**{field.name: target})
        each = self.size["m"] if self.levels[model] == 0 else self.size["k"]
        for field in model._meta.many_to_many:
            targets = self.rows.get(field.related_model)
            if (
                not targets
                or field.name in values
                or field.related_model is model
                or not field.remote_field.through._meta.auto_created
            ):
                continue
            try:
                with transaction.atomic():
                    for number, row in enumerate(self.rows[model]):
                        chosen = [targets[(number + i) % len(targets)] for i in range(each)]
                        getattr(row, field.name).add(*chosen)
            except Exception as error:
                self.failures[f"{model._meta.label}.{field.name}"] = f"{type(error).__name__}: {error}"[:200]


def make_user(name, **fields):
    from django.contrib.auth import get_user_model

    user = get_user_model()(username=name, email=f"{name}@example.com", is_active=True, **fields)
    user.set_unusable_password()
    user.save()
    return user
