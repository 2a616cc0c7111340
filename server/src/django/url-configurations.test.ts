import { describe, expect, test } from "vitest";
import { djangoProjectFromFiles } from "../../../test/support/django-project.ts";
import { urlViews } from "./url-configurations.ts";

const views = `
from django.views.generic import ListView

def tasks(request): ...

class TaskList(ListView): ...
`;

/** The views that a URL configuration names, with the keywords that it gives to classes. */
async function namedBy(urls: string): Promise<readonly string[]> {
  const { project } = await djangoProjectFromFiles({ "shop/views.py": views, "shop/urls.py": urls });
  return urlViews(project.program).map(({ view, asView }) => {
    const keywords = asView?.keywords.map(({ name }) => name?.name).join(", ");
    return keywords === undefined ? view.name : `${view.name}(${keywords})`;
  });
}

describe("views of URL configurations", () => {
  test("functions and classes, by path(), re_path() and url()", async () => {
    const urls = `
from django.conf.urls import url
from django.urls import path, re_path
from shop import views

urlpatterns = [
    path("tasks/", views.tasks, name="tasks"),
    re_path("^list/$", view=views.TaskList.as_view(paginate_by=20, ordering="pk")),
    url("^old/$", views.TaskList.as_view()),
]
`;
    expect(await namedBy(urls)).toEqual(["tasks", "TaskList(paginate_by, ordering)", "TaskList()"]);
  });

  test("views of the framework are classes of their own, with the keywords as attributes", async () => {
    const { project } = await djangoProjectFromFiles({
      "shop/models.py": "from django.db import models\n\nclass Task(models.Model): ...",
      "shop/urls.py": `
from django.urls import path
from django.views import generic
from shop.models import Task

urlpatterns = [
    path("tasks/", generic.ListView.as_view(model=Task, paginate_by=20)),
    path("more/", generic.ListView.as_view()),
]
`,
    });
    const { program } = project;
    const named = urlViews(program);
    expect(named.map(({ view, ofFramework }) => [view.qualifiedName, ofFramework])).toEqual([
      ["ListView", true],
      ["ListView", true],
    ]);
    expect(new Set(named.map(({ view }) => view.id)).size).toBe(2);
    const [first] = named.map(({ view }) => view);
    if (first?.kind !== "class") throw new Error("the first view is a class");
    expect(program.derivesFrom(first, new Set(["django.views.generic.ListView"]))).toBe(true);
    expect([...program.members(first).keys()]).toEqual(["model", "paginate_by"]);
    expect(program.lookupMember(first, "model")).toMatchObject({
      kind: "found",
      symbol: { kind: "variable", values: [{ kind: "Name", name: "Task" }] },
    });
    // The same text gives the same class, however often it is read.
    expect(urlViews(program).map(({ view }) => view)).toEqual(named.map(({ view }) => view));
  });

  test("decorated ones, names for them, and lists that are put together", async () => {
    const urls = `
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from shop.views import TaskList, tasks

task_list = login_required(TaskList.as_view())
api = [path("api/", login_required(tasks))]
urlpatterns = [*api, path("a/", include([path("b/", task_list)]))]
urlpatterns += i18n_patterns(path("c/", tasks))
if HAS_LISTS:
    urlpatterns.append(path("d/", TaskList.as_view()))
`;
    expect(await namedBy(urls)).toEqual(["tasks", "TaskList()", "tasks", "TaskList()"]);
  });

  test("not: what is there only while debugging", async () => {
    const urls = `
from django.conf import settings
from django.urls import path
from shop.views import TaskList, tasks

urlpatterns = []
if settings.DEBUG and HAS_LISTS:
    urlpatterns += [path("lists/", TaskList.as_view())]
else:
    urlpatterns += [path("tasks/", tasks)]
`;
    expect(await namedBy(urls)).toEqual(["tasks"]);
  });

  test("not: other calls, and what is not known", async () => {
    const urls = `
from django.urls import path
from shop.views import tasks

urlpatterns = [
    path("a/", unknown.as_view(template_name="a.html")),
    path("b/", unknown),
    path("c/"),
    route("d/", tasks),
]
`;
    expect(await namedBy(urls)).toEqual([]);
  });
});
