import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from foundation.fields import OptionalPriceField, PriceField, ReviewerField, link_to
from foundation.models import CountedMixin, Noted, Recorded
from foundation.querysets import ActiveManager

__all__ = ["Product", "Book", "Textbook", "Bundle", "BundleItem"]

WAREHOUSE = "catalog.Warehouse"
CHECK = "condition" if django.VERSION >= (5, 1) else "check"
User = get_user_model()


class Availability(models.TextChoices):
    NOW = "now", "Now"
    SOON = "soon", "Soon"
    NEVER = "never", "Never"


class Product(CountedMixin, Noted, Recorded):
    class Level(models.IntegerChoices):
        LOW = 1
        HIGH = 2

        __empty__ = "?"

    number = models.CharField("number", max_length=20, unique=True)
    price = PriceField()
    reduced = OptionalPriceField()
    availability = models.CharField(max_length=8, choices=Availability.choices, default=Availability.NOW)
    level = models.SmallIntegerField(choices=Level.choices, null=True)
    warehouse = models.ForeignKey(WAREHOUSE, models.SET_NULL, null=True, db_index=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="authored", db_constraint=False)
    reviewer = ReviewerField()
    replacement = link_to("self", "replaces", null=True)
    by_number = models.ForeignKey("self", to_field="number", on_delete=models.CASCADE, related_name="numbered", null=True)
    if settings.CATALOG_PRODUCT_MODEL:
        swatch = models.CharField(max_length=6, blank=True)
    else:
        swatch = models.CharField(max_length=8, blank=True)

    available = ActiveManager()

    class Meta(Recorded.Meta):
        indexes = Recorded.Meta.indexes + [
            models.Index(fields=["price"], condition=Q(active=True), name="price_of_active"),
            models.Index(Lower("number"), name="lower_number"),
            models.Index(F("created").desc(), "price", name="newest_first"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "number"], name="%(class)s_place"),
            models.UniqueConstraint("number", F("price"), name="number_price"),
            models.CheckConstraint(**{CHECK: Q(price__gte=0)}, name="not_negative"),
        ]
        default_manager_name = "everything"
        base_manager_name = "objects"


class Book(Product):
    isbn = models.CharField(max_length=13, db_index=True)
    parts = models.ManyToManyField("self", through="BundleItem", through_fields=("whole", "part"), related_name="wholes")


class Textbook(Book):
    """Two tables above it, the link to the nearer one declared."""

    book = models.OneToOneField(Book, on_delete=models.CASCADE, parent_link=True, related_name="as_textbook")
    grade = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["grade", F("isbn").desc(nulls_last=True)]


class Bundle(Noted):
    books = models.ManyToManyField(Book, related_name="+", db_constraint=False)
    products = models.ManyToManyField(to=settings.CATALOG_PRODUCT_MODEL, related_query_name="in_bundle")
    curator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_query_name="curated")

    class Meta:
        default_related_name = "bundles_of_%(model_name)s"


class BundleItem(models.Model):
    whole = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="items")
    part = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="item_of")
    position = models.IntegerField(default=0)

    class Meta:
        unique_together = [["whole", "part"], ("whole", "position")]
