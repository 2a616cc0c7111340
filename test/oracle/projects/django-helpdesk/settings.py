from settings_base import *

INSTALLED_APPS = [*DJANGO_APPS, "rest_framework", "helpdesk"]
MIGRATION_MODULES = {"helpdesk": None}

HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_DEFAULT_SETTINGS = {
    "login_view_ticketlist": True,
    "email_on_ticket_change": True,
    "email_on_ticket_assign": True,
    "tickets_per_page": 100,
    "use_email_as_submitter": True,
    "ticket_respond_layout": "tabs",
}
