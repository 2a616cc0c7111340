import { describe, expect, it } from "vitest";
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  DocumentLink,
  Hover,
  InlayHint,
} from "vscode-languageserver-protocol/node";
import { ordersProject } from "../support/orders-project.ts";
import { fullCapabilities, type TestClient } from "./support/client.ts";
import { realServer, useSessions } from "./support/sessions.ts";

const codeLens = { settings: { codeLens: true } };
const sessions = useSessions(realServer);

const path = "shop/views.py";
const views = `from django.shortcuts import render
from shop.models import Order


def orders(request):
    rows = Order.objects.order_by("pk")
    return render(request, "orders.html", {"names": [row.owner.name for row in rows]})


def invoices(request):
    rows = Order.objects.order_by("number")
    return render(request, "orders.html", {"names": [row.owner.name for row in rows]})
`;
const urls = `from django.urls import path
from shop import views

urlpatterns = [path("", views.orders), path("invoices", views.invoices)]
`;
const project = {
  ...ordersProject,
  "settings.py": 'INSTALLED_APPS = ["shop"]\nROOT_URLCONF = "urls"\n',
  "urls.py": urls,
  [path]: views,
};

/** As the client of VS Code. */
const capabilities = {
  ...fullCapabilities,
  textDocument: { ...fullCapabilities.textDocument, codeLens: {}, inlayHint: {} },
  workspace: {
    ...fullCapabilities.workspace,
    codeLens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
  window: { ...fullCapabilities.window, showDocument: { support: true } },
  experimental: { commands: ["queryscope.showPath", "queryscope.explainAt"] },
};

async function opened(options: Parameters<typeof sessions.start>[1] = {}): Promise<TestClient> {
  const client = await sessions.start(project, { capabilities, ...options });
  await client.open(path, views);
  return client;
}

function lenses(client: TestClient): Promise<CodeLens[] | null> {
  return client.connection.sendRequest("textDocument/codeLens", {
    textDocument: { uri: client.uri(path) },
  });
}

function hints(client: TestClient): Promise<InlayHint[] | null> {
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  return client.connection.sendRequest("textDocument/inlayHint", {
    textDocument: { uri: client.uri(path) },
    range,
  });
}

describe("code lenses", () => {
  it("say what a view sends, lead to the places, and follow the code", async () => {
    const client = await opened(codeLens);
    await client.diagnostics(path);
    const [lens] = (await lenses(client)) ?? [];
    expect(lens && client.textAt(path, lens.range)).toBe("orders");
    expect(lens?.command).toMatchObject({
      title: "1 + N queries · 1 finding",
      command: "queryscope.showPath",
      arguments: [{ title: "shop.views.orders", steps: [{ uri: client.uri(path) }, {}] }],
    });
    await client.replace(path, 'order_by("pk")', 'select_related("owner")');
    await client.diagnostics(path);
    expect((await lenses(client))?.map(({ command }) => command?.title)).toEqual([
      "1 query",
      "Explain",
      "1 + N queries · 1 finding",
      "Explain",
    ]);
    await client.next("workspace/codeLens/refresh");
  });

  it("come at once, moved with the text, until an analysis of it has ended", async () => {
    const client = await opened(codeLens);
    await client.diagnostics(path);
    await client.replace(path, "def orders(request):", "# All of them.\ndef orders(request):");
    const known = (await lenses(client)) ?? [];
    expect(known.map(({ range }) => client.textAt(path, range))).toEqual([
      "orders",
      "orders",
      "invoices",
      "invoices",
    ]);
    const [, explain] = known;
    const { range } = explain?.command?.arguments?.[0] ?? {};
    expect(client.textAt(path, range)).toBe('Order.objects.order_by("pk")');
  });

  it("are texts for a client without the command, and none until they are switched on", async () => {
    const client = await opened({ ...codeLens, capabilities: { ...capabilities, experimental: {} } });
    await client.diagnostics(path);
    expect((await lenses(client))?.[0]?.command).toEqual({ title: "1 + N queries · 1 finding", command: "" });
    const silent = await opened();
    await silent.diagnostics(path);
    expect(await lenses(silent)).toBeNull();
  });
});

describe("refactorings", () => {
  it("are offered where nothing is wrong, as the kind that is asked for", async () => {
    const client = await opened();
    await client.replace(path, 'Order.objects.order_by("pk")', 'Order.objects.select_related("owner")');
    const range = client.rangeOf(path, "select_related");
    const refactorings = await client.codeActions(path, range, { only: ["refactor"] });
    expect(refactorings.map(({ kind, title }) => [kind, title])).toEqual([
      ["refactor.extract", "Extract with_related() into OrderQuerySet"],
    ]);
    const [extract] = refactorings;
    const { edit }: CodeAction = await client.connection.sendRequest("codeAction/resolve", extract);
    expect(client.applied(path, edit)).toContain("rows = Order.objects.with_related()\n");
    expect(JSON.stringify(edit)).toContain("class OrderQuerySet(models.QuerySet):");
    expect(await client.codeActions(path, range, { only: ["refactor.rewrite"] })).toEqual([]);
    const elsewhere = client.rangeOf(path, "invoices");
    expect(await client.codeActions(path, elsewhere, { only: ["refactor"] })).toEqual([]);
  });
});

describe("Explain", () => {
  it("is offered at the dearest queryset of a view, and at each queryset that is hovered", async () => {
    const client = await opened(codeLens);
    await client.diagnostics(path);
    const explain = (await lenses(client))?.find(({ command }) => command?.title === "Explain")?.command;
    expect(explain?.command).toBe("queryscope.explainAt");
    const [at] = explain?.arguments ?? [];
    expect([at.uri, client.textAt(path, at.range)]).toEqual([
      client.uri(path),
      'Order.objects.order_by("pk")',
    ]);
    const hover = await client.connection.sendRequest<Hover>("textDocument/hover", {
      textDocument: { uri: client.uri(path) },
      position: at.range.start,
    });
    const link = /\[Explain\]\(command:queryscope\.explainAt\?(.*?)\)/.exec(JSON.stringify(hover.contents));
    expect(JSON.parse(decodeURIComponent(link?.[1] ?? ""))).toEqual([at]);
  });
});

describe("inlay hints", () => {
  it("are off until the setting asks for them", async () => {
    const client = await opened();
    await client.diagnostics(path);
    expect(await hints(client)).toBeNull();
    await client.configure({ inlayHints: true });
    await client.next("workspace/inlayHint/refresh");
    const labels = (await hints(client))?.map(({ label }) => label);
    expect(labels).toContain("→ Owner: a query in each round");
  });
});

describe("actions on a finding", () => {
  it("fix all of its rule, lead through its path, and open the page of its rule", async () => {
    const client = await opened();
    const actions = await client.codeActions(path, client.rangeOf(path, "Order.objects"), {
      only: ["quickfix"],
    });
    const fixAll = await client.codeAction(path, "Order.objects", "Fix all 2 QS101 findings in this file");
    const fixed = client.applied(path, fixAll.edit);
    expect(fixed.match(/select_related\("owner"\)/g)).toHaveLength(2);

    const show = actions.find(({ title }) => title === "Show the path of QS101");
    expect(show?.command?.command).toBe("queryscope.showPath");
    expect(show?.command?.arguments?.[0]).toMatchObject({
      title: "QS101",
      steps: expect.arrayContaining([]),
    });

    const page = actions.find(({ title }) => title === "Open the page of QS101 (n-plus-one-forward)");
    const shown = client.next<{ uri: string; external: boolean }>("window/showDocument");
    await client.connection.sendRequest("workspace/executeCommand", {
      command: page?.command?.command,
      arguments: page?.command?.arguments,
    });
    expect(await shown).toMatchObject({
      uri: expect.stringMatching(/n-plus-one-forward\.md$/),
      external: true,
    });
  });
});

describe("document links", () => {
  it("lead from a suppression comment to the pages of the rules that it names", async () => {
    const client = await sessions.start(project, { capabilities });
    const text = `${views}x = 1  # queryscope: ignore[QS101, fk-id-via-instance, QS3, nonsense]\n`;
    await client.open(path, text);
    const params = { textDocument: { uri: client.uri(path) } };
    const links = await client.connection.sendRequest<DocumentLink[]>("textDocument/documentLink", params);
    expect(links.map(({ range, target }) => [client.textAt(path, range), target])).toEqual([
      ["QS101", expect.stringMatching(/rules\/n-plus-one-forward\.md$/)],
      ["fk-id-via-instance", expect.stringMatching(/rules\/fk-id-via-instance\.md$/)],
    ]);
  });
});

describe("the configuration file", () => {
  it("is completed: keys, and the rules that they name", async () => {
    const client = await sessions.start(project, { capabilities });
    const text = '[tool.queryscope]\nselect = ["QS1"]\nsm\n';
    await client.open("pyproject.toml", text);
    const complete = (after: string): Promise<CompletionItem[]> =>
      client.connection.sendRequest("textDocument/completion", {
        textDocument: { uri: client.uri("pyproject.toml") },
        position: client.rangeOf("pyproject.toml", after).end,
      });
    expect((await complete("\nsm")).map(({ label }) => label)).toContain("small-loop");
    expect((await complete('["QS1')).map(({ label }) => label)).toContain("QS101");
  });
});
