from django.db import models

from foundation.fields import CodeField, TreeParentField, label_field


class Category(models.Model):
    KIND_CHOICES = (("goods", (("g", "Goods"), ("f", "Food"))), ("s", "Services"))

    code = CodeField(unique=True)
    name = label_field(unique=True)
    title = label_field(null=True)
    kind = models.CharField(max_length=1, choices=KIND_CHOICES, default="g")
    parent = TreeParentField(related_name="children")
    see_also = models.ManyToManyField("Category", blank=True, related_name="seen_from")

    class Meta:
        order_with_respect_to = "parent"
        unique_together = ("parent", "title")
