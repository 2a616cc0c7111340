from django.apps import apps
from django.contrib.auth import get_user_model
from populate import Populator, make_user

APPS = [
    "address",
    "catalogue",
    "partner",
    "customer",
    "offer",
    "voucher",
    "basket",
    "order",
    "payment",
    "shipping",
    "reviews",
    "wishlists",
    "communication",
    "analytics",
]

EXCLUDED = [rf"^admin:(?!({'|'.join(APPS)})_)", r"_(history|delete|add)$", r"logout|flatpage|change-status|vote"]

ARGUMENTS = {
    "^catalogue:": {
        "product_slug": "catalogue.Product.slug",
        "product_pk": "catalogue.Product.pk",
        "category_slug": "catalogue.Category.slug",
        "slug": "offer.Range.slug",
    },
    "^catalogue:reviews-detail": {"pk": "reviews.ProductReview.pk"},
    "^catalogue:detail": {"pk": "catalogue.Product.pk"},
    "^catalogue:category": {"pk": "catalogue.Category.pk"},
    "^checkout:user-address": {"pk": "address.UserAddress.pk"},
    "^customer:order": {"order_number": "order.Order.number", "line_id": "order.Line.pk"},
    "^customer:address": {"pk": "address.UserAddress.pk"},
    "^customer:email": {"email_id": "communication.Email.pk"},
    "^customer:notification": {"pk": "communication.Notification.pk"},
    "^customer:alert-create": {"pk": "catalogue.Product.pk"},
    "^customer:alerts": {"key": "customer.ProductAlert.key", "pk": "customer.ProductAlert.pk"},
    "wishlist": {
        "key": "wishlists.WishList.key",
        "product_pk": "catalogue.Product.pk",
        "line_pk": "wishlists.Line.pk",
    },
    "^dashboard:catalogue-product": {
        "pk": "catalogue.Product.pk",
        "product_class_slug": "catalogue.ProductClass.slug",
        "parent_pk": "catalogue.Product.pk",
    },
    "^dashboard:catalogue-category": {"pk": "catalogue.Category.pk", "parent": "catalogue.Category.pk"},
    "^dashboard:catalogue-class": {"pk": "catalogue.ProductClass.pk"},
    "^dashboard:catalogue-attribute": {"pk": "catalogue.AttributeOptionGroup.pk"},
    "^dashboard:catalogue-option": {"pk": "catalogue.Option.pk"},
    "^dashboard:order": {
        "number": "order.Order.number",
        "note_id": "order.OrderNote.pk",
        "line_id": "order.Line.pk",
    },
    "^dashboard:user-alert": {"pk": "customer.ProductAlert.pk"},
    "^dashboard:user-(detail|password)": {"pk": "auth.User.pk"},
    "^dashboard:partner": {"pk": "partner.Partner.pk", "partner_pk": "partner.Partner.pk", "user_pk": "auth.User.pk"},
    "^dashboard:offer": {"pk": "offer.ConditionalOffer.pk"},
    "^dashboard:range": {"pk": "offer.Range.pk"},
    "^dashboard:reviews": {"pk": "reviews.ProductReview.pk"},
    "^dashboard:voucher-set": {"pk": "voucher.VoucherSet.pk"},
    "^dashboard:voucher-(?!set)": {"pk": "voucher.Voucher.pk"},
    "^dashboard:comms": {"slug": "communication.CommunicationEventType.code"},
    "^dashboard:shipping-method": {
        "pk": "shipping.WeightBased.pk",
        "method_pk": "shipping.WeightBased.pk",
    },
    "^offer:": {"slug": "offer.ConditionalOffer.slug"},
}


def user():
    return get_user_model().objects.get(username="admin")


def category(number):
    return apps.get_model("catalogue.Category").add_root(name=f"Category {number}", slug=f"category-{number}")


def populate(size):
    admin = make_user("admin", is_staff=True, is_superuser=True)
    owned = {"user": admin}
    return Populator(
        ["auth", *APPS],
        size,
        values={
            "auth.User": {"*": lambda number: make_user(f"user{number}")},
            "catalogue.Category": {"*": category},
            "catalogue.Product": {"structure": "standalone", "parent": None, "is_public": True, "upc": lambda number: f"upc-{number}"},
            "catalogue.ProductAttribute": {"type": "text"},
            "address.UserAddress": owned,
            "order.Order": owned,
            "customer.ProductAlert": owned,
            "communication.Email": owned,
            "communication.Notification": {"recipient": admin, "location": "Inbox"},
            "wishlists.WishList": {"owner": admin},
            "offer.ConditionalOffer": {"offer_type": "Site", "status": "Open"},
            "offer.Condition": {"type": "Count"},
            "offer.Benefit": {"type": "Percentage"},
            "offer.Range": {"is_public": True, "includes_all_products": False},
            "basket.Basket": {"owner": lambda number: None, "status": "Open"},
        },
        skip=["auth.Permission", "order.ShippingEventQuantity"],
        # The text of a product is made of these: what grows with the square of M has no shape.
        counts={"catalogue.ProductAttributeValue": size["k"]},
    ).run()
