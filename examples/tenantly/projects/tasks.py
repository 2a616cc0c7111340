import time

from celery import shared_task
from django.core.mail import send_mail

from users.models import User

from .models import Project, Task


@shared_task
# Problem: unbounded-task (QS914): all users of all tenants in one run; if it dies, it starts again from the top.
# Problem: task-without-retry (QS905): and it does so by hand.
def send_weekly_digests():
    # Problem: missing-iterator (QS218): and all of them in memory at once.
    for user in User.objects.filter(is_active=True):
        # Problem: n-plus-one-query-in-loop (QS105): one query per user.
        titles = list(Task.objects.filter(assignee=user).open().values_list("title", flat=True))
        if titles:
            send_mail("Your week", "\n".join(titles), None, [user.email])
            # Problem: sleep-in-task (QS912): holds a worker slot and does nothing.
            time.sleep(1)


@shared_task
def recalculate_budgets(tenant_id):
    # Problem: n-plus-one-to-many (QS102): the tasks of each project.
    for project in Project.objects.filter(tenant_id=tenant_id):
        project.budget = sum(task.estimate_hours * 90 for task in project.tasks.all())
        # Problem: save-in-loop (QS302): and one UPDATE for each.
        project.save()
