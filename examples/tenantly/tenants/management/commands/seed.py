from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from activity.models import Activity
from billing.models import Invoice, InvoiceLine
from projects.models import Comment, Label, Project, Task
from teams.models import Membership, Team
from tenants.models import Plan, Tenant
from users.models import Profile, User

OPEN = [Task.Status.TODO, Task.Status.DOING, Task.Status.REVIEW]


class Command(BaseCommand):
    help = "Fills an empty database with one tenant. Everybody's password is their user name."

    def add_arguments(self, parser):
        parser.add_argument("--projects", type=int, default=20)
        parser.add_argument("--tasks", type=int, default=8, help="open tasks of each project, beside one that is done")
        parser.add_argument("--comments", type=int, default=2, help="comments on each open task")

    @transaction.atomic
    def handle(self, *args, projects, tasks, comments, **options):
        plan, _ = Plan.objects.get_or_create(name="Business", defaults={"max_projects": 500})
        tenant = Tenant.objects.create(name="Analytical Engines", slug="engines", plan=plan)
        users = self.create_users(tenant, projects)
        teams = self.create_teams(tenant, users)
        rows = self.create_projects(tenant, users, teams)
        self.create_tasks(tenant, rows, users, tasks, comments)
        self.create_invoices(tenant, rows)
        self.stdout.write(f"{len(rows)} projects with {tasks} open tasks each; log in as admin, password admin")

    def create_users(self, tenant, count):
        admin = User.objects.create_superuser("admin", "admin@engines.example", "admin", tenant=tenant)
        users = User.objects.bulk_create(
            User(
                username=f"person{number}",
                email=f"person{number}@engines.example",
                first_name="Person",
                last_name=f"{number:04}",
                tenant=tenant,
            )
            for number in range(count)
        )
        Profile.objects.bulk_create(Profile(user=user, phone=f"+49 30 {user.pk:06}") for user in [admin, *users])
        return users

    def create_teams(self, tenant, users):
        teams = Team.objects.bulk_create(
            Team(tenant=tenant, name=f"Team {number:04}", lead=user) for number, user in enumerate(users)
        )
        Membership.objects.bulk_create(
            Membership(team=team, user=user, role=Membership.Role.LEAD)
            for team, user in zip(teams, users, strict=True)
        )
        return teams

    def create_projects(self, tenant, users, teams):
        projects = Project.objects.bulk_create(
            Project(tenant=tenant, name=f"Project {number:04}", slug=f"project-{number}", owner=owner, team=team)
            for number, (owner, team) in enumerate(zip(users, teams, strict=True))
        )
        label, _ = Label.objects.get_or_create(name="customer")
        Project.labels.through.objects.bulk_create(
            Project.labels.through(project=project, label=label) for project in projects
        )
        Activity.objects.bulk_create(
            Activity(project=project, actor=project.owner, verb="opened", summary="opened the project")
            for project in projects
        )
        return projects

    def create_tasks(self, tenant, projects, users, count, comments):
        yesterday = timezone.localdate() - timedelta(days=1)
        tasks = Task.objects.bulk_create(
            Task(
                tenant=tenant,
                project=project,
                assignee=users[(position + number) % len(users)],
                title=f"Task {number}",
                reference=f"{project.slug}-{number}",
                status=OPEN[number % len(OPEN)] if number < count else Task.Status.DONE,
                due=yesterday,
                estimate_hours=2,
            )
            for position, project in enumerate(projects)
            for number in range(count + 1)
        )
        Comment.objects.bulk_create(
            Comment(task=task, author=task.assignee, text=f"Comment {number}")
            for task in tasks
            if task.status != Task.Status.DONE
            for number in range(comments)
        )

    def create_invoices(self, tenant, projects):
        invoices = Invoice.objects.bulk_create(
            Invoice(
                tenant=tenant,
                project=project,
                number=f"2026-{position:05}",
                recipient="accounts@customer.example",
                status=Invoice.Status.SENT,
                due=timezone.localdate(),
            )
            for position, project in enumerate(projects)
        )
        InvoiceLine.objects.bulk_create(
            InvoiceLine(invoice=invoice, description="Consulting", quantity=3, unit_price=120)
            for invoice in invoices
        )
