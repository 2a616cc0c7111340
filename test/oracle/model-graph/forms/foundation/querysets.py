from django.db import models


class ActiveQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


class ActiveManager(models.Manager.from_queryset(ActiveQuerySet)):
    def get_queryset(self):
        return super().get_queryset().filter(active=True)


class BaseManager(models.Manager):
    def newest(self):
        return self.order_by("-pk").first()


RecordManager = BaseManager.from_queryset(ActiveQuerySet)
