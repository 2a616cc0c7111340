from django.db import models

from catalog.models import Book, Product
from foundation.models import Owned, Timestamped
from foundation.querysets import ActiveQuerySet


class Category(models.Model):
    """The same name as in another application."""

    name = models.CharField(max_length=10)


class Named(models.Model):
    name = models.CharField(max_length=30)
    rank = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Ranked(Named):
    rank = models.FloatField(null=True)
    label = models.CharField(max_length=10)

    class Meta:
        abstract = True
        app_label = "sales"


class Labelled(Named):
    label = models.TextField()

    class Meta:
        abstract = True


class Campaign(Ranked, Labelled):
    """A diamond: what stands nearer in resolution order wins."""

    products = models.ManyToManyField(Product, related_name="campaigns")


class Shop(Owned):
    label = None
    name = models.CharField(max_length=50)

    class Meta:
        ordering = []
        get_latest_by = "name"


class Order(Timestamped):
    class Status(models.TextChoices):
        OPEN = "open"
        PAID = "paid"

    status = models.CharField(max_length=4, choices=Status.choices, db_index=True)
    shop = models.ForeignKey("sales.Shop", on_delete=models.CASCADE)
    books = models.ManyToManyField(Book, through="OrderLine")

    orders = ActiveQuerySet.as_manager()
    paid: "models.Manager[Order]" = models.Manager()


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    book = models.ForeignKey(Book, on_delete=models.CASCADE)
    amount = models.PositiveIntegerField(default=1)


class OpenOrder(Order):
    class Meta:
        proxy = True


class Refund(models.Model):
    """Points to a proxy."""

    order = models.ForeignKey(OpenOrder, on_delete=models.CASCADE, related_name="refunds")
    orders = models.ManyToManyField(OpenOrder, related_name="all_refunds")
    code = models.CharField(max_length=10)


class Place(models.Model):
    name = models.CharField(max_length=50)

    class Meta:
        ordering = ["name"]
        get_latest_by = "name"


class Rated(models.Model):
    stars = models.IntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ["-stars"]


class Restaurant(Place):
    """Order and latest come from the parent's table."""

    pizza = models.BooleanField(default=False)


class RatedRestaurant(Rated, Place):
    """The abstract base stands nearer."""


class Kiosk(Place):
    class Meta:
        default_related_name = "kiosk_here"


class Visit(models.Model):
    place = models.ForeignKey(Place, on_delete=models.CASCADE)
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, null=True, related_name="restaurant_visits")
