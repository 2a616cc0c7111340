from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render

from .models import Activity

PAGE_SIZE = 25


@login_required
def feed(request):
    page = max(int(request.GET.get("page", 1)), 1)
    offset = (page - 1) * PAGE_SIZE
    # Problem: n-plus-one-in-template (QS108): the template reads actor and project of each activity.
    # Page 1,000 reads and drops 25,000 rows first, too: a hint only, since people hardly ever look at that page.
    activities = Activity.objects.filter(project__tenant=request.tenant).order_by("-created_at", "-pk")[
        offset : offset + PAGE_SIZE
    ]
    return render(request, "activity/feed.html", {"activities": activities, "next_page": page + 1})


@login_required
def since(request):
    """Right: keyset pagination, joined, and only the columns that are shown."""
    last_seen = int(request.GET.get("after", 0))
    activities = (
        Activity.objects.filter(project__tenant=request.tenant, pk__gt=last_seen)
        .select_related("actor", "project")
        .order_by("pk")[:PAGE_SIZE]
    )
    return JsonResponse(
        {
            "activities": [
                {"id": activity.pk, "actor": activity.actor.display_name, "project": activity.project.name}
                for activity in activities
            ]
        }
    )


@login_required
def headlines(request):
    # Problem: n-plus-one-deferred-field (QS115): summary is not in only(), each reading of it is a query.
    activities = Activity.objects.filter(project__tenant=request.tenant).only("verb").order_by("-pk")[:50]
    return JsonResponse({"headlines": [f"{activity.verb}: {activity.summary}" for activity in activities]})
