from rest_framework import viewsets

from activity.models import Activity
from billing.models import Invoice
from projects.models import Project, Task
from teams.models import Team

from .pagination import NewestFirst, TaskPagination
from .serializers import (
    ActivitySerializer,
    InvoiceSerializer,
    ProjectSerializer,
    TaskSerializer,
    TeamSerializer,
)


class ProjectViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = ProjectSerializer

    def get_queryset(self):
        # Problem: n-plus-one-in-serializer (QS109): owner, team and labels of each project.
        return Project.objects.for_tenant(self.request.tenant).order_by("name")


# Problem: offset-pagination-on-large-table (QS602): programs read page after page to the end.
class TaskViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = TaskSerializer
    pagination_class = TaskPagination

    def get_queryset(self):
        # Problem: n-plus-one-in-serializer (QS109): project and assignee are nested.
        tasks = Task.objects.for_tenant(self.request.tenant).order_by("pk")
        if reference := self.request.query_params.get("reference"):
            tasks = tasks.filter(reference=reference)
        return tasks


class TeamViewSet(viewsets.ReadOnlyModelViewSet):
    """Right: loads what the nested serializers read."""

    serializer_class = TeamSerializer
    pagination_class = NewestFirst

    def get_queryset(self):
        return Team.objects.for_tenant(self.request.tenant).select_related("lead").prefetch_related("members")


class ActivityViewSet(viewsets.ReadOnlyModelViewSet):
    """Right: project and actor are shown as keys, which the row has."""

    serializer_class = ActivitySerializer
    pagination_class = NewestFirst

    def get_queryset(self):
        return Activity.objects.filter(project__tenant=self.request.tenant)


class InvoiceViewSet(viewsets.ReadOnlyModelViewSet):
    """Right: total and the nested lines share one prefetch."""

    serializer_class = InvoiceSerializer
    pagination_class = NewestFirst
    lookup_field = "number"

    def get_queryset(self):
        return Invoice.objects.for_tenant(self.request.tenant).prefetch_related("lines")
