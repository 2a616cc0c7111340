/** A small Django project with one N+1 query: the customer of each order. */
export const shop = {
  "manage.py": `import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
`,
  "config/__init__.py": "",
  "config/settings.py": `INSTALLED_APPS = ["orders"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
`,
  "orders/__init__.py": "",
  "orders/models.py": `from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=100)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
`,
  "orders/views.py": `from django.http import JsonResponse

from orders.models import Order


def order_list(request):
    orders = Order.objects.all()
    return JsonResponse({"customers": [order.customer.name for order in orders]})
`,
} as const;

/** The project without anything to complain about. */
export const repairedShop = {
  ...shop,
  "orders/views.py": shop["orders/views.py"].replace(".all()", '.select_related("customer")'),
};

/** Another view with another N+1 query. */
export const secondView = `

def first_customers(request):
    latest = Order.objects.order_by("-pk")
    return JsonResponse({"customers": [order.customer.name for order in latest]})
`;
