"""Tasks from a CSV file with the columns `project`, `title`, `reference` and `assignee` (an e-mail address)."""

import csv
import io

from users.models import User

from .models import Project, Task


def import_tasks(tenant, uploaded):
    # Problem: sync-upload-processing (QS405): a large file is parsed while the browser waits.
    rows = list(csv.DictReader(io.TextIOWrapper(uploaded, encoding="utf-8")))
    projects = {project.slug: project for project in Project.objects.for_tenant(tenant)}
    created = 0
    for row in rows:
        # Problem: n-plus-one-query-in-loop (QS105): one query per line for a user that most lines share.
        assignee = User.objects.filter(tenant=tenant, email=row["assignee"]).first()
        # Problem: create-in-loop (QS301): one INSERT per line of the file.
        Task.objects.create(
            tenant=tenant,
            project=projects[row["project"]],
            title=row["title"],
            reference=row["reference"],
            assignee=assignee,
        )
        created += 1
    return created


def import_tasks_in_bulk(tenant, uploaded):
    """Right: four queries for a file of any length up to the batch size."""
    rows = list(csv.DictReader(io.TextIOWrapper(uploaded, encoding="utf-8")))
    projects = {project.slug: project for project in Project.objects.for_tenant(tenant)}
    addresses = {row["assignee"] for row in rows}
    users = {user.email: user for user in User.objects.filter(tenant=tenant, email__in=addresses)}
    tasks = [
        Task(
            tenant=tenant,
            project=projects[row["project"]],
            title=row["title"],
            reference=row["reference"],
            assignee=users.get(row["assignee"]),
        )
        for row in rows
    ]
    Task.objects.bulk_create(tasks, batch_size=500)
    return len(tasks)
