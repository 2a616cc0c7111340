from django.conf import settings
from django.db import models

from tenants.scoped import TenantScoped


class Team(TenantScoped):
    name = models.CharField(max_length=80)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="led_teams", null=True, blank=True
    )
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="teams")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="team_name_per_tenant")]

    def __str__(self):
        return f"{self.name} ({self.tenant.name})"


class Membership(models.Model):
    class Role(models.TextChoices):
        MEMBER = "member"
        LEAD = "lead"
        GUEST = "guest"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        unique_together = [("team", "user")]
