from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models


class MemberManager(UserManager):
    def staff(self):
        return self.filter(is_staff=True)


class Member(AbstractUser):
    first_name = None
    email = models.EmailField(unique=True)
    mentor = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="mentees")
    friends = models.ManyToManyField("self")
    follows = models.ManyToManyField("self", symmetrical=False, related_name="followers", through="Following")

    objects = MemberManager()


class Following(models.Model):
    from_member = models.ForeignKey(Member, models.CASCADE, related_name="following_set")
    to_member = models.ForeignKey(to=Member, on_delete=models.CASCADE, related_name="+")
    since = models.DateField(null=True)


class Profile(models.Model):
    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True)
    biography = models.TextField(blank=True)
    address = models.OneToOneField("Address", on_delete=models.SET_NULL, null=True, related_name="+")


class Address(models.Model):
    country = models.CharField(max_length=2, default="NL")
    city = models.CharField(max_length=100)


class Staff(Member):
    """A proxy."""

    class Meta:
        proxy = True
        ordering = ["username"]


class Manager(Staff):
    """A proxy of a proxy with a manager of its own."""

    objects = models.Manager()

    class Meta:
        proxy = True
