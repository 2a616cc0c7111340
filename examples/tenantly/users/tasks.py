import requests
from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail

from .models import User


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5, time_limit=60)
def send_password_changed_email(user_id):
    """Right: takes a key, retries, and cannot hang."""
    user = User.objects.get(pk=user_id)
    send_mail("Your password was changed", "If that was not you, write to us.", None, [user.email])


@shared_task
# Problem: task-without-retry (QS905): one network error and the contact is lost.
# Problem: task-without-time-limit (QS908): nothing ends it but the answer of the CRM.
def push_to_crm(user):
    # Problem: http-without-timeout (QS403): a silent CRM holds this worker slot for ever.
    requests.post(settings.CRM_URL, json={"email": user.email, "name": user.display_name})
