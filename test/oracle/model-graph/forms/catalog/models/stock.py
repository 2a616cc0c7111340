from django.apps import apps
from django.db import models

from foundation.models import MetaMixin


class Warehouse(MetaMixin, models.Model):
    name = models.CharField(max_length=100)
    slug = models.SlugField()
    plain_slug = models.SlugField(db_index=False)


class Shelf(models.Model):
    """Its tables are made elsewhere."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.DO_NOTHING, unique=True)
    category = models.ForeignKey(apps.get_model("catalog", "Category", require_ready=False), on_delete=models.CASCADE)

    class Meta:
        managed = False
        db_table = "shelf"
