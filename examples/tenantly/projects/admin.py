from django.contrib import admin
from django.db.models import Count

from .models import Comment, Label, Project, Task

admin.site.register(Label)


@admin.register(Project)
# Problem: admin-fk-select-explosion (QS112): the form lists every tenant, user and team.
# Problem: expensive-total-count (QS606): each page counts the matching rows, and all of them once more.
class ProjectAdmin(admin.ModelAdmin):
    # Problem: n-plus-one-in-admin-list (QS111): team is nullable, Team.__str__ reads the tenant, and
    # open_tasks() counts for each row.
    list_display = ["name", "tenant", "owner", "team", "status", "open_tasks"]
    list_filter = ["status"]
    search_fields = ["name"]

    def open_tasks(self, project):
        return project.open_task_count


@admin.register(Task)
# Problem: expensive-total-count (QS606): each page counts the matching rows, and all of them once more.
class TaskAdmin(admin.ModelAdmin):
    """Right: what the columns read is joined, the count is annotated."""

    list_display = ["title", "project", "assignee", "status", "comment_count"]
    list_select_related = ["project", "assignee"]
    list_filter = ["status"]
    autocomplete_fields = ["tenant", "project", "assignee"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(comment_count=Count("comments"))

    def comment_count(self, task):
        return task.comment_count


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    """Right: task and author are not nullable, so Django joins them, and the project that Task.__str__ reads."""

    list_display = ["task", "author", "created_at"]
    raw_id_fields = ["task", "author"]
