import { expect, test } from "vitest";
import { reportedRules } from "../../../test/mdtest/reported-rules.ts";

const models = (page: string): string => `
from django.db import models
from wagtail.models import Page


class Author(models.Model):
    name = models.CharField(max_length=100)


class BlogPost(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    blog = models.ForeignKey("blog.BlogIndexPage", on_delete=models.CASCADE, related_name="posts")


class BlogIndexPage(Page):
${page.replace(/^/gm, "    ")}
`;

/** The rules and paths that are reported of a page class with this body, and of its template. */
async function reportedOf(page: string, template: string, name = "blog/blog_index_page.html") {
  return reportedRules(["wagtail", "blog"], { "models.py": models(page), [`templates/${name}`]: template });
}

const latest = `
def latest(self):
    return BlogPost.objects.order_by("-pk")
`;
const authors = "{% for post in rows %}{{ post.author.name }}{% endfor %}";

test("a page renders a template with itself", async () => {
  const template = authors.replace("rows", "page.latest");
  expect(await reportedOf(latest, template)).toEqual([["n-plus-one-in-template", "author"]]);
  expect(await reportedOf(latest, template.replace("page", "self"))).toEqual([
    ["n-plus-one-in-template", "author"],
  ]);
});

test("a page may name its template, and add to the context", async () => {
  const page = `
template = "blog/index.html"

def get_context(self, request, *args, **kwargs):
    context = super().get_context(request, *args, **kwargs)
    context["rows"] = BlogPost.objects.filter(blog=self)
    return context
`;
  expect(await reportedOf(page, authors, "blog/index.html")).toEqual([["n-plus-one-in-template", "author"]]);
});

test("a page may answer in its own way, and leave the rest to Wagtail", async () => {
  const page = `
template = "blog/index.html"

def serve(self, request):
    if not request.user.is_authenticated:
        return None
    return super().serve(request)
${latest}`;
  expect(await reportedOf(page, authors.replace("rows", "page.latest"), "blog/index.html")).toEqual([
    ["n-plus-one-in-template", "author"],
  ]);
});

test.each([
  ["rows that are loaded with their relation", latest.replace('order_by("-pk")', 'select_related("author")')],
  ["a page that answers without its template", `${latest}\ndef serve(self, request):\n    return None\n`],
  ["an abstract page", `${latest}\nclass Meta:\n    abstract = True\n`],
])("not: %s", async (_, page) => {
  expect(await reportedOf(page, authors.replace("rows", "page.latest"))).toEqual([]);
});
