import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenantly.settings")

app = Celery("tenantly")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "mark-overdue-invoices": {
        "task": "billing.tasks.mark_overdue_invoices",
        # Problem: crontab-every-minute (QS919): without minute= this runs sixty times between two and three.
        "schedule": crontab(hour=2),
    },
    "weekly-digest": {
        "task": "projects.tasks.send_weekly_digests",
        "schedule": crontab(day_of_week=1, hour=7, minute=30),
    },
    "expire-trials": {
        # Problem: beat-entry-invalid (QS870): no task has this name, it is called close_expired_trials.
        "task": "tenants.tasks.expire_trials",
        "schedule": crontab(hour=3, minute=15),
    },
}
