from shop.helpers import summary
from shop.models import Order


def paid_orders(request):
    return [summary(order) for order in Order.objects.filter(paid=True)]
