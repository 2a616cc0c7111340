from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="users", null=True, blank=True
    )
    job_title = models.CharField(max_length=80, blank=True)

    @property
    def display_name(self):
        return self.get_full_name() or self.username

    def organisation_label(self):
        """`Ada Lovelace (Analytical Engines, Business plan)`"""
        return f"{self.display_name} ({self.tenant.name}, {self.tenant.plan.name} plan)"


class Profile(models.Model):
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    phone = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=40, default="UTC")
    about = models.TextField(blank=True)

    def __str__(self):
        return f"Profile of {self.user.username}"
