from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from common.models import TimeStamped


class Tenant(TimeStamped):
    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)

    def __str__(self):
        return self.name


class User(AbstractUser):
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="users")
    manager = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )


class Profile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    bio = models.TextField(blank=True)
    time_zone = models.CharField(max_length=50, default="UTC")

    def __str__(self):
        return self.time_zone


class ApiKey(models.Model):
    """One per user; the accessor on the user has its default name, `apikey`."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.CharField(max_length=40)
