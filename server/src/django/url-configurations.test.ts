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

  test("not: other calls, views of libraries, and what is not known", async () => {
    const urls = `
from django.urls import path
from django.views.generic import TemplateView
from shop.views import tasks

urlpatterns = [
    path("a/", TemplateView.as_view(template_name="a.html")),
    path("b/", unknown),
    path("c/"),
    route("d/", tasks),
]
`;
    expect(await namedBy(urls)).toEqual([]);
  });
});
