"""Rows for measuring: N tenants with one user, team, project and contract each, M children of each, K grandchildren.

    N        Tenant, User, Profile, ApiKey, Team, Project, Document, Contract
    N·M      Membership, Task, Milestone, Comment, Activity, Invoice
    N·K      Tag
    N·M·K    TimeEntry, InvoiceLine, tags of tasks
"""

from datetime import date, timedelta

from accounts.models import ApiKey, Profile, Tenant, User
from billing.models import Contract, Invoice, InvoiceLine
from projects.models import Activity, Comment, Membership, Milestone, Project, Tag, Task, Team, TimeEntry

DAY = date(2025, 1, 1)


def populate(n, m, k):
    """Needs m <= n, so that the members of a team are different users."""
    tenants = Tenant.objects.bulk_create(Tenant(name=f"Tenant {i}", slug=f"tenant-{i}") for i in range(n))
    users = User.objects.bulk_create(
        User(username=f"user{i}", email=f"user{i}@example.com", tenant=tenants[i]) for i in range(n)
    )
    for i, user in enumerate(users):
        user.manager = users[(i + 1) % n]
    User.objects.bulk_update(users, ["manager"])
    Profile.objects.bulk_create(Profile(user=user, bio=f"Bio of {user.username}") for user in users)
    ApiKey.objects.bulk_create(ApiKey(user=user, key=f"key-{user.username}") for user in users)
    teams = Team.objects.bulk_create(
        Team(tenant=tenants[i], name=f"Team {i}", lead=users[i - 1]) for i in range(n)
    )
    Membership.objects.bulk_create(
        Membership(team=teams[i], user=users[(i + j) % n], role="admin" if j == 0 else "member")
        for i in range(n)
        for j in range(m)
    )
    projects = Project.objects.bulk_create(
        Project(
            tenant=tenants[i],
            team=teams[i],
            owner=users[i],
            reviewer=users[i - 1],
            name=f"Project {i}",
            description=f"Description {i}",
            budget=1000 + i,
        )
        for i in range(n)
    )
    tags = Tag.objects.bulk_create(
        Tag(tenant=tenants[i], name=f"tag-{i}-{j}") for i in range(n) for j in range(k)
    )
    tasks = Task.objects.bulk_create(
        Task(
            project=projects[i],
            assignee=users[(i + j) % n],
            title=f"Task {i}.{j}",
            body=f"Body {i}.{j}",
            status=Task.Status.CLOSED if j % 2 else Task.Status.OPEN,
            done=bool(j % 2),
            position=m - j,
            due=DAY + timedelta(days=j),
        )
        for i in range(n)
        for j in range(m)
    )
    Task.tags.through.objects.bulk_create(
        Task.tags.through(task=task, tag=tags[(index // m) * k + j])
        for index, task in enumerate(tasks)
        for j in range(k)
    )
    TimeEntry.objects.bulk_create(
        TimeEntry(task=task, user=users[j % n], minutes=15 * (j + 1)) for task in tasks for j in range(k)
    )
    children = [(i, j) for i in range(n) for j in range(m)]
    Milestone.objects.bulk_create(
        Milestone(project=projects[i], name=f"Milestone {i}.{j}", due=DAY + timedelta(days=m - j))
        for i, j in children
    )
    Comment.objects.bulk_create(
        Comment(target=projects[i], author=users[(i + j) % n], body=f"Comment {i}.{j}") for i, j in children
    )
    Activity.objects.bulk_create(
        Activity(project=projects[i], actor=users[(i + j) % n], verb=f"verb {i}.{j}") for i, j in children
    )
    invoices = Invoice.objects.bulk_create(
        Invoice(tenant=tenants[i], project=projects[i], number=f"I-{i}-{j}", total=100 + j)
        for i, j in children
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, description=f"Line {j}", amount=10 + j)
        for invoice in invoices
        for j in range(k)
    )
    for i in range(n):
        # queryscope: ignore[create-in-loop]: rows of several tables can't be created in bulk
        Contract.objects.create(tenant=tenants[i], owner=users[i], title=f"Contract {i}", signed_on=DAY)


def make_gaps():
    """Takes away what real rows may lack. A fixed function must still answer what the original answers."""
    User.objects.filter(pk__in=every_second(User)).update(manager=None)
    Team.objects.filter(pk__in=every_second(Team)).update(lead=None)
    Project.objects.filter(pk__in=every_second(Project)).update(reviewer=None, archived=True)
    Task.objects.filter(pk__in=every_second(Task)).update(assignee=None)
    Invoice.objects.filter(pk__in=every_second(Invoice)).update(project=None)
    Profile.objects.filter(pk__in=every_second(Profile)).delete()
    ApiKey.objects.filter(pk__in=every_second(ApiKey)).delete()
    Task.objects.filter(project=Project.objects.order_by("pk").first()).delete()


def every_second(model):
    return list(model.objects.order_by("pk").values_list("pk", flat=True))[::2]
