from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from tenants.scoped import TenantQuerySet, TenantScoped


class Label(models.Model):
    name = models.CharField(max_length=40, unique=True)
    colour = models.CharField(max_length=7, default="#888888")

    def __str__(self):
        return self.name


class ProjectQuerySet(TenantQuerySet):
    def active(self):
        return self.filter(status=Project.Status.ACTIVE)

    def with_people(self):
        return self.select_related("owner", "team")

    def with_progress(self):
        return self.annotate(
            task_count=Count("tasks"),
            done_count=Count("tasks", filter=Q(tasks__status="done")),
        )


class Project(TenantScoped):
    class Status(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        FINISHED = "finished"
        ARCHIVED = "archived"

    name = models.CharField(max_length=120)
    slug = models.SlugField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_projects"
    )
    team = models.ForeignKey(
        "teams.Team", on_delete=models.SET_NULL, related_name="projects", null=True, blank=True
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    budget = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    due = models.DateField(null=True, blank=True)
    labels = models.ManyToManyField(Label, related_name="projects", blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "slug"], name="project_slug_per_tenant")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("project-detail", args=[self.slug])

    @property
    def open_task_count(self):
        # Problem: n-plus-one-aggregate (QS106): a query for each project that project_progress() and the admin list.
        return self.tasks.exclude(status=Task.Status.DONE).count()

    def latest_activity(self):
        return self.activities.order_by("-created_at").first()


class TaskQuerySet(TenantQuerySet):
    def open(self):
        return self.exclude(status=Task.Status.DONE)

    def overdue(self):
        return self.open().filter(due__lt=timezone.localdate())

    def for_display(self):
        return self.select_related("project__team", "assignee")


class Task(TenantScoped):
    class Status(models.TextChoices):
        TODO = "todo"
        DOING = "doing"
        REVIEW = "review"
        BLOCKED = "blocked"
        WAITING = "waiting"
        DONE = "done"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="tasks", null=True, blank=True
    )
    title = models.CharField(max_length=200)
    # Problem: missing-index-filter (QS501): the API, the search and the import look tasks up by it.
    reference = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.TODO)
    estimate_hours = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    due = models.DateField(null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    def __str__(self):
        return f"{self.project.name}: {self.title}"


class Comment(models.Model):
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
