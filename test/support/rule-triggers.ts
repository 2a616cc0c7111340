/** For each rule whose findings stand in the bodies of functions, a body that it reports. */
import type { Level } from "../../server/src/rules/finding.ts";

export interface RuleTrigger {
  /** Statements. `KEY` stands for a word, and `MODEL` for a model, that bodies of other contexts do not have. */
  readonly body: readonly string[];
  /** It reads `request`. */
  readonly ofRequest?: boolean;
  readonly isCoroutine?: boolean;
  /** The level in a view, where it is not that of the rule. */
  readonly level?: Level;
}

/** What the bodies use. */
export const imports = `
import base64
import csv
import subprocess
import time

import requests
from datetime import date

from django.core.cache import cache, caches
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.db import connection, transaction
from django.db.models import Avg, Count, OuterRef, Subquery, Sum
from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from weasyprint import HTML

from accounts.models import Tenant, User
from projects.background import close, close_row
from projects.models import Activity, Comment, Membership, Milestone, Project, Tag, Task, Team, TimeEntry
`;

export const ruleTriggers: Readonly<Record<string, RuleTrigger>> = {
  // QS2: the shape of queries
  "len-of-queryset": { body: ["return len(Task.objects.filter(done=False))"] },
  "truthiness-instead-of-exists": {
    body: ["if Task.objects.filter(done=False):", '    return "open"', 'return "done"'],
  },
  "count-compared-for-existence": { body: ["return Task.objects.filter(done=False).count() > 0"] },
  "exists-then-evaluate": {
    body: [
      'tasks = Task.objects.filter(done=False).order_by("pk")',
      "if tasks.exists():",
      "    return [task.title.upper() for task in tasks]",
      "return []",
    ],
  },
  "count-then-iterate": {
    body: [
      'tasks = Task.objects.filter(done=False).order_by("pk")',
      "number = tasks.count()",
      "return number, [task.title.upper() for task in tasks]",
    ],
  },
  "membership-in-queryset": {
    body: ['task = Task.objects.order_by("pk").first()', "return task in Task.objects.filter(done=False)"],
  },
  "aggregate-in-python": {
    body: ["return sum(task.position for task in Task.objects.filter(done=False))"],
  },
  "filter-in-python": {
    body: ['return [task.title.upper() for task in Task.objects.order_by("pk") if not task.done]'],
  },
  "sort-in-python": {
    body: [
      "tasks = sorted(Task.objects.filter(done=False), key=lambda task: task.position)",
      "return [task.title.upper() for task in tasks]",
    ],
  },
  "distinct-or-group-in-python": { body: ["return {task.status for task in Task.objects.all()}"] },
  "values-list-opportunity": { body: ["return [task.pk for task in Task.objects.filter(done=False)]"] },
  "load-all-for-one": { body: ['return list(Task.objects.order_by("pk"))[0]'] },
  "materialised-in-list": {
    body: [
      "keys = [project.pk for project in Project.objects.filter(archived=False)]",
      'return list(Task.objects.filter(project__in=keys).order_by("pk"))',
    ],
  },
  "multi-join-aggregation": {
    body: [
      'projects = Project.objects.annotate(tasks_=Count("tasks"), milestones_=Count("milestones"))',
      'return [(project.tasks_, project.milestones_) for project in projects.order_by("pk")]',
    ],
  },
  "join-then-distinct": {
    body: ["return list(Project.objects.filter(tasks__done=False).distinct())"],
  },
  "order-by-random": { body: ['return Task.objects.order_by("?").first()'] },
  "unbounded-queryset-in-request": {
    body: [
      "rows = []",
      'for task in Task.objects.order_by("pk"):',
      "    rows.append(task.title.upper() + task.body)",
      'return HttpResponse("\\n".join(rows))',
    ],
  },
  "missing-iterator": {
    body: ["for task in Task.objects.all():", "    print(task.title, task.body)"],
  },
  "over-fetching-columns": {
    body: [
      "for project in Project.objects.filter(archived=False):",
      "    print(project.name, project.budget)",
    ],
  },
  "negated-to-many-filter": { body: ["return list(Project.objects.exclude(tasks__done=False))"] },
  "double-join-filter": {
    body: ["return list(Project.objects.filter(tasks__done=False).filter(tasks__position__gt=1))"],
  },
  "non-sargable-date-lookup": {
    body: ["return Task.objects.filter(created_at__date=date(2025, 1, 2)).count()"],
  },
  "leading-wildcard-search": { body: ['return MODEL.objects.filter(title__icontains="x").count()'] },
  "case-insensitive-lookup": { body: ['return MODEL.objects.filter(email__iexact="x").count()'] },
  "subquery-not-single": {
    body: [
      'tasks = Task.objects.filter(project=OuterRef("pk")).order_by("-pk")',
      "projects = Project.objects.annotate(newest=Subquery(tasks))",
      'return [project.newest for project in projects.order_by("pk")]',
    ],
  },
  "expensive-count-query": {
    body: [
      'projects = Project.objects.annotate(task_count=Count("tasks")).order_by("pk")',
      "return list(Paginator(projects, 20).page(1).object_list)",
    ],
  },
  "raw-sql-in-loop": {
    body: [
      "with connection.cursor() as cursor:",
      "    for task in Task.objects.all():",
      '        cursor.execute("UPDATE projects_task SET title = %s WHERE id = %s", [task.title + "!", task.pk])',
    ],
  },
  "duplicate-query": {
    body: [
      "done = True",
      "total = Task.objects.filter(done=done).count()",
      "share = 0",
      "if total:",
      "    share = 100 / Task.objects.filter(done=done).count()",
      "return share",
    ],
  },
  "loop-invariant-query": {
    body: [
      "shares = []",
      "for project in Project.objects.all():",
      "    total = Project.objects.count()",
      "    shares.append((project.pk, total))",
      "return shares",
    ],
  },
  "dead-query": { body: ["Task.objects.filter(done=False).count()", 'return "done"'] },
  "latest-per-group-in-python": {
    body: [
      "newest = {}",
      'for task in Task.objects.order_by("-due"):',
      "    newest.setdefault(task.project_id, task)",
      "return [task.title for task in newest.values()]",
    ],
  },
  "wide-row-lock": {
    body: [
      "with transaction.atomic():",
      '    return list(Task.objects.select_related("project__owner").select_for_update().order_by("pk"))',
    ],
  },
  "async-orm-misuse": { isCoroutine: true, body: ["return Task.objects.filter(done=False).count()"] },

  // QS3: writes
  "create-in-loop": {
    body: [
      'for tenant in Tenant.objects.order_by("pk"):',
      '    Tag.objects.create(tenant=tenant, name="new")',
    ],
  },
  "save-in-loop": {
    body: [
      'for task in Task.objects.exclude(title=""):',
      "    task.done = True",
      "    task.status = Task.Status.CLOSED",
      "    task.save()",
    ],
  },
  "delete-in-loop": {
    body: [
      'for milestone in Milestone.objects.filter(name__startswith="Milestone"):',
      "    milestone.delete()",
    ],
  },
  "get-or-create-in-loop": {
    body: [
      "for project in Project.objects.all():",
      '    Milestone.objects.get_or_create(project=project, name="Done", defaults={"due": "2025-01-01"})',
    ],
  },
  "update-in-loop": {
    body: [
      'keys = list(Task.objects.order_by("-position", "pk").values_list("pk", flat=True))',
      "for position, key in enumerate(keys):",
      "    Task.objects.filter(pk=key).update(position=position)",
    ],
  },
  "m2m-add-in-loop": {
    body: [
      'task = Task.objects.order_by("pk").first()',
      'for tag in Tag.objects.order_by("pk"):',
      "    task.tags.add(tag)",
    ],
  },
  "bulk-without-batch-size": {
    body: [
      'Milestone.objects.bulk_create([Milestone(project=project, name="Start", due="2025-01-01") for project in Project.objects.all()])',
    ],
  },
  "read-modify-write": {
    body: ['task = Task.objects.order_by("pk").first()', "task.position += 1", "task.save()"],
  },
  "save-without-update-fields": {
    body: ["project = Project.objects.get(pk=1)", "project.archived = True", "project.save()"],
  },
  "writes-in-autocommit-loop": {
    body: [
      "for project in Project.objects.all():",
      '    task = Task.objects.create(project=project, title="Start")',
      "    TimeEntry.objects.create(task=task, user=project.owner)",
    ],
  },
  "slow-io-in-transaction": {
    body: [
      "with transaction.atomic():",
      "    project = Project.objects.get(pk=1)",
      "    project.archived = True",
      '    project.save(update_fields=["archived"])',
      '    requests.post("https://example.org/closed", json={"project": 1}, timeout=5)',
    ],
  },
  "bulk-skips-side-effects": {
    body: ["Project.objects.filter(archived=False).update(archived=True)"],
  },
  "cascade-delete-in-request": {
    body: ["tenant = get_object_or_404(Tenant, pk=1)", "tenant.delete()"],
  },

  // QS4: what requests wait for
  "sync-email-in-request": {
    body: ['send_mail("News", "There is news.", None, ["somebody@example.org"])'],
  },
  "sync-http-in-request": {
    body: ['requests.post("https://hooks.example.com/", json={"id": 1}, timeout=30)'],
  },
  "http-without-timeout": { body: ['requests.post("https://hooks.example.com/", json={"id": 1})'] },
  "sync-document-in-request": { body: ["return HTML(string='<p>Report</p>').write_pdf()"] },
  "sync-upload-processing": {
    ofRequest: true,
    body: ['for row in csv.reader(request.FILES["file"]):', "    print(row)"],
  },
  "sleep-or-subprocess-in-request": { body: ['subprocess.run(["convert", "a.png"], check=True)'] },
  "email-in-loop": {
    body: ["for user in User.objects.all():", '    send_mail("Reminder", "It is time.", None, [user.email])'],
  },
  "task-run-synchronously": { body: ["close(1)"] },
  "blocking-call-in-async-view": { isCoroutine: true, body: ["time.sleep(10)"] },
  "media-served-by-django": {
    body: ["attachment = Project.objects.get(pk=1)", "return FileResponse(open(attachment.name, 'rb'))"],
  },
  "file-read-into-memory": {
    ofRequest: true,
    body: ['content = request.FILES["file"].read()', 'open("/srv/upload", "wb").write(content)'],
  },
  "buffered-export": {
    body: [
      "response = HttpResponse()",
      "writer = csv.writer(response)",
      "for project in Project.objects.all():",
      "    writer.writerow([project.name, project.budget])",
      "return response",
    ],
  },
  "http-in-loop": {
    level: "warning",
    body: [
      "for project in Project.objects.all():",
      '    requests.get(f"https://example.org/{project.pk}", timeout=5)',
    ],
  },

  // QS6: pages
  "offset-pagination-on-large-table": {
    ofRequest: true,
    level: "hint",
    body: [
      'page = Paginator(Task.objects.order_by("-pk"), 20).get_page(request.GET.get("page"))',
      'return HttpResponse(", ".join(task.title for task in page))',
    ],
  },
  "paginator-over-list": {
    body: ['return Paginator(list(Task.objects.order_by("pk")), 20).get_page(1).object_list'],
  },
  "unordered-pagination": {
    body: ["return list(Paginator(Task.objects.filter(done=False), 20).page(1).object_list)"],
  },
  "non-unique-page-order": {
    body: ['return list(Paginator(Task.objects.order_by("title"), 20).page(1).object_list)'],
  },
  "unbounded-page-size": {
    ofRequest: true,
    body: ['return list(Task.objects.order_by("pk")[: int(request.GET["limit"])])'],
  },
  "offset-batch-loop": {
    body: [
      "found = []",
      'tasks = Task.objects.order_by("pk")',
      "for start in range(0, tasks.count(), 100):",
      "    found.extend(tasks[start : start + 100])",
      "return found",
    ],
  },

  // QS7: caches and sessions
  "uncached-expensive-view": {
    ofRequest: true,
    body: [
      "return JsonResponse({",
      '    "projects": Project.objects.count(),',
      '    "archived": Project.objects.filter(archived=True).count(),',
      '    "budget": Project.objects.aggregate(total=Sum("budget"))["total"],',
      '    "tasks": Task.objects.filter(done=False).count(),',
      '    "done": Task.objects.filter(done=True).count(),',
      "})",
    ],
  },
  "invalidation-bypassed": { body: ['Team.objects.update(name="x")'] },
  "cache-default-ttl": {
    body: ['cache.set("KEY", Task.objects.filter(done=False).count())', 'return cache.get("KEY")'],
  },
  "cache-forever": {
    body: ['cache.set("KEY", [task.title for task in Task.objects.filter(done=False)], timeout=None)'],
  },
  "get-or-set-eager-default": {
    body: ['return cache.get_or_set("KEY", Task.objects.filter(done=False).count(), 300)'],
  },
  "cache-call-in-loop": {
    body: ["for project in Project.objects.all():", '    cache.delete(f"KEY:{project.pk}")'],
  },
  "version-bumped-on-read": {
    body: ['version = cache.incr("KEY:version")', 'return cache.get(f"KEY:{version}")'],
  },
  "cache-key-missing-scope": {
    ofRequest: true,
    body: ['return cache.get_or_set("KEY", lambda: Task.objects.filter(assignee=request.user).count(), 300)'],
  },
  "no-invalidation": {
    body: ['return cache.get_or_set("KEY", lambda: Task.objects.filter(done=False).count(), 7200)'],
  },
  "invalidate-before-commit": {
    body: [
      "with transaction.atomic():",
      '    task = Task.objects.order_by("pk").first()',
      '    task.title = "done"',
      "    task.save()",
      '    cache.delete("KEY")',
    ],
  },
  "caching-model-objects": {
    body: ['cache.set("KEY", list(Project.objects.filter(archived=False)), 300)', 'return cache.get("KEY")'],
  },
  "cache-clear-shared": { body: ['caches["pages"].clear()'] },
  "falsy-cache-miss": {
    body: [
      'count = cache.get("KEY")',
      "if not count:",
      '    count = Task.objects.filter(title="late").count()',
      '    cache.set("KEY", count, 300)',
      "return count",
    ],
  },
  "cache-stampede": {
    body: [
      'found = cache.get("KEY")',
      "if found is None:",
      "    found = [",
      "        Project.objects.count(),",
      "        Project.objects.filter(archived=True).count(),",
      "        Task.objects.count(),",
      "        Task.objects.filter(done=True).count(),",
      '        Task.objects.filter(title="late").exists(),',
      "    ]",
      '    cache.set("KEY", found, 300)',
      "return found",
    ],
  },
  "unstable-cache-key": {
    body: [
      'filters = ("open", "late")',
      'key = f"KEY:{hash(filters)}"',
      "found = cache.get(key)",
      "if found is None:",
      "    found = Task.objects.count()",
      "    cache.set(key, found, 300)",
      "return found",
    ],
  },
  "large-session": {
    ofRequest: true,
    body: ['request.session["KEY"] = list(Task.objects.filter(done=False))'],
  },

  // QS9: starting tasks
  "task-receives-model-instance": {
    body: ["task = Task.objects.get(pk=1)", "close.delay(task)"],
  },
  "task-enqueued-inside-transaction": {
    body: [
      "with transaction.atomic():",
      "    task = Task.objects.get(pk=1)",
      '    task.title = "Finished"',
      "    task.save()",
      "    close.delay(task.pk)",
    ],
  },
  "task-enqueued-in-loop": {
    body: ["for task in Task.objects.filter(done=False):", "    close.delay(task.pk)"],
  },
  "blocking-on-task-result": { level: "warning", body: ["return close.delay(1).get()"] },
  "long-eta": { body: ["close.apply_async((1,), countdown=7200)"] },
  "large-task-payload": { body: ['close.delay(list(Task.objects.values("pk", "title", "body")))'] },
};
