from datetime import timedelta

from django.utils import timezone

from .models import Activity


def unread_activities(request):
    """The number in the page's header."""
    if getattr(request, "tenant", None) is None:
        return {}
    since = timezone.now() - timedelta(days=1)
    # Problem: query-on-every-request (QS416): counted for every page, also where nobody looks at it.
    return {"unread": Activity.objects.filter(project__tenant=request.tenant, created_at__gte=since).count()}
