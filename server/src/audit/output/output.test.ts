import { describe, expect, it } from "vitest";
import { auditOf, projectWith } from "../../../../test/support/audited-project.ts";
import { createDocument } from "../document/create-document.ts";
import type { AuditReport } from "../report.ts";
import { formatHtml } from "./html.ts";
import { formatMarkdown } from "./markdown.ts";

const files = projectWith(
  `DEBUG = False
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "db.example.org", "PASSWORD": "hunter2"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://:hunter2@cache:6379/0"}}
CELERY_BROKER_URL = "redis://user:hunter2@queue:6379/0"
CELERY_TASK_ROUTES = {"shop.tasks.*": {"queue": "slow"}}
CELERY_BEAT_SCHEDULE = {"nightly": {"task": "shop.tasks.send_report", "schedule": 86400.0}}
`,
  {
    "config/celery.py": `from celery import Celery

app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
`,
    "config/urls.py": `from django.urls import path
from shop import views

urlpatterns = [path("", views.books), path("mail", views.mail)]
`,
    "shop/tasks.py": `from celery import shared_task


@shared_task(autoretry_for=(OSError,), max_retries=3, soft_time_limit=60)
def send_report():
    pass
`,
    "shop/views.py": `from django.core.cache import cache
from django.core.mail import send_mail
from django.http import HttpResponse
from shop.models import Book
from shop.tasks import send_report


def books(request):
    return HttpResponse("".join(book.author.name for book in Book.objects.all()[:50]))


def mail(request):
    send_mail("Thanks", "…", None, ["a@example.org"])
    send_report.delay()
    cache.set(f"mails:{request.user.pk}", 1, 300)
    return HttpResponse()


def forget(request):
    cache.delete(f"mails:{request.user.pk}")
    return HttpResponse()
`,
  },
);

/** Few rules, so that the text stays what it is when there are more. */
const configuration = {
  select: ["QS101", "QS401", "QS501"],
  users: 180,
  concurrentUsers: 40,
  servers: [{ name: "app", cpus: 2, memory: 4, cost: 12 }],
} as const;

async function reportOf(name = "shop"): Promise<AuditReport> {
  const report = await auditOf(files, { configuration, name });
  if (!report) throw new Error("no report");
  return report;
}

describe("the report", () => {
  it("reads like this", async () => {
    const markdown = formatMarkdown(createDocument(await reportOf()));
    await expect(markdown).toMatchFileSnapshot("snapshots/report.md");
  });

  it("shows no secrets", async () => {
    const report = await reportOf();
    const texts = [
      JSON.stringify(report),
      formatMarkdown(createDocument(report)),
      formatHtml(createDocument(report)),
    ];
    for (const text of texts) expect(text).not.toContain("hunter2");
    expect(texts[1]).toContain("redis://•••@queue:6379/0");
  });
});

const waiting = projectWith(
  `STATIC_URL = "/static/"
MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"]
INSTALLED_APPS += ["django.contrib.staticfiles"]
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache:6379/0", "TIMEOUT": None},
    "pages": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache:6379/0", "TIMEOUT": 60},
}
`,
  {
    "config/urls.py": `from django.urls import path
from shop import views

urlpatterns = [path("a", views.order), path("b", views.repeat)]
`,
    "shop/mails.py": `from django.core.mail import send_mail


def send_report(address):
    send_mail("Report", "…", None, [address])
`,
    "shop/models.py": `from django.db import models


class Photo(models.Model):
    image = models.ImageField()

    def __init__(self, *args):
        super().__init__(*args)
        self.others = list(Photo.objects.all())
`,
    "shop/views.py": `from django.http import HttpResponse
from shop.mails import send_report


def order(request):
    send_report("a@example.org")
    return HttpResponse()


def repeat(request):
    send_report("b@example.org")
    return HttpResponse()
`,
  },
);

describe("a section", () => {
  const markdownOf = async (select: readonly string[]): Promise<string> => {
    const report = await auditOf(waiting, { configuration: { select } });
    if (!report) throw new Error("no report");
    return formatMarkdown(createDocument(report));
  };

  it("says once what several requests wait for, and names them all", async () => {
    const markdown = await markdownOf(["QS401"]);
    const [, table = ""] = markdown.split("## Work that requests wait for");
    const rows = table
      .split("## ")[0]
      ?.split("\n")
      .filter((line) => line.startsWith("| `"));
    expect(rows).toHaveLength(1);
    expect(rows?.[0]).toMatch(
      /^\| `shop\.views\.order` .*<br>`shop\.views\.repeat` .*through send\\?_report\(\)/,
    );
  });

  it("says what a single finding is that speaks against a task", async () => {
    expect(await markdownOf(["QS401"])).toMatch(
      /^\| \*\*S2\.5\*\* .*1 finding of the analysis speaks against it\. QS401 "send/m,
    );
  });

  it("tells where static files and uploads lie, and who gives them out", async () => {
    const [, section = ""] = (await markdownOf(["QS401"])).split("## Static files and uploads");
    expect(section).toContain(
      "| static files | `django.contrib.staticfiles.storage.StaticFilesStorage` | `/static/` | WhiteNoise |",
    );
    expect(section).toContain(
      "| uploads | `django.core.files.storage.FileSystemStorage` | `not set` | nothing in the folder tells |",
    );
    expect(section).toContain("1 column holds uploads: `shop.Photo.image`.");
  });

  it("tells how long caches keep what no call gives a time", async () => {
    const [, section = ""] = (await markdownOf(["QS401"])).split("## Caches by level");
    expect(section).toContain("kept until it is deleted unless a call says otherwise");
    expect(section).toContain("kept for 60 seconds unless a call says otherwise");
  });

  it("says once what is said of several places, with the places", async () => {
    const report = await reportOf();
    const [finding] = report.requests[0]?.calls ?? [];
    if (!finding) throw new Error("no finding");
    const places = [11, 12, 13, 14, 15, 16].map((line) => ({
      ...finding,
      code: "QS712" as const,
      message: "Nothing deletes it.",
      place: { ...finding.place, line },
    }));
    const caches = { ...report.caches, gaps: [...places, finding] };
    const [, section = ""] = formatMarkdown(createDocument({ ...report, caches })).split(
      "## Caches by level",
    );
    expect(section.match(/Nothing deletes it\./g)).toHaveLength(1);
    expect(section).toMatch(/QS712.*shop\/views\.py:11.*shop\/views\.py:15.* and 1 other place$/m);
    expect(section).toMatch(/^- \*\*QS401\*\*/m);
  });

  it("names a model once above all its indexes", async () => {
    const report = await reportOf();
    const [finding] = report.requests[0]?.calls ?? [];
    if (!finding) throw new Error("no finding");
    const indexes = ["owner", "state", "due"].map((field) => ({
      model: field === "due" ? "shop.Bill" : "shop.Order",
      fields: [field],
      finding,
      code: `models.Index(fields=["${field}"])`,
    }));
    const markdown = formatMarkdown(createDocument({ ...report, indexes }));
    expect(markdown.match(/^For shop\.\w+:$/gm)).toEqual(["For shop.Order:", "For shop.Bill:"]);
    expect(markdown.match(/models\.Index\(fields=/g)).toHaveLength(3);
  });
});

const hostile = `</title><script>alert(1)</script>"'&\u202e| [x](javascript:alert(1)) \`\`\` <img src=x>`;

describe("the page", () => {
  it("has its parts as landmarks, and leads to each of its sections", async () => {
    const html = formatHtml(createDocument(await reportOf()));
    for (const part of ["header", "nav", "main"])
      expect(html.match(new RegExp(`<${part}[ >]`, "g"))).toHaveLength(1);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(12);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it("has a header for each column and row, and a text for each chart", async () => {
    const html = formatHtml(createDocument(await reportOf()));
    const tables = html.match(/<table>[\s\S]*?<\/table>/g) ?? [];
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      expect(table).toMatch(/<caption>[^<]+<\/caption>/);
      expect(table).not.toMatch(/<tr><td/);
    }
    const charts = html.match(/<svg class="chart"[\s\S]*?<\/svg>/g) ?? [];
    expect(charts).toHaveLength(3);
    for (const chart of charts)
      expect(chart).toMatch(/<title [^>]+>[^<]+<\/title>\s*<desc [^>]+>[^<]+<\/desc>/);
  });

  it("needs nothing from elsewhere, and runs no script outside of an editor", async () => {
    const html = formatHtml(createDocument(await reportOf()));
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'`);
    expect(html).not.toMatch(/<script|<link|<img|<button|url\(http|@import| style="/);
  });

  it("has buttons for places and fixes in an editor, and a mark on its style and its script", async () => {
    const html = formatHtml(createDocument(await reportOf()), { nonce: "0123456789abcdef" });
    expect(html).toContain("style-src 'nonce-0123456789abcdef'; script-src 'nonce-0123456789abcdef'");
    expect(html).toContain('<style nonce="0123456789abcdef">');
    expect(html).toContain('<script nonce="0123456789abcdef">');
    expect(html).toContain('data-path="shop/views.py" data-line="9"');
    expect(html).toMatch(
      /<button type="button" class="fix" data-fingerprint="[0-9a-f]{16}:1" data-index="0" title="Add select_related\(&quot;author&quot;\)"/,
    );
    expect(html).not.toMatch(/ style="| onclick=/);
  });

  it("shows texts of a project as texts, whatever is in them", async () => {
    const html = formatHtml(createDocument(await reportOf(hostile)));
    expect(html).not.toContain("<script");
    expect(html).not.toContain("<img");
    expect(html).not.toContain("\u202e");
    expect(html).toContain("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;|");
  });
});

describe("the Markdown", () => {
  it("shows underscores around names as they are, and leaves those inside alone", () => {
    const text = formatMarkdown({ title: "__init__ of send_report", introduction: [], sections: [] });
    expect(text).toBe("# \\_\\_init\\_\\_ of send_report\n");
  });

  it("shows texts of a project as texts, whatever is in them", async () => {
    const [title = ""] = formatMarkdown(createDocument(await reportOf(hostile))).split("\n");
    expect(title).toBe(
      "# Scaling report of \\</title\\>\\<script\\>alert(1)\\</script\\>\"'&amp;\u202e\\| \\[x\\](javascript:alert(1)) \\`\\`\\` \\<img src=x\\>",
    );
  });

  it("has as many cells in each row as its table has columns", async () => {
    const markdown = formatMarkdown(createDocument(await reportOf(hostile)));
    const tables = markdown.split("\n\n").filter((part) => part.startsWith("| "));
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      const cells = table.split("\n").map((row) => row.match(/(?<!\\)\|/g)?.length);
      expect(new Set(cells).size).toBe(1);
    }
  });
});
