from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    label = "reporting"
    default_auto_field = "django.db.models.SmallAutoField"

    def ready(self):
        from accounts.models import Address
        from django.db import models

        Address.add_to_class("postcode", models.CharField(max_length=10, null=True))
