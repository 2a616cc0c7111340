from django.db import models
from django.db.models.fields.related import ForeignKey as Reference

from accounts.models import Profile


class Report(models.Model):
    title = models.CharField(max_length=100)
    profile = Reference(Profile, on_delete=models.CASCADE, related_name="reports")
    data = models.JSONField(default=dict)


class ReportLine(models.Model):
    class Meta:
        app_label = "sales"

    report = models.ForeignKey("reporting.Report", on_delete=models.CASCADE)
    text = models.TextField()
