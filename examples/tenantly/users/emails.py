"""Every e-mail to people. Called from views, which is the problem: see the callers."""

from django.conf import settings
from django.core.mail import EmailMessage


def send_invitation(invited_by, address):
    message = EmailMessage(
        subject=f"{invited_by.display_name} invites you to Tenantly",
        body="Follow the link to join your team.",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
    )
    message.send()
