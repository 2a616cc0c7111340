"""E-mail to people, as views send it."""

from django.conf import settings
from django.core.mail import EmailMessage


def send_invitation(invited_by, address):
    message = EmailMessage(
        subject=f"{invited_by.display_name} invites you to Tenantly",
        body="Follow the link to join your team.",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
    )
    # Problem: sync-email-in-request (QS401): called by a view, whose answer waits for the mail server.
    # Problem: email-in-loop (QS408): and in a loop over many addresses, with a connection for each.
    message.send()
