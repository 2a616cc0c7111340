import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { CancellationTokenSource, type CodeAction } from "vscode-languageserver-protocol";
import type { ExplainArguments, ExplainCommandResult } from "../../server/src/lsp/explain-request.ts";
import type { ProveArguments, ProveCommandResult } from "../../server/src/lsp/prove-request.ts";
import { shopRoot } from "../explain/shop-compiler.ts";
import { djangoPython, djangoWithPsycopg, skipIfUnavailable } from "../support/django-environment.ts";
import { connectionTo, type PostgresServer, startPostgres } from "../support/postgres.ts";
import { fullCapabilities, type TestClient } from "./support/client.ts";
import { realServer, useSessions } from "./support/sessions.ts";

const sessions = useSessions(realServer);
const views = "store/views.py";

let python = "";
let server: PostgresServer | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    python = await djangoPython("5.2");
    server = await startPostgres();
    await server.run(
      `CREATE TABLE store_tag (id bigint PRIMARY KEY, label text); CREATE TABLE store_product_tags (product_id bigint, tag_id bigint)`,
    );
  } catch (error) {
    unavailable = error;
  }
}, 300_000);

afterAll(() => server?.stop());

function available({ skip }: Pick<TestContext, "skip">): PostgresServer {
  return server ?? skipIfUnavailable(unavailable, skip);
}

/** A client with the test project `shop`, its views open. */
async function openShop({ skip }: Pick<TestContext, "skip">): Promise<TestClient> {
  if (unavailable !== undefined) skipIfUnavailable(unavailable, skip);
  const folder = sessions.folder({});
  cpSync(shopRoot, folder, { recursive: true });
  const client = await sessions.start({}, { folders: [folder] });
  await client.open(views, readFileSync(path.join(folder, views), "utf8"));
  return client;
}

function explain(
  client: TestClient,
  at: string,
  more: Partial<ExplainArguments> = {},
): Promise<ExplainCommandResult> {
  const { start } = client.rangeOf(views, at);
  const given: ExplainArguments = {
    uri: client.uri(views),
    range: { start, end: start },
    workspaceTrusted: true,
    python,
    ...more,
  };
  return client.connection.sendRequest("workspace/executeCommand", {
    command: "queryscope.server.explain",
    arguments: [given],
  });
}

describe("the command explain", () => {
  it("answers with the SQL of the queryset at the cursor, of the text that is open", async (context) => {
    const client = await openShop(context);
    await client.replace(views, "request.user.orders.all()", "request.user.orders.open()");
    const { text, explanation } = await explain(client, "request.user.orders", { sqlOnly: true });
    expect(text).toMatch(/^-- request\.user\.orders\.open\(\)\n\nSELECT /);
    expect(explanation).toMatchObject({
      path: views,
      statements: [{ sql: expect.stringContaining(`NOT ("store_order"."status" = $2)`), plan: null }],
      plan: null,
      error: null,
    });
    const { line, character } = client.rangeOf(views, "request.user.orders.open()").start;
    expect(explanation.range?.start).toEqual({ line: line + 1, column: character + 1 });
  });

  it("takes a selection as it is", async (context) => {
    const client = await openShop(context);
    const selected = 'Line.objects.select_related("product")';
    const { explanation } = await explain(client, selected, { range: client.rangeOf(views, selected) });
    expect(explanation.expression).toBe(selected);
  });

  it("plans without a connection, for sizes that the settings say", async (context) => {
    const client = await openShop(context);
    const { text, explanation } = await explain(client, "request.user.orders");
    expect(text).toContain("estimated by the embedded PostgreSQL 18");
    expect(explanation).toMatchObject({
      error: null,
      plan: { json: { Plan: {} } },
      statements: [{ assumed: [{ model: "store.Order", rows: 500_000 }] }],
    });
  });

  it("plans one queryset after the other in the database that is there", async (context) => {
    const client = await openShop(context);
    for (const at of [
      "Line.objects.select",
      "request.user.orders",
      "T.objects",
      "Line.objects.select",
      "T.objects",
    ]) {
      const { explanation } = await explain(client, at);
      expect(explanation).toMatchObject({ error: null, plan: { json: { Plan: {} } } });
    }
  });

  it("gives the SQL before the plan, and says what it does meanwhile", async (context) => {
    const client = await openShop(context);
    const { start } = client.rangeOf(views, "T.objects");
    const result: ExplainCommandResult = await client.connection.sendRequest("workspace/executeCommand", {
      command: "queryscope.server.explain",
      arguments: [
        {
          uri: client.uri(views),
          range: { start, end: start },
          workspaceTrusted: true,
          python,
          partialResultToken: "sql",
        },
      ],
      workDoneToken: "work",
    });
    const progress = client.received
      .filter(({ method }) => method === "$/progress")
      .map(({ params }) => params as { token: string; value: Partial<ExplainCommandResult> });
    const [early] = progress.filter(({ token }) => token === "sql");
    expect(early?.value.explanation).toMatchObject({
      plan: null,
      statements: [{ sql: result.explanation.statements[0]?.sql }],
    });
    const work = progress.filter(({ token }) => token === "work").map(({ value }) => value);
    expect(work).toEqual([
      { kind: "begin", title: "Queryscope: explaining the queryset" },
      { kind: "report", message: "Making the SQL" },
      { kind: "report", message: "Planning" },
      { kind: "end" },
    ]);
  });

  it("reads modules as they are open, saved or not, as far as they are whole", async (context) => {
    const client = await openShop(context);
    const models = "store/models.py";
    const text = readFileSync(path.join(shopRoot, models), "utf8");
    await client.open(models, text.replace("label = ", "caption = "));
    const { explanation } = await explain(client, "T.objects", { sqlOnly: true });
    expect(explanation.statements[0]?.sql).toContain(`"caption"`);
    await client.replace(models, "caption = ", "caption = (");
    const broken = await explain(client, "T.objects", { sqlOnly: true });
    expect(broken.explanation.statements[0]?.sql).toContain(`"label"`);
  });

  it("goes on after a request that was cancelled", async (context) => {
    const client = await openShop(context);
    const cancelled = new CancellationTokenSource();
    const { start } = client.rangeOf(views, "T.objects");
    const request = client.connection.sendRequest(
      "workspace/executeCommand",
      {
        command: "queryscope.server.explain",
        arguments: [{ uri: client.uri(views), range: { start, end: start }, workspaceTrusted: true, python }],
      },
      cancelled.token,
    );
    cancelled.cancel();
    await expect(request).rejects.toThrow("cancelled");
    expect((await explain(client, "T.objects")).explanation.error).toBe(null);
  });

  it("asks the connection's server for the plan", async (context) => {
    const client = await openShop(context);
    const connection = connectionTo(available(context));
    const { explanation } = await explain(client, "T.objects", { connection });
    expect(explanation).toMatchObject({ error: null, plan: { analyzed: false, json: { Plan: {} } } });

    const wrong = await explain(client, "T.objects", {
      connection: { ...connection, password: "wrong horse" },
    });
    expect(wrong.explanation.error).toEqual({
      kind: "password",
      message: "connection local: the password is wrong, or the user does not exist",
    });
    expect(JSON.stringify([client.received, client.stderr])).not.toContain("wrong horse");
  });

  it("runs nothing of a workspace that is not trusted", async (context) => {
    const client = await openShop(context);
    const { text, explanation } = await explain(client, "T.objects", { workspaceTrusted: false });
    expect(explanation.error?.kind).toBe("untrusted-workspace");
    expect(text).toContain("needs a trusted workspace");
  });

  it("says where there is nothing to explain", async (context) => {
    const client = await openShop(context);
    expect((await explain(client, "PAGE_SIZE")).text).toBe("Not explained: there is no queryset here\n");
  });

  it("rejects arguments that are none, without repeating them", async (context) => {
    const client = await openShop(context);
    const request = client.connection.sendRequest("workspace/executeCommand", {
      command: "queryscope.server.explain",
      arguments: [{ connection: { password: "secret" } }],
    });
    await expect(request).rejects.toThrow("queryscope.server.explain: wrong arguments");
    await expect(request).rejects.not.toThrow("secret");
  });
});

describe("the command prove", () => {
  const models = "books/models.py";
  const noFinding = { uri: "", fingerprint: "" };
  type ProvedFinding = Pick<ProveArguments, "uri" | "fingerprint">;

  /** A client with the test project `ledger`, its models open. */
  async function openLedger(context: Pick<TestContext, "skip">): Promise<TestClient> {
    if (unavailable !== undefined) skipIfUnavailable(unavailable, context.skip);
    const folder = sessions.folder({});
    cpSync(fileURLToPath(new URL("../explain/ledger", import.meta.url)), folder, { recursive: true });
    const capabilities = { ...fullCapabilities, experimental: { commands: ["queryscope.proveAt"] } };
    const client = await sessions.start({}, { folders: [folder], capabilities });
    await client.open(models, readFileSync(path.join(folder, models), "utf8"));
    return client;
  }

  async function messages(client: TestClient): Promise<readonly string[]> {
    const { items } = await client.connection.sendRequest<{ items: readonly { message: string }[] }>(
      "textDocument/diagnostic",
      { textDocument: { uri: client.uri(models) } },
    );
    return items.map(({ message }) => message.split("\n")[0] ?? "");
  }

  /** What the client's command is given by the action that is offered at a text. */
  async function offered(client: TestClient, at: string): Promise<readonly ProvedFinding[]> {
    const actions = await client.connection.sendRequest<readonly CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri: client.uri(models) },
      range: client.rangeOf(models, at),
      context: { diagnostics: [] },
    });
    return actions.flatMap(({ command }) =>
      command?.command === "queryscope.proveAt" ? (command.arguments ?? []) : [],
    );
  }

  async function prove(
    client: TestClient,
    finding: ProvedFinding,
    connection?: ProveArguments["connection"],
  ): Promise<ProveCommandResult> {
    const python = await djangoWithPsycopg();
    const given: ProveArguments = { ...finding, workspaceTrusted: true, python, connection };
    return client.connection.sendRequest("workspace/executeCommand", {
      command: "queryscope.server.prove",
      arguments: [given],
    });
  }

  it("takes a finding back that the planner has no use for, and leaves others", async (context) => {
    const client = await openLedger(context);
    const aboutToken = expect.stringContaining('"token" of Batch is filtered in 2 places');
    const aboutNumber = expect.stringContaining('"number" of Entry is filtered in 3 places');
    expect(await messages(client)).toEqual(expect.arrayContaining([aboutToken, aboutNumber]));
    const [number = noFinding] = await offered(client, "number");
    expect((await prove(client, number)).proof).toMatchObject({ verdict: "proven", error: null });
    expect(await messages(client)).toEqual(expect.arrayContaining([aboutToken, aboutNumber]));

    const [token = noFinding] = await offered(client, "token");
    const { text, proof } = await prove(client, token);
    expect(proof).toMatchObject({ code: "QS501", verdict: "withdrawn" });
    expect(text).toContain("\nWithdrawn: ");
    const left = await messages(client);
    expect(left).toContainEqual(aboutNumber);
    expect(left).not.toContainEqual(aboutToken);
    expect(await offered(client, "token")).toEqual([]);
  }, 120_000);

  it("plans for the statistics of a connection that says so, in the embedded PostgreSQL", async (context) => {
    const client = await openLedger(context);
    const to = available(context);
    await to.run(`CREATE TABLE books_entry AS
        SELECT n AS id, n::text AS number FROM generate_series(1, 20000) n;
      CREATE TABLE books_batch AS SELECT n AS id, n::text AS token FROM generate_series(1, 200) n;
      ANALYZE books_entry, books_batch`);
    const connection = { ...connectionTo(to), copyStatistics: true };
    const [number = noFinding] = await offered(client, "number");
    const proven = await prove(client, number, connection);
    expect(proven.proof).toMatchObject({ verdict: "proven", rows: 20_000, notes: [], error: null });
    expect(proven.proof.trials[0]).toMatchObject({ assumedRows: 20_000, usesIndex: true });
    expect(proven.text).toMatch(/^Estimated by the embedded PostgreSQL 18\.\d+ for 20,000 rows/m);

    // The configuration says 1,500.
    const [token = noFinding] = await offered(client, "token");
    const { proof } = await prove(client, token, connection);
    expect(proof).toMatchObject({
      verdict: "withdrawn",
      rows: 200,
      reason: "The table has 200 rows: to read all of them is as fast.",
    });
  }, 120_000);

  it("needs trust, as Django runs the project's code", async (context) => {
    const client = await openLedger(context);
    const [number = noFinding] = await offered(client, "number");
    const { proof } = await client.connection.sendRequest<ProveCommandResult>("workspace/executeCommand", {
      command: "queryscope.server.prove",
      arguments: [{ ...number, workspaceTrusted: false }],
    });
    expect(proof).toMatchObject({ verdict: "undecided", error: { kind: "untrusted-workspace" } });
  });

  it("refuses a finding that is not there", async (context) => {
    const client = await openLedger(context);
    await expect(prove(client, { uri: client.uri(models), fingerprint: "0:1" })).rejects.toThrow(
      "the finding is not there any more",
    );
  });
});
