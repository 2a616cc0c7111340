from django.conf import settings
from django.db import models


class Tenant(models.Model):
    name = models.CharField(max_length=100)


class OrderQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(status="done")

    def of(self, tenant):
        return self.open().filter(tenant=tenant)


class Order(models.Model):
    class Status(models.TextChoices):
        NEW = "new"
        DONE = "done"

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="orders")
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="orders")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    number = models.CharField(max_length=20)
    total = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    data = models.JSONField(default=dict)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def lines_over(self, amount):
        return self.lines.filter(amount__gt=amount)


class Product(models.Model):
    name = models.CharField(max_length=100)
    tags = models.ManyToManyField("Tag", related_name="products")


class Tag(models.Model):
    label = models.SlugField()


class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    amount = models.IntegerField(default=1)


class Receipt(models.Model):
    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="receipt")
    text = models.TextField()
