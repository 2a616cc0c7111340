"""Lets views of the project in the working folder send their queries to the database that standard input describes."""
import json
import os
import sys
from types import SimpleNamespace

sys.path.insert(0, os.getcwd())

import django
from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", **json.load(sys.stdin)}}
settings.LOGGING_CONFIG = None
django.setup()

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from store import views
from store.models import Order, Tenant

tenant = Tenant.objects.create(name="a")
user = User.objects.create(username="u")
for number in range(60):
    Order.objects.create(tenant=tenant, customer=user, number=str(number))

request = SimpleNamespace(GET={"status": "new", "q": "7"}, user=user)
for _ in range(4):
    list(views.order_search(request))
list(views.order_page(request, 1))
list(views.order_page(request, 2))
list(views.of_tenant(tenant, [1, 2, 3]))
list(views.of_tenant(tenant, [4]))
list(views.my_orders(request))
list(views.everything(request))
list(views.imported_late())
views.close(1)
list(Paginator(views.my_orders(request), 25).page(2))
list(Paginator(views.OrderDetail().get_queryset(), 25).page(2))
