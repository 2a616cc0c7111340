import { describe, expect, it } from "vitest";
import type { ApplyWorkspaceEditParams } from "vscode-languageserver-protocol/node";
import { ordersProject } from "../support/orders-project.ts";
import { fullCapabilities, type TestClient } from "./support/client.ts";
import { realServer, useSessions } from "./support/sessions.ts";

const sessions = useSessions(realServer);

const path = "shop/views.py";
const views = `from django.http import JsonResponse
from shop.models import Order


def orders(request):
    return JsonResponse({"names": [row.owner.name for row in Order.objects.order_by("pk")]})


def invoices(request):
    return JsonResponse({"names": [row.owner.name for row in Order.objects.order_by("number")]})
`;
const project = {
  ...ordersProject,
  "settings.py": 'INSTALLED_APPS = ["shop"]\nROOT_URLCONF = "urls"\n',
  "queryscope.toml": 'select = ["QS101"]\n',
  "urls.py":
    'from django.urls import path\nfrom shop import views\nurlpatterns = [path("", views.orders), path("invoices", views.invoices)]\n',
  [path]: views,
};

interface Finding {
  readonly fingerprint: string;
  readonly symbol: string;
  readonly uri: string;
}

interface Overview {
  readonly findings: readonly Finding[];
  readonly known: readonly Finding[];
  readonly endpoints: readonly object[] | null;
}

function run<Result>(client: TestClient, name: string, given: object): Promise<Result> {
  const command = `queryscope.server.${name}`;
  return client.connection.sendRequest("workspace/executeCommand", { command, arguments: [given] });
}

const overview = (client: TestClient, given: object = {}) => run<Overview>(client, "projectOverview", given);

const symbols = (findings: readonly Finding[]) => findings.map(({ symbol }) => symbol);

describe("the overview of the project", () => {
  it("has the findings of all files, each with its place and stage", async () => {
    const client = await sessions.start(project);
    const { findings, known, endpoints } = await overview(client);
    expect(findings).toMatchObject([
      {
        code: "QS101",
        rule: "n-plus-one-forward",
        level: "warning",
        stage: 2,
        symbol: "shop.views.orders",
        uri: client.uri(path),
        range: { start: { line: 5 } },
      },
      { symbol: "shop.views.invoices" },
    ]);
    expect([known, endpoints]).toEqual([[], null]);
  });

  it("has the endpoints by what they cost, where that is asked for", async () => {
    const client = await sessions.start(project);
    expect((await overview(client, { endpoints: true })).endpoints).toMatchObject([
      { kind: "view", symbol: "shop.views.invoices", queries: "1 + N", complete: true, findings: 1 },
      { kind: "view", symbol: "shop.views.orders", queries: "1 + N", complete: true, findings: 1 },
    ]);
  });

  it("is announced after each analysis to a client that wants to know", async () => {
    const experimental = { analysedNotification: true };
    const client = await sessions.start(project, { capabilities: { ...fullCapabilities, experimental } });
    await client.next("queryscope/analysed");
    await client.open(path, views);
    await client.replace(path, 'Order.objects.order_by("pk")', 'Order.objects.select_related("owner")');
    expect(symbols((await overview(client)).findings)).toEqual(["shop.views.invoices"]);
  });
});

describe("the baseline", () => {
  it("takes findings and gives them back", async () => {
    const client = await sessions.start(project);
    const change = async (how: "add" | "remove", findings?: readonly Finding[]): Promise<Overview> => {
      const given = { change: how, ...(findings && { findings }) };
      const [file] = await run<{ uri: string; text: string }[]>(client, "changeBaseline", given);
      if (file === undefined) throw new Error("no baseline was changed");
      expect(file.uri).toBe(client.uri("queryscope-baseline.json"));
      await client.writeFile("queryscope-baseline.json", file.text);
      return overview(client);
    };
    const before = await overview(client);
    const one = await change("add", before.findings.slice(0, 1));
    expect(symbols(one.findings)).toEqual(["shop.views.invoices"]);
    expect(symbols(one.known)).toEqual(["shop.views.orders"]);
    const all = await change("add");
    expect([all.findings, all.known.length]).toEqual([[], 2]);
    await client.open(path, views);
    expect(await client.diagnostics(path)).toEqual([]);
    expect(symbols((await change("remove", one.known)).findings)).toEqual(["shop.views.orders"]);
  });

  it("is left alone where it is none", async () => {
    const folder = sessions.folder({ ...project, "queryscope-baseline.json": "no JSON" });
    const client = await sessions.start({}, { folders: [folder] });
    expect((await overview(client)).findings).toHaveLength(2);
    await expect(run(client, "changeBaseline", { change: "add" })).rejects.toThrow(
      `${folder}/queryscope-baseline.json is not a baseline: it is not JSON`,
    );
  });
});

describe("a suppression", () => {
  it("is written by the client, as an edit", async () => {
    const client = await sessions.start(project);
    const edits: ApplyWorkspaceEditParams[] = [];
    client.connection.onRequest("workspace/applyEdit", (params: ApplyWorkspaceEditParams) => {
      edits.push(params);
      return { applied: true };
    });
    await client.open(path, views);
    const [finding] = (await overview(client)).findings;
    const { fingerprint, uri } = finding ?? {};
    expect(await run(client, "suppress", { uri, fingerprint, scope: "line" })).toBe(true);
    expect(client.applied(path, edits[0]?.edit)).toContain('order_by("pk")]})  # queryscope: ignore[QS101]');
    await expect(run(client, "suppress", { uri, fingerprint: "0:1", scope: "file" })).rejects.toThrow(
      "the finding is not there any more",
    );
  });
});
