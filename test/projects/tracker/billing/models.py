from django.conf import settings
from django.db import models

from common.models import TenantOwned, TimeStamped


class Invoice(TenantOwned, TimeStamped):
    number = models.CharField(max_length=20)
    project = models.ForeignKey(
        "projects.Project", null=True, blank=True, on_delete=models.SET_NULL, related_name="invoices"
    )
    total = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    paid = models.BooleanField(default=False)

    def __str__(self):
        return self.number


class InvoiceLine(models.Model):
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    description = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=10, decimal_places=2)


class Document(TenantOwned):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(max_length=200)


class Contract(Document):
    """Multi-table inheritance: its rows join those of `Document`."""

    signed_on = models.DateField(null=True, blank=True)
