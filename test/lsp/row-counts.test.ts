/** Advice about indexes by the rows that a database, which the user has picked, has counted. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { CancellationToken, CancellationTokenSource } from "vscode-languageserver-protocol";
import type { AuditResult } from "../../server/src/lsp/audit-request.ts";
import type { CountRowsArguments, CountRowsResult } from "../../server/src/lsp/row-counts.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { projectFiltering } from "../support/filtered-tables.ts";
import { connectionTo, type PostgresServer, startPostgres } from "../support/postgres.ts";
import type { TestClient } from "./support/client.ts";
import { realServer, useSessions } from "./support/sessions.ts";

const sessions = useSessions(realServer);
const models = "shop/models.py";
const shop = projectFiltering(["Country", "Parcel"]);

let server: PostgresServer | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    server = await startPostgres();
    await server.run(
      `CREATE TABLE shop_country AS SELECT n AS id, n::text AS code FROM generate_series(1, 200) n;
       CREATE TABLE shop_parcel AS SELECT n AS id, n::text AS code FROM generate_series(1, 150000) n;
       ANALYZE;`,
    );
  } catch (error) {
    unavailable = error;
  }
}, 120_000);

afterAll(() => server?.stop());

function count(
  client: TestClient,
  more: Partial<CountRowsArguments>,
  token = CancellationToken.None,
): Promise<CountRowsResult> {
  const given: CountRowsArguments = { uri: client.uri(models), workspaceTrusted: true, ...more };
  const command = { command: "queryscope.server.countRows", arguments: [given] };
  return client.connection.sendRequest("workspace/executeCommand", command, token);
}

/** The models that an index is advised for. */
async function advised(client: TestClient): Promise<readonly (string | undefined)[]> {
  const found = await client.diagnostics(models);
  return found
    .filter(({ code }) => code === "QS501")
    .map(({ message }) => /of (\w+) is/.exec(String(message))?.[1]);
}

function available({ skip }: Pick<TestContext, "skip">): PostgresServer {
  return server ?? skipIfUnavailable(unavailable, skip);
}

describe("the command countRows", () => {
  it("takes back what is said of small tables, until the counts are forgotten", async (context) => {
    const connection = connectionTo(available(context));
    const client = await sessions.start(shop);
    await client.open(models, shop[models]);
    expect(await advised(client)).toEqual(["Country", "Parcel"]);

    expect(await count(client, { connection })).toEqual({ tables: 2, error: null });
    expect(await advised(client)).toEqual(["Parcel"]);

    expect(await count(client, {})).toEqual({ tables: 0, error: null });
    expect(await advised(client)).toEqual(["Country", "Parcel"]);
  });

  it("says why a database does not answer, and keeps what is known", async () => {
    const client = await sessions.start(shop);
    await client.open(models, shop[models]);
    const connection = { name: "none", host: "127.0.0.1", port: 1, database: "none", password: "hidden" };
    const answer = await count(client, { connection });
    expect(answer).toMatchObject({ tables: 0, error: { kind: expect.any(String) } });
    expect(JSON.stringify(answer)).not.toContain("hidden");
    expect(await advised(client)).toEqual(["Country", "Parcel"]);
  });

  it("counts nothing any more once it is cancelled", async (context) => {
    const connection = connectionTo(available(context));
    const client = await sessions.start(shop);
    await client.open(models, shop[models]);
    const source = new CancellationTokenSource();
    const counted = count(client, { connection }, source.token);
    source.cancel();
    await expect(counted).rejects.toThrow("cancelled");
    expect(await advised(client)).toEqual(["Country", "Parcel"]);
  });

  it("asks nothing in a workspace that is not trusted", async () => {
    const client = await sessions.start(shop);
    const asked = count(client, { workspaceTrusted: false, connection: { name: "shop" } });
    await expect(asked).rejects.toThrow("no database is asked in a workspace that is not trusted");
  });
});

describe("the scaling report of a database", () => {
  it("has its rows counted first: what it says of small tables is taken back, in the editor as well", async (context) => {
    const postgres = { ...connectionTo(available(context)), sslMode: "disable" };
    const client = await sessions.start(shop);
    await client.open(models, shop[models]);
    expect(await advised(client)).toEqual(["Country", "Parcel"]);

    const uri = client.uri("").replace(/\/$/, "");
    const given = { uri, nonce: "0123456789abcdef", workspaceTrusted: true, postgres };
    const command = { command: "queryscope.server.audit", arguments: [given] };
    const { report } = await client.connection.sendRequest<AuditResult>("workspace/executeCommand", command);
    expect(report.indexes.map(({ finding }) => /of (\w+) is/.exec(finding.message)?.[1])).toEqual(["Parcel"]);
    expect(await advised(client)).toEqual(["Parcel"]);
  });
});
