from django.core.management.base import BaseCommand

from projects.models import Project


class Command(BaseCommand):
    help = "Prints all projects with their tasks."

    def handle(self, *args, **options):
        # Problem: invalid-relation-path (QS122): the relation is called tasks since somebody gave it a name.
        projects = Project.objects.prefetch_related("task_set").order_by("pk")
        for project in projects:
            self.stdout.write(project.name)
            for task in project.tasks.all():
                self.stdout.write(f"  {task.title}")
