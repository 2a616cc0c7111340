from django.core.management.base import BaseCommand

from projects.models import Project


class Command(BaseCommand):
    help = "Prints all projects with their labels."

    def handle(self, *args, **options):
        # Problem: invalid-relation-path (QS122): the tasks are called "tasks" since the relation has a name, and
        # nothing prints them any more.
        projects = Project.objects.prefetch_related("labels", "task_set").order_by("pk")
        for project in projects:
            labels = ", ".join(label.name for label in project.labels.all())
            self.stdout.write(f"{project.name}: {labels}")
