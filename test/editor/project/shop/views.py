from shop.models import Order


def orders(request):
    title = "é 😀"; rows = Order.objects.all()  # é 😀
    return [row.customer.name for row in rows]
