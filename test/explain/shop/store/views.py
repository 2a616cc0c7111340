from typing import Optional

from django.core.cache import cache
from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404, render
from django.views.generic import DetailView, ListView

from .models import Line, Order, Product, Tenant

print("views say something while they are imported")

PAGE_SIZE = 25


def order_list(request):
    orders = Order.objects.filter(status=request.GET["status"])
    if request.GET.get("q"):
        orders = orders.filter(number__icontains=request.GET["q"])
    orders = orders.select_related("tenant")
    return render(request, "orders.html", {"orders": orders})


def order_search(request):
    return Order.objects.filter(Q(number__startswith=request.GET["q"]) | Q(data__note=request.GET["q"]))


def order_page(request, page):
    start = (page - 1) * PAGE_SIZE
    return Order.objects.open()[start : start + PAGE_SIZE]


def of_tenant(tenant: Optional[Tenant], ids):
    return Order.objects.of(tenant).filter(pk__in=ids, created_at__year=2024, total__gt=10)


def my_orders(request):
    return request.user.orders.all()


def tenant_orders(request, slug):
    tenant = get_object_or_404(Tenant, name=slug)
    return tenant.orders.open()


def everything(request):
    return Order.objects.prefetch_related(
        "receipt",
        Prefetch("lines", queryset=Line.objects.select_related("product")),
        "lines__product__tags",
    )


def per_tenant():
    for tenant in Tenant.objects.all():
        print(tenant.orders.count())


def cached():
    names = cache.get("names") or ["a"]
    return Product.objects.filter(name__in=names)


def imported_late():
    from .models import Tag as T

    return T.objects.annotate(n=Count("products")).filter(n__gt=3)


async def first_order():
    return await Order.objects.afirst()


async def loop_orders(tenant: Tenant):
    async for order in tenant.orders.all():
        print(order)


def close(order_id):
    Order.objects.filter(pk=order_id).update(status=Order.Status.DONE)


def remove(tenant_id):
    Tenant.objects.filter(pk=tenant_id).delete()


def filtered(request, **filters):
    return Order.objects.filter(**filters).order_by(*request.GET.getlist("order"))


class OrderList(ListView):
    model = Order

    def get_queryset(self):
        return super().get_queryset().filter(customer=self.request.user, tenant_id=self.kwargs["tenant"])


class OrderDetail(DetailView):
    def get_queryset(self):
        return Order.objects.open()

    def get_context_data(self, **kwargs):
        lines = self.object.lines.select_related("product")
        return super().get_context_data(lines=lines, **kwargs)


def numbers():
    for order in Order.objects.iterator():
        print(order.lines.count())


def total(order):
    return order.lines.filter(amount__gt=3)


def newest(rows, customer):
    return rows.exclude(customer=customer)[:10]


def tenants_of_newest(request):
    return [order.tenant.name for order in newest(Order.objects.all(), request.user)]


def unpaid(first):
    return first.orders.filter(receipt=None)


def customers_of_unpaid():
    return [order.customer.username for order in unpaid(Tenant.objects.get(pk=1))]
