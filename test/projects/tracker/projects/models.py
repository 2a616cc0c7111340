from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models

from common.models import TenantOwned, TimeStamped


class Team(TenantOwned):
    name = models.CharField(max_length=100)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="led_teams"
    )
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="teams")

    def __str__(self):
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, default="member")


class ProjectQuerySet(models.QuerySet):
    def active(self):
        return self.filter(archived=False)

    def with_owner(self):
        return self.select_related("owner")

    def with_tasks(self):
        return self.prefetch_related("tasks")


class Project(TenantOwned, TimeStamped):
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="projects")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_projects"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviewed_projects",
    )
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    budget = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    archived = models.BooleanField(default=False)
    comments = GenericRelation("Comment")

    objects = ProjectQuerySet.as_manager()

    def __str__(self):
        return self.name

    @property
    def owner_name(self):
        return self.owner.username

    def open_task_count(self):
        return self.tasks.filter(done=False).count()


class Tag(TenantOwned):
    name = models.CharField(max_length=50)

    def __str__(self):
        return self.name


class Task(TimeStamped):
    class Status(models.TextChoices):
        OPEN = "open", "Open"
        BLOCKED = "blocked", "Blocked"
        CLOSED = "closed", "Closed"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks"
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="tasks")
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    done = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    due = models.DateField(null=True, blank=True)

    def __str__(self):
        return f"{self.project.name}: {self.title}"


class TimeEntry(models.Model):
    """The accessor on the task has its default name, `timeentry_set`."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="time_entries")
    minutes = models.PositiveIntegerField(default=0)


class Milestone(models.Model):
    """Ordered by default, unlike the other children of a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    name = models.CharField(max_length=100)
    due = models.DateField()

    class Meta:
        ordering = ["due"]


class Comment(models.Model):
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("content_type", "object_id")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comments")
    body = models.TextField()


class ActivityManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("actor")


class Activity(models.Model):
    """Its default manager always joins the actor."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="activities")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="activities")
    verb = models.CharField(max_length=50)

    objects = ActivityManager()
