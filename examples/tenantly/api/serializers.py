from rest_framework import serializers

from activity.models import Activity
from billing.models import Invoice, InvoiceLine
from projects.models import Project, Task
from teams.models import Team
from users.models import User


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "display_name"]


class TeamSerializer(serializers.ModelSerializer):
    lead = UserSerializer()
    members = UserSerializer(many=True)

    class Meta:
        model = Team
        fields = ["id", "name", "lead", "members"]


class ProjectSerializer(serializers.ModelSerializer):
    owner = UserSerializer()
    team_name = serializers.CharField(source="team.name", default=None)
    open_tasks = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = ["id", "name", "status", "owner", "team_name", "labels", "open_tasks"]

    def get_open_tasks(self, project):
        # Problem: n-plus-one-in-serializer-method (QS110): a count for each project of a list.
        return project.tasks.exclude(status=Task.Status.DONE).count()


class TaskSerializer(serializers.ModelSerializer):
    project = serializers.StringRelatedField()
    assignee = UserSerializer()

    class Meta:
        model = Task
        fields = ["id", "title", "reference", "status", "project", "assignee"]


class ActivitySerializer(serializers.ModelSerializer):
    class Meta:
        model = Activity
        fields = ["id", "verb", "summary", "project", "actor"]


class InvoiceLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = InvoiceLine
        fields = ["description", "quantity", "unit_price", "amount"]


class InvoiceSerializer(serializers.ModelSerializer):
    lines = InvoiceLineSerializer(many=True)

    class Meta:
        model = Invoice
        fields = ["number", "status", "due", "total", "lines"]
