import csv

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from .forms import ImportForm, ProjectForm
from .importing import import_tasks
from .models import Project, Task
from .reports import board_card, workload_hours


@login_required
def dashboard(request):
    """What everybody sees first: the page that the guide of every Django shop warns of."""
    # Problem: n-plus-one-forward (QS101): owner and team are loaded once per project …
    projects = Project.objects.for_tenant(request.tenant).active().order_by("name")
    cards = []
    for project in projects:
        # Problem: n-plus-one-aggregate (QS106): … and so is the latest activity: 1 + 3N queries in all.
        latest = project.activities.order_by("-created_at").first()
        cards.append(
            {
                "name": project.name,
                "url": project.get_absolute_url(),
                "owner": project.owner.display_name,
                "team": project.team.name if project.team else "no team",
                "latest": latest.summary if latest else "nothing yet",
            }
        )
    return render(request, "projects/dashboard.html", {"cards": cards})


@login_required
def project_list(request):
    """Right: owner and team are joined, tasks are counted by the database: one query for any number of rows."""
    projects = Project.objects.for_tenant(request.tenant).with_people().with_progress().order_by("name", "pk")
    page = Paginator(projects, 25).get_page(request.GET.get("page"))
    return render(request, "projects/project_list.html", {"page": page})


class ProjectDetailView(LoginRequiredMixin, DetailView):
    template_name = "projects/project_detail.html"
    context_object_name = "project"

    def get_queryset(self):
        return Project.objects.for_tenant(self.request.tenant).select_related("owner")

    def get_context_data(self, **kwargs):
        # Problem: n-plus-one-in-template (QS108): the template reads the assignee of each task …
        # Problem: n-plus-one-aggregate (QS106): … and counts its comments.
        tasks = self.object.tasks.order_by("status", "pk")
        return super().get_context_data(tasks=tasks, **kwargs)


@login_required
def project_progress(request):
    """Open tasks of each project, as the charts on the dashboard ask for it."""
    projects = Project.objects.for_tenant(request.tenant)
    return JsonResponse({project.slug: project.open_task_count for project in projects})


@login_required
def create_project(request):
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        project = form.save(commit=False)
        project.tenant = request.tenant
        project.owner = request.user
        project.save()
        return redirect(project)
    return render(request, "projects/project_form.html", {"form": form})


@login_required
def task_board(request):
    # Problem: n-plus-one-via-method (QS107): board_card() in reports.py reads the project, its team and the assignee.
    tasks = Task.objects.for_tenant(request.tenant).open().order_by("status", "pk")
    cards = [board_card(task) for task in tasks]
    return render(request, "projects/task_board.html", {"cards": cards})


@login_required
def overdue(request):
    """Right: the same helper, with a queryset that has loaded what it reads."""
    tasks = Task.objects.for_tenant(request.tenant).overdue().for_display().order_by("due", "pk")
    return render(request, "projects/task_board.html", {"cards": [board_card(task) for task in tasks]})


@login_required
def workload(request):
    # Problem: n-plus-one-forward (QS101): workload_hours() in reports.py reads the assignee of each task.
    # The database could add the hours up, and send a row per person: no rule follows rows into a helper for that.
    tasks = Task.objects.for_tenant(request.tenant).open()
    return render(request, "projects/workload.html", {"hours": workload_hours(tasks)})


@login_required
def budgets(request):
    # Loads every column of every project to add one up, twice: no rule looks at several uses of one list.
    projects = list(Project.objects.for_tenant(request.tenant))
    total = sum(project.budget for project in projects)
    largest = max((project.budget for project in projects), default=0)
    with_team = Project.objects.for_tenant(request.tenant).exclude(team=None)
    # Problem: fk-id-via-instance (QS116): project.team.id loads the team to read a number that the row has.
    team_ids = sorted({project.team.id for project in with_team})
    return JsonResponse({"total": total, "largest": largest, "teams": team_ids})


@login_required
def task_list(request):
    tasks = Task.objects.for_tenant(request.tenant).for_display()
    if status := request.GET.get("status"):
        tasks = tasks.filter(status=status)
    if reference := request.GET.get("reference"):
        tasks = tasks.filter(reference=reference)
    # Problem: paginator-over-list (QS603): every task is loaded to show twenty-five of them.
    page = Paginator(list(tasks.order_by("-created_at")), 25).get_page(request.GET.get("page"))
    return render(request, "projects/task_list.html", {"page": page})


@login_required
def task_by_reference(request, reference):
    """Where links in e-mails and chats lead."""
    # Its column is neither unique nor indexed, as the finding on Task.reference says.
    task = get_object_or_404(Task.objects.for_tenant(request.tenant), reference=reference)
    return JsonResponse({"title": task.title, "status": task.status})


@login_required
def upload_tasks(request):
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        created = import_tasks(request.tenant, form.cleaned_data["file"].file)
        messages.success(request, f"{created} tasks imported")
        return redirect("task-list")
    return render(request, "projects/upload_tasks.html", {"form": form})


@login_required
@require_POST
def archive_finished(request):
    # Problem: save-in-loop (QS302): one UPDATE per project, each of all its columns.
    for project in Project.objects.for_tenant(request.tenant).filter(status=Project.Status.FINISHED):
        project.status = Project.Status.ARCHIVED
        project.save()
    return redirect("project-list")


@login_required
def export_tasks(request):
    """Right: joined, and read in chunks."""
    response = HttpResponse(content_type="text/csv")
    writer = csv.writer(response)
    writer.writerow(["project", "team", "title", "assignee"])
    tasks = Task.objects.for_tenant(request.tenant).for_display().order_by("pk")
    for task in tasks.iterator(chunk_size=2000):
        card = board_card(task)
        writer.writerow([card["project"], card["team"], card["title"], card["assignee"]])
    return response


@login_required
def export_labels(request):
    response = HttpResponse(content_type="text/csv")
    writer = csv.writer(response)
    # Problem: prefetch-lost-by-iterator (QS119): raises ValueError since Django 5.0 without chunk_size.
    for project in Project.objects.for_tenant(request.tenant).prefetch_related("labels").iterator():
        writer.writerow([project.name, *(label.name for label in project.labels.all())])
    return response


@login_required
def discussions(request):
    """Right: nested relations and a restricted prefetch."""
    projects = (
        Project.objects.for_tenant(request.tenant)
        .active()
        .prefetch_related(Prefetch("tasks", Task.objects.open()), "tasks__comments__author")
        .order_by("name", "pk")
    )
    threads = [
        {"project": project.name, "author": comment.author.display_name, "text": comment.text}
        for project in projects
        for task in project.tasks.all()
        for comment in task.comments.all()
    ]
    return render(request, "projects/discussions.html", {"threads": threads})
