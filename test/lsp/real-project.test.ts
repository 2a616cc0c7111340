import { describe, expect, it } from "vitest";
import type { TestClient } from "./support/client.ts";
import { realServer, useSessions } from "./support/sessions.ts";

const sessions = useSessions(realServer);

const settings = `
SECRET_KEY = "x"
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "shop"]
AUTH_USER_MODEL = "auth.User"
`;

const models = `
from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=100)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    total = models.IntegerField()
`;

const helpers = `
def line(order):
    return f"{order.customer.name}: {order.total}"
`;

const views = `
from django.shortcuts import render

from shop.helpers import line
from shop.models import Order


def orders(request):
    rows = Order.objects.filter(total__gt=0)
    return render(request, "orders.html", {"lines": [line(order) for order in rows]})
`;

const project = {
  "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")\n',
  "config/__init__.py": "",
  "config/settings.py": settings,
  "config/urls.py": "urlpatterns = []\n",
  "shop/__init__.py": "",
  "shop/models.py": models,
  "shop/helpers.py": helpers,
  "shop/views.py": views,
};

const path = "shop/views.py";

/** Level, code and marked text of what a document shows. */
async function shown(client: TestClient, document: string) {
  const diagnostics = await client.diagnostics(document);
  return diagnostics.map(({ severity, code, range }) => [severity, code, client.textAt(document, range)]);
}

describe("a Django project", () => {
  it("shows the finding at the queryset, the hint in the helper, and the fix settles both", async () => {
    const client = await sessions.start(project);
    await client.open(path, views);
    await client.open("shop/helpers.py", helpers);
    expect(await shown(client, path)).toEqual([[2, "QS107", "Order.objects.filter(total__gt=0)"]]);
    expect(await shown(client, "shop/helpers.py")).toEqual([[4, "QS107", "order.customer"]]);

    const [fix] = await client.codeActions(path, client.rangeOf(path, "Order.objects"), {
      only: ["quickfix"],
    });
    expect(fix?.isPreferred).toBe(true);
    const resolved = await client.codeAction(path, "Order.objects", fix?.title ?? "");
    await client.setText(path, client.applied(path, resolved.edit));

    expect(client.text(path)).toContain('.select_related("customer")');
    expect(await shown(client, path)).toEqual([]);
    expect(await shown(client, "shop/helpers.py")).toEqual([]);
  });

  it("follows edits of other files, half-typed ones included", async () => {
    const client = await sessions.start(project);
    await client.open(path, views);
    await client.open("shop/helpers.py", helpers);
    await client.replace("shop/helpers.py", "order.customer.name", "order.pk");
    expect(await shown(client, path)).toEqual([]);
    await client.replace("shop/helpers.py", "order.pk", "order.customer.name");
    expect(await shown(client, path)).toHaveLength(1);

    // The user goes on typing elsewhere in the file.
    await client.replace(path, "def orders", "def unfinished(request:\n    x = (\n\n\ndef orders");
    await client.pull(path);
    await client.replace(path, "def unfinished(request:\n    x = (\n\n\n", "");
    expect(await shown(client, path)).toEqual([[2, "QS107", "Order.objects.filter(total__gt=0)"]]);
  });

  it("shows hints in templates, follows what is typed there, and suppressions", async () => {
    const page = "shop/templates/orders.html";
    const listing = `from django.shortcuts import render

from shop.models import Order


def orders(request):
    return render(request, "orders.html", {"orders": Order.objects.all()})
`;
    const template = "{% for order in orders %}\n  {{ order.customer.name }}\n{% endfor %}\n";
    const client = await sessions.start({ ...project, [path]: listing, [page]: template });
    await client.open(path, listing);
    await client.open(page, template);
    expect(await shown(client, path)).toEqual([[2, "QS108", "Order.objects.all()"]]);
    expect(await shown(client, page)).toEqual([[4, "QS108", "order.customer"]]);

    await client.replace(page, "order.customer.name", "order.customer.pk");
    expect(await shown(client, path)).toEqual([]);
    expect(await shown(client, page)).toEqual([[2, "QS116", "order.customer.pk"]]);

    await client.replace(
      page,
      "order.customer.pk }}",
      "order.customer.name }} {# queryscope: ignore[QS108] #}",
    );
    expect(await shown(client, path)).toEqual([]);
    expect(await shown(client, page)).toEqual([]);

    // A file that was never saved.
    await client.replace(
      page,
      "{{ order.customer.name }} {# queryscope: ignore[QS108] #}",
      '{% include "row.html" %}',
    );
    await client.open("shop/templates/row.html", "{{ order.customer }}");
    expect(await shown(client, "shop/templates/row.html")).toEqual([[4, "QS108", "order.customer"]]);
  });

  it("makes a task in a file of its own", async () => {
    const sending = `from django.core.mail import send_mail


def contact(request):
    send_mail("Hello", request.POST["text"], None, ["shop@example.com"])
`;
    const client = await sessions.start({
      ...project,
      "requirements.txt": "celery==5.7.0\n",
      "shop/celery.py": "import celery\n",
    });
    await client.open("shop/contact.py", sending);
    expect(await shown(client, "shop/contact.py")).toMatchObject([
      [2, "QS401", expect.stringContaining("send_mail")],
    ]);
    const title = "Send the e-mail in a Celery task after the transaction (needs a running worker)";
    const fix = await client.codeAction("shop/contact.py", "send_mail(", title);
    expect(fix.edit?.documentChanges).toMatchObject([
      { kind: "create", uri: client.uri("shop/tasks.py") },
      { textDocument: { uri: client.uri("shop/contact.py") } },
      {
        textDocument: { uri: client.uri("shop/tasks.py") },
        edits: [{ newText: expect.stringContaining("@shared_task") }],
      },
    ]);
    await client.setText("shop/contact.py", client.applied("shop/contact.py", fix.edit));
    expect(await shown(client, "shop/contact.py")).toEqual([]);
  });

  it("takes a suppression comment back out when it has become useless", async () => {
    const client = await sessions.start(project);
    await client.open(path, views);
    const suppress = await client.codeAction(path, "Order.objects", "Suppress QS107 on this line");
    await client.setText(path, client.applied(path, suppress.edit));
    expect(await shown(client, path)).toEqual([]);

    await client.replace(path, "total__gt=0)", 'total__gt=0).select_related("customer")');
    expect(await shown(client, path)).toEqual([[3, "QS001", "queryscope: ignore[QS107]"]]);
    const [fixAll] = await client.codeActions(path, client.rangeOf(path, "def"), { only: ["source.fixAll"] });
    const resolved = await client.codeAction(path, "ignore[QS107]", "Remove the suppression comment");
    expect(fixAll?.kind).toBe("source.fixAll.queryscope");
    expect(client.applied(path, resolved.edit)).toBe(
      views.replace("total__gt=0)", 'total__gt=0).select_related("customer")'),
    );
  });

  it("sees files that come and go on disk", async () => {
    const { "shop/views.py": _, ...without } = project;
    const client = await sessions.start(without);
    await client.open("shop/helpers.py", helpers);
    expect(await shown(client, "shop/helpers.py")).toEqual([]);
    await client.writeFile(path, views);
    expect(await shown(client, "shop/helpers.py")).toHaveLength(1);
    await client.delete(path);
    expect(await shown(client, "shop/helpers.py")).toEqual([]);
  });

  it("sees that a folder is gone, of which the editor tells only as a whole", async () => {
    const { "shop/views.py": _, ...without } = project;
    const client = await sessions.start({
      ...without,
      "shop/web/__init__.py": "",
      "shop/web/views.py": views,
    });
    await client.open("shop/helpers.py", helpers);
    expect(await shown(client, "shop/helpers.py")).toHaveLength(1);
    await client.delete("shop/web");
    expect(await shown(client, "shop/helpers.py")).toEqual([]);
  });

  it("is analysed anew when the configuration says how", async () => {
    const client = await sessions.start(project);
    await client.open(path, views);
    expect(await shown(client, path)).toHaveLength(1);
    await client.writeFile("queryscope.toml", 'exclude = ["shop/views.py"]\n');
    expect(await shown(client, path)).toEqual([]);
    await client.writeFile("queryscope.toml", "");
    expect(await shown(client, path)).toHaveLength(1);
  });

  it("says in the configuration which tables it does not have", async () => {
    const text = '[column-statistics]\n"shop.Ordr.number" = { distinct = 3 }\n';
    const client = await sessions.start({ ...project, "queryscope.toml": text });
    await client.open("queryscope.toml", text);
    expect(await client.diagnostics("queryscope.toml")).toMatchObject([
      {
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 18 } },
        message: expect.stringContaining("did you mean `shop.Order`?"),
      },
    ]);
  });
});

describe("what is not a Django project", () => {
  it("has no findings, and the status says why", async () => {
    const client = await sessions.start(
      { "main.py": "print(1)\n" },
      { capabilities: { experimental: { serverStatusNotification: true } } },
    );
    expect(await client.next("experimental/serverStatus")).toEqual({
      health: "warning",
      quiescent: true,
      message: "No Django project found",
    });
    await client.open("main.py", "print(1)\n");
    expect(await client.diagnostics("main.py")).toEqual([]);
  });
});
