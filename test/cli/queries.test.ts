import { describe, expect, it } from "vitest";
import { folderWith, queryscope } from "./support/command.ts";

const models = `
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=100)


class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    title = models.CharField(max_length=100)


class Page(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="pages")
`;

/** A project with one app; \`urls\` names its views. */
function shop(files: Readonly<Record<string, string>>): string {
  return folderWith({
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
    "config/__init__.py": "",
    "config/settings.py": `
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "config.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
`,
    "shop/__init__.py": "",
    "shop/models.py": models,
    ...files,
  });
}

function urlsOf(...views: string[]): string {
  const paths = views.map((view) => `    path("${view}/", views.${view}),\n`).join("");
  return `from django.urls import path\n\nfrom shop import views\n\nurlpatterns = [\n${paths}]\n`;
}

interface Endpoint {
  readonly kind: string;
  readonly symbol: string;
  readonly queries: string;
  readonly example: { readonly n: number; readonly queries: number };
  readonly overBudget: boolean;
  readonly parts: readonly { readonly queries: string; readonly text: string }[];
}

async function endpointsOf(folder: string, ...args: string[]): Promise<readonly Endpoint[]> {
  const { stdout, status } = await queryscope({ folder }, "queries", "--output-format", "json", ...args);
  expect(status).toBe(0);
  return JSON.parse(stdout).endpoints;
}

/** What each view of a module costs, by name. */
async function costsOf(views: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const folder = shop({ "shop/views.py": views, "config/urls.py": urlsOf(...names) });
  const endpoints = await endpointsOf(folder);
  return Object.fromEntries(endpoints.map(({ symbol, queries }) => [symbol.split(".").at(-1), queries]));
}

describe("a form", () => {
  it("writes each of its fields out once, whatever loop goes over them", async () => {
    const folder = shop({
      "shop/views.py": `
from django import forms
from django.shortcuts import render

from shop.models import Book


class BookForm(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["author", "title"]


def new_book(request):
    return render(request, "shop/new_book.html", {"form": BookForm()})
`,
      "shop/templates/shop/new_book.html":
        "{% for field in form %}{{ field.label }}: {{ field }}{% endfor %}\n",
      "config/urls.py": urlsOf("new_book"),
    });
    expect((await endpointsOf(folder)).map(({ queries }) => queries)).toEqual(["1"]);
  });
});

describe("pages of the admin", () => {
  const costsOfAdmin = async (admin: string): Promise<Readonly<Record<string, string>>> => {
    const folder = shop({
      "shop/models.py": `${models}\n    def __str__(self):\n        return self.book.title\n`,
      "shop/admin.py": admin,
    });
    const endpoints = await endpointsOf(folder);
    return Object.fromEntries(endpoints.map(({ symbol, queries }) => [symbol, queries]));
  };

  it("count their rows, list the options of filters, and show a form", async () => {
    const costs = await costsOfAdmin(`
from django.contrib import admin

from shop.models import Author, Book, Page


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title"]
    list_filter = ["author"]


@admin.register(Page)
class PageAdmin(admin.ModelAdmin):
    list_display = ["id"]
    raw_id_fields = ["book"]
    show_full_result_count = False
`);
    expect(costs).toMatchObject({
      // Rows, both counts, authors; the text of a book is that of an object.
      "shop.admin.BookAdmin.changelist_view": "4",
      // The book, and the options of its author.
      "shop.admin.BookAdmin.change_view": "2",
    });
    // The page, and its book for the title and for the field.
    expect(costs["shop.admin.PageAdmin.change_view"]).toBe("3");
  });

  it("repeat the options for each related row", async () => {
    const costs = await costsOfAdmin(`
from django.contrib import admin

from shop.models import Author, Book


class BookInline(admin.TabularInline):
    model = Book


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    inlines = [BookInline]
`);
    expect(costs["shop.admin.AuthorAdmin.change_view"]).toBe("2");
  });

  it("are listed for models that are registered without a class", async () => {
    const costs = await costsOfAdmin(`
from django.contrib import admin

from shop.models import Book, Page

admin.site.register(Page)
admin.site.register([Book])
`);
    expect(costs).toMatchObject({
      "shop.Page.changelist_view": "3 + N",
      "shop.Book.changelist_view": "3",
      "shop.Book.change_view": "2",
    });
  });
});

describe("queryscope queries", () => {
  it("lists what each view, task and command sends, the most expensive first", async () => {
    const folder = shop({
      "shop/views.py": `
from django.http import HttpResponse
from django.views.generic import ListView

from shop.models import Author, Book


def authors(request):
    return HttpResponse(", ".join(author.name for author in Author.objects.all()))


class BookList(ListView):
    model = Book
    paginate_by = 20
`,
      "shop/templates/shop/book_list.html": "{% for book in page_obj %}{{ book.author.name }}{% endfor %}\n",
      "config/urls.py": `
from django.urls import path

from shop import views

urlpatterns = [path("", views.authors), path("books/", views.BookList.as_view())]
`,
      "shop/tasks.py": `
from celery import shared_task

from shop.models import Author


@shared_task
def count_books():
    return {author.pk: author.books.count() for author in Author.objects.all()}
`,
      "shop/management/commands/print_titles.py": `
from django.core.management.base import BaseCommand

from shop.models import Book


class Command(BaseCommand):
    def handle(self, **options):
        for book in Book.objects.select_related("author"):
            print(book.author.name, book.title)
`,
    });
    const { stdout, stderr, status } = await queryscope({ folder }, "queries");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "shop.tasks.count_books [task] shop/tasks.py:8:5: 1 + N (N = 50: 51) more than 10
        N  author.books.count() shop.Book (shop/tasks.py:9:24)
            Loop: author in Author.objects.all() (line 9)
        1  Author.objects.all() shop.Author (shop/tasks.py:9:59)

      shop.views.BookList.get [view] shop/views.py:12:7: 2 + N (N = 20: 22) more than 10
        N  book.author shop.Author (shop/templates/shop/book_list.html:1:30)
            Calls shop/book_list.html (line 12)
            Loop: {% for book in page_obj %} (shop/templates/shop/book_list.html:1:1)
        1  BookList shop.Book (shop/views.py:12:7)
        1  page_obj shop.Book (shop/templates/shop/book_list.html:1:16)
            Calls shop/book_list.html (line 12)

      shop.management.commands.print_titles.Command.handle [command] shop/management/commands/print_titles.py:8:9: 1
      shop.views.authors [view] shop/views.py:8:5: 1
      4 endpoints, 2 above the budget of 10 queries.
      "
    `);
  });

  it("counts what a queryset, an object or a property has kept only once", async () => {
    const views = `
from django.http import HttpResponse
from django.utils.functional import cached_property

from shop.models import Author, Book


class Shelf:
    @cached_property
    def books(self):
        return list(Book.objects.all())


def rows_again(request):
    books = Book.objects.all()
    return HttpResponse([book.title for book in books] + [book.pk for book in books])


def rows_in_a_loop(request):
    books = Book.objects.all()
    return HttpResponse([[book.title for book in books] for author in Author.objects.all()])


def new_rows_in_a_loop(request):
    return HttpResponse([[book.title for book in Book.objects.all()] for author in Author.objects.all()])


def related_object_again(request):
    return HttpResponse([book.author.name + book.author.name for book in Book.objects.all()])


def property_again(request):
    shelf = Shelf()
    return HttpResponse(shelf.books + shelf.books)


def helper_again(request):
    return HttpResponse([titles(), titles()])


def titles():
    return [book.title for book in Book.objects.all()]
`;
    const names = [
      "rows_again",
      "rows_in_a_loop",
      "new_rows_in_a_loop",
      "related_object_again",
      "property_again",
      "helper_again",
    ];
    expect(await costsOf(views, names)).toEqual({
      rows_again: "1",
      rows_in_a_loop: "2",
      new_rows_in_a_loop: "1 + N",
      related_object_again: "1 + N",
      property_again: "1",
      helper_again: "2",
    });
  });

  it("counts prefetches, counts, writes, and rows of rows", async () => {
    const views = `
from django.core.paginator import Paginator
from django.http import HttpResponse

from shop.models import Author, Book, Page


def prefetched(request):
    authors = Author.objects.prefetch_related("books__pages")
    return HttpResponse([len(book.pages.all()) for author in authors for book in author.books.all()])


def counted(request):
    return HttpResponse([Author.objects.count(), Book.objects.filter(title="").exists()])


def paginated(request):
    page = Paginator(Book.objects.order_by("pk"), 25).get_page(request.GET.get("page"))
    return HttpResponse([book.title for book in page])


def written(request):
    author = Author.objects.create(name="New")
    for attempt in range(3):
        Book(author=author, title=str(attempt)).save()
    return HttpResponse()


def nested(request):
    return HttpResponse([
        page.pk
        for author in Author.objects.all()
        for book in author.books.all()
        for page in book.pages.all()
    ])


def one_or_the_other(request):
    if request.GET:
        books = Book.objects.filter(title="")
    else:
        books = Author.objects.get(pk=1).books.all()
    return HttpResponse([book.author.name for book in books])


def stopped(request):
    try:
        return HttpResponse(Book.objects.get(title="").title)
    except Book.DoesNotExist:
        return HttpResponse([book.title for book in Book.objects.all()])
`;
    const names = ["prefetched", "counted", "paginated", "written", "nested", "one_or_the_other", "stopped"];
    expect(await costsOf(views, names)).toEqual({
      prefetched: "3",
      counted: "2",
      paginated: "2",
      written: "4",
      nested: "1 + N + N·M",
      one_or_the_other: "2 + N",
      stopped: "1",
    });
  });

  it("marks what is above the budget, and takes the rows of a page for its example", async () => {
    const folder = shop({
      "pyproject.toml": "[tool.queryscope]\nquery-budget = 4\n",
      "shop/views.py": `
from django.http import HttpResponse
from django.views.generic import ListView

from shop.models import Book


class Books(ListView):
    model = Book
    paginate_by = 20

    def render_to_response(self, context):
        return HttpResponse([book.author.name for book in context["object_list"]])


class FewBooks(Books):
    paginate_by = 2
`,
      "config/urls.py": "",
    });
    const endpoints = await endpointsOf(folder);
    expect(
      endpoints.map(({ symbol, queries, example, overBudget }) => ({ symbol, queries, example, overBudget })),
    ).toEqual([
      { symbol: "shop.views.Books.get", queries: "2 + N", example: { n: 20, queries: 22 }, overBudget: true },
      {
        symbol: "shop.views.FewBooks.get",
        queries: "2 + N",
        example: { n: 2, queries: 4 },
        overBudget: false,
      },
    ]);
  });

  it("lists the endpoints below a path only", async () => {
    const view =
      "from shop.models import Book\n\n\ndef books(request):\n    return list(Book.objects.all())\n";
    const folder = shop({
      "shop/views.py": view,
      "shop/other.py": view,
      "config/urls.py":
        'from django.urls import path\n\nfrom shop import other, views\n\nurlpatterns = [path("a", views.books), path("b", other.books)]\n',
    });
    expect((await endpointsOf(folder)).map(({ symbol }) => symbol)).toEqual([
      "shop.other.books",
      "shop.views.books",
    ]);
    expect((await endpointsOf(folder, "shop/other.py")).map(({ symbol }) => symbol)).toEqual([
      "shop.other.books",
    ]);
  });

  it("says when there is nothing to list, and what is wrong with a call or a configuration", async () => {
    const empty = await queryscope({ folder: folderWith({ "a.py": "x = 1\n" }) }, "queries");
    expect(empty).toEqual({ status: 0, stdout: "No views, tasks or commands were found.\n", stderr: "" });
    const missing = await queryscope({ folder: folderWith({}) }, "queries", "nowhere");
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringContaining("nowhere does not exist") });
    const mistaken = await queryscope(
      { folder: folderWith({ "queryscope.toml": 'query-budget = "many"\n' }) },
      "queries",
    );
    expect(mistaken).toMatchObject({ status: 2, stderr: expect.stringContaining("queryscope.toml:1:") });
  });
});
