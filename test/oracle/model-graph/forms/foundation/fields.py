"""Field classes of the project: subclasses at several depths, with arguments fixed in different ways."""

from django.conf import settings
from django.db import models


class PriceField(models.DecimalField):
    def __init__(self, *args, **kwargs):
        kwargs["max_digits"] = 12
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class OptionalPriceField(PriceField):
    def __init__(self, **kwargs):
        kwargs.update(null=True, blank=True)
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("null", None)
        return name, path, args, kwargs


class OwnerField(models.ForeignKey):
    """Points to the user unless told otherwise."""

    def __init__(self, to=settings.AUTH_USER_MODEL, on_delete=models.CASCADE, **kwargs):
        super().__init__(to, on_delete, **kwargs)


class ReviewerField(OwnerField):
    def __init__(self, **kwargs):
        kwargs.setdefault("null", True)
        kwargs["on_delete"] = models.SET_NULL
        super().__init__(related_name="+", **kwargs)


class TreeParentField(models.ForeignKey):
    def __init__(self, to="self", *args, **kwargs):
        kwargs["null"] = kwargs.get("null", True)
        if "on_delete" not in kwargs:
            kwargs["on_delete"] = models.CASCADE
        models.ForeignKey.__init__(self, to, *args, **kwargs)


class CodeField(models.SlugField):
    description = "A short code"


def label_field(**options):
    """A helper that makes a field."""
    return models.CharField(max_length=40, **options)


def link_to(target, name, null=False):
    return models.ForeignKey(target, on_delete=models.CASCADE, related_name=name, null=null)
