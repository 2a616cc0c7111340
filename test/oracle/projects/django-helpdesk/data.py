from django.contrib.auth import get_user_model
from populate import Populator, make_user

EXCLUDED = [r"^admin:(?!helpdesk_)", r"_(history|delete|add)$", r"(login|logout|password|delete|_del|unhold)"]

ARGUMENTS = {
    "": {
        "ticket_id": "helpdesk.Ticket.pk",
        "followup_id": "helpdesk.FollowUp.pk",
        "checklist_id": "helpdesk.Checklist.pk",
        "attachment_id": "helpdesk.FollowUpAttachment.pk",
        "checklist_template_id": "helpdesk.ChecklistTemplate.pk",
        "item_id": "helpdesk.KBItem.pk",
        "cc_id": "helpdesk.TicketCC.pk",
        "queue_slug": "helpdesk.Queue.slug",
        "slug": "helpdesk.KBCategory.slug",
        "user_name": "auth.User.username",
        "report": "userpriority",
        "type_": "ticket",
        "vote": "up",
    },
    r"^helpdesk:ticket-": {"pk": "helpdesk.Ticket.pk"},
    r"^helpdesk:followups-": {"pk": "helpdesk.FollowUp.pk"},
    r"^helpdesk:followupattachments-": {"pk": "helpdesk.FollowUpAttachment.pk"},
    r"^helpdesk:user_tickets-": {"pk": "helpdesk.Ticket.pk"},
}


def user():
    return get_user_model().objects.get(username="admin")


def populate(size):
    make_user("admin", is_staff=True, is_superuser=True)
    return Populator(
        ["auth", "helpdesk"],
        size,
        values={
            "auth.User": {"*": lambda number: make_user(f"user{number}", is_staff=True)},
            "helpdesk.Ticket": {"status": 1, "submitter_email": "admin@example.com"},
            "helpdesk.FollowUp": {"public": True},
            "helpdesk.SavedSearch": {"shared": True},
            "helpdesk.KBCategory": {"public": True},
            "helpdesk.KBItem": {"enabled": True},
        },
        skip=["auth.Permission"],
        # Each ticket is read with each field: what grows with the square of N has no shape.
        counts={"helpdesk.CustomField": size["k"]},
    ).run()
