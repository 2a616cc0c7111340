from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models

from .fields import OwnerField
from .identified import Identified
from .querysets import ActiveQuerySet, RecordManager


class Timestamped(models.Model):
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering = ["-created"]
        get_latest_by = ["created", "id"]


class Owned(Timestamped):
    owner = OwnerField(related_name="%(app_label)s_%(class)ss", related_query_name="%(app_label)s_%(class)s")

    class Meta(Timestamped.Meta):
        abstract = True


class Recorded(Owned, Identified):
    """Four abstract classes deep, over three files."""

    active = models.BooleanField(default=True)
    # Without an application: that of the concrete model.
    category = models.ForeignKey("Category", on_delete=models.PROTECT, null=True)
    reviewers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="reviewed_%(model_name)ss", blank=True)

    objects = RecordManager()
    everything = models.Manager()

    class Meta(Owned.Meta):
        abstract = True
        ordering = ["created"]
        indexes = [models.Index(fields=["active", "-created"], name="%(app_label)s_%(class)s_active")]


class Noted(models.Model):
    notes = GenericRelation("base.Note", related_query_name="%(class)s_of_note")

    class Meta:
        abstract = True


class Note(models.Model):
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.CharField(max_length=64)
    subject = GenericForeignKey()
    text = models.TextField()

    objects: ClassVar[models.Manager["Note"]] = ActiveQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["content_type", "object_id"])]


class CountedMixin:
    """No model: its attributes are no fields."""

    size = models.IntegerField()

    def count(self):
        return 1


class MetaMixin:
    class Meta:
        ordering = ["pk"]
        db_table = "from_a_mixin"
