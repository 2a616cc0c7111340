import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { type ApplyWorkspaceEditParams, CancellationTokenSource } from "vscode-languageserver-protocol/node";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { freePort } from "../support/free-port.ts";
import { ordersProject } from "../support/orders-project.ts";
import { connectionTo, type PostgresServer, startPostgres } from "../support/postgres.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
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
    readonly live: readonly {
      readonly code: string;
      readonly kind: "measured" | "skipped";
      readonly reason?: string;
    }[];
    readonly tasks: readonly { readonly id: string; readonly status: string }[];
    readonly hotSpots: { readonly worst: readonly { readonly symbol: string; readonly after: number }[] };
    readonly quickWins: readonly {
      readonly place: object;
      readonly fix: { readonly fingerprint: string; readonly index: number };
    }[];
  };
  readonly html: string;
  readonly passwordsWanted: readonly string[];
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

describe("the running systems in an editor's report", () => {
  const password = "secret of tests";
  let postgres: PostgresServer | undefined;
  let redis: RedisServer | undefined;
  let unavailable: unknown;

  beforeAll(async () => {
    try {
      [postgres, redis] = await Promise.all([startPostgres(), startRedis({}, password)]);
    } catch (error) {
      unavailable = error;
    }
  }, 120_000);

  afterAll(() => Promise.all([postgres?.stop(), redis?.stop()]));

  /** As the settings of an editor name them. */
  function systems({ skip }: Pick<TestContext, "skip">) {
    if (!postgres || !redis) return skipIfUnavailable(unavailable, skip);
    return {
      postgres: { ...connectionTo(postgres, "database"), sslMode: "disable" },
      redis: { name: "broker", host: "127.0.0.1", port: redis.port, roles: ["broker"] },
    };
  }

  const kinds = ({ report }: Answer, ...codes: readonly string[]) =>
    codes.map((code) => report.live.find((result) => result.code === code)?.kind);

  const reason = ({ report }: Answer, code: string) =>
    report.live.find((result) => result.code === code)?.reason;

  it("are asked where the client names them, with progress", async (context) => {
    const { postgres: database, redis: broker } = systems(context);
    const client = await sessions.start(project);
    const messages: string[] = [];
    client.connection.onNotification("$/progress", ({ token, value }: ProgressNotification) => {
      if (token === "report" && value.message !== undefined) messages.push(value.message);
    });
    const given = {
      uri: folderOf(client),
      nonce,
      workspaceTrusted: true,
      postgres: database,
      redis: [{ ...broker, password }],
    };
    const answer = await client.connection.sendRequest<Answer>("workspace/executeCommand", {
      command: "queryscope.server.audit",
      arguments: [given],
      workDoneToken: "report",
    });
    expect(kinds(answer, "QS880", "QS882", "QS892", "QS895")).toEqual(Array(4).fill("measured"));
    expect(answer.passwordsWanted).toEqual([]);
    expect(messages).toEqual(["Asking database, broker"]);
    expect(JSON.stringify(answer)).not.toContain(password);
  });

  it("are not asked unless the client names them, nor in a workspace that is not trusted", async (context) => {
    const { postgres: database } = systems(context);
    const client = await sessions.start(project);
    const uri = folderOf(client);
    const unasked = await run<Answer>(client, "audit", { uri, nonce, workspaceTrusted: true });
    expect(reason(unasked, "QS880")).toBe("Not connected to PostgreSQL.");
    const untrusted = await run<Answer>(client, "audit", { uri, nonce, postgres: database });
    expect(reason(untrusted, "QS880")).toBe("The workspace is not trusted.");
  });

  it("that want a password are named, and have the reason in their place", async (context) => {
    const { redis: broker } = systems(context);
    const client = await sessions.start(project);
    const given = { uri: folderOf(client), nonce, workspaceTrusted: true, redis: [broker] };
    const answer = await run<Answer>(client, "audit", given);
    expect(answer.passwordsWanted).toEqual(["broker"]);
    expect(reason(answer, "QS892")).toBe("broker: Redis asks for a password, and none was given.");
    const wrong = { ...given, redis: [{ ...broker, password: "another" }] };
    expect((await run<Answer>(client, "audit", wrong)).passwordsWanted).toEqual(["broker"]);
  });

  it("that nobody reaches have the reason in their place", async () => {
    const client = await sessions.start(project);
    const answer = await run<Answer>(client, "audit", {
      uri: folderOf(client),
      nonce,
      workspaceTrusted: true,
      postgres: {
        name: "database",
        host: "127.0.0.1",
        port: await freePort(),
        database: "shop",
        user: "shop",
      },
      redis: [{ name: "cache", host: "host.invalid" }],
    });
    expect(reason(answer, "QS880")).toMatch(/^[A-Z].*\.$/);
    expect(reason(answer, "QS891")).toBe("cache: its host name is unknown.");
    expect(answer.passwordsWanted).toEqual([]);
    expect(answer.report.tasks.length).toBeGreaterThan(10);
  });

  it("are not waited for when the user cancels", async (context) => {
    const { redis: broker } = systems(context);
    const client = await sessions.start(project);
    const source = new CancellationTokenSource();
    client.connection.onNotification("$/progress", () => source.cancel());
    const given = {
      uri: folderOf(client),
      nonce,
      workspaceTrusted: true,
      redis: [{ ...broker, password }],
    };
    const command = { command: "queryscope.server.audit", arguments: [given], workDoneToken: "report" };
    const asked = client.connection.sendRequest("workspace/executeCommand", command, source.token);
    await expect(asked).rejects.toThrow("cancelled");
  });
});

interface ProgressNotification {
  readonly token: string;
  readonly value: { readonly message?: string };
}
