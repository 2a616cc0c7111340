from django.conf import settings
from django.db import models


class Activity(models.Model):
    """Something that somebody did in a project. The fastest growing table."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="activities")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="activities")
    verb = models.CharField(max_length=40)
    summary = models.CharField(max_length=200, blank=True)
    details = models.TextField(blank=True)
    # Problem: missing-index-order-by (QS502): nothing provides the order of the feed, every page sorts the table.
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "activities"
