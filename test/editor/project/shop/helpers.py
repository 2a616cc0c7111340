def summary(order):
    return f"{order.pk}: {order.customer.name}"
