import { describe, expect, it } from "vitest";
import type { ApplyWorkspaceEditParams } from "vscode-languageserver-protocol/node";
import { ordersProject } from "../support/orders-project.ts";
import { fullCapabilities, type TestClient } from "./support/client.ts";
import { realServer, useSessions } from "./support/sessions.ts";

const sessions = useSessions(realServer);

const path = "shop/views.py";
const project = {
  ...ordersProject,
  "settings.py": 'SECRET_KEY = "key"\nINSTALLED_APPS = ["shop"]\nROOT_URLCONF = "urls"\n',
  "urls.py": 'from django.urls import path\nfrom shop import views\nurlpatterns = [path("", views.orders)]\n',
  [path]: `from django.http import JsonResponse
from shop.models import Order


def orders(request):
    return JsonResponse({"names": [row.owner.name for row in Order.objects.order_by("pk")]})
`,
};

interface Answer {
  readonly report: {
    readonly tasks: readonly { readonly id: string; readonly status: string }[];
    readonly hotSpots: { readonly worst: readonly { readonly symbol: string; readonly after: number }[] };
    readonly quickWins: readonly {
      readonly place: object;
      readonly fix: { readonly fingerprint: string; readonly index: number };
    }[];
  };
  readonly html: string;
}

function run<Result>(client: TestClient, name: string, given: object): Promise<Result> {
  const command = `queryscope.server.${name}`;
  return client.connection.sendRequest("workspace/executeCommand", { command, arguments: [given] });
}

const nonce = "0123456789abcdef";

const folderOf = (client: TestClient): string => client.uri("").replace(/\/$/, "");

describe("the scaling report in an editor", () => {
  it("has the tasks, what entries cost, and the page for a webview", async () => {
    const client = await sessions.start(project);
    const { report, html } = await run<Answer>(client, "audit", { uri: folderOf(client), nonce });
    expect(report.tasks).toContainEqual(expect.objectContaining({ id: "S2.2", status: "open" }));
    expect(report.hotSpots.worst).toMatchObject([{ symbol: "shop.views.orders", after: 1 }]);
    expect(html).toContain(`<script nonce="${nonce}">`);
  });

  it("applies a fix that it offers", async () => {
    const client = await sessions.start(project, { capabilities: fullCapabilities });
    const edits: ApplyWorkspaceEditParams[] = [];
    client.connection.onRequest("workspace/applyEdit", (params: ApplyWorkspaceEditParams) => {
      edits.push(params);
      return { applied: true };
    });
    const uri = folderOf(client);
    const { report } = await run<Answer>(client, "audit", { uri, nonce });
    const [win] = report.quickWins;
    expect(win?.place).toEqual({ path, line: 6, column: 62 });
    const { fingerprint = "", index = 0 } = win?.fix ?? {};
    expect(await run(client, "applyFix", { uri, fingerprint, index })).toBe(true);
    expect(JSON.stringify(edits)).toContain('.select_related(\\"owner\\")');
    await expect(run(client, "applyFix", { uri, fingerprint: "gone:1", index })).rejects.toThrow(
      "the finding is not there any more",
    );
  });

  it("is nothing for a folder without a project, and an error for one that is not open", async () => {
    const client = await sessions.start({ "notes.txt": "" });
    expect(await run(client, "audit", { uri: folderOf(client), nonce })).toBeNull();
    await expect(run(client, "audit", { uri: "file:///elsewhere", nonce })).rejects.toThrow(
      "file:///elsewhere is no folder of the workspace",
    );
    await expect(run(client, "audit", { uri: folderOf(client), nonce: '"><script>' })).rejects.toThrow(
      "wrong arguments",
    );
  });
});
