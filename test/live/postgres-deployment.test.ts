/** The checks of PostgreSQL through a PgBouncer, and of a server that a replica follows. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { type Pooler, startPgbouncer } from "../support/pgbouncer.ts";
import { type PostgresServer, startPostgres, startReplica } from "../support/postgres.ts";
import { messages, resultOf } from "./support/live-results.ts";
import { measurePostgres } from "./support/measure-postgres.ts";

let primary: PostgresServer | undefined;
let replica: PostgresServer | undefined;
let pooler: Pooler | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    primary = await startPostgres({ settings: ["shared_preload_libraries=pg_stat_statements"] });
    await primary.run("CREATE EXTENSION pg_stat_statements; CREATE TABLE orders (id int PRIMARY KEY)");
    [replica, pooler] = await Promise.all([startReplica(primary, "reports"), startPgbouncer(primary)]);
    // A replica that has just connected has not told yet how far it is.
    await until(primary, "(SELECT count(replay_lsn) FROM pg_stat_replication) = 1");
  } catch (error) {
    unavailable = error;
  }
}, 120_000);

afterAll(async () => {
  await Promise.all([pooler?.stop(), replica?.stop()]);
  await primary?.stop();
}, 60_000);

function ready<Server>(server: Server | undefined, { skip }: Pick<TestContext, "skip">): Server {
  return server ?? skipIfUnavailable(unavailable, skip);
}

/** Until it holds of what the server measures by itself. */
async function until(server: PostgresServer, condition: string): Promise<void> {
  const client = await server.connect();
  try {
    for (let round = 0; round < 300; round += 1) {
      const { rows } = await client.query<{ holds: boolean }>(
        `SELECT (${condition}) AS holds, pg_sleep(0.05)`,
      );
      if (rows[0]?.holds) return;
    }
    throw new Error(`never: ${condition}`);
  } finally {
    await client.end();
  }
}

describe("through PgBouncer in transaction mode", () => {
  it("every check is made as on the server itself", async (context) => {
    const { url } = ready(pooler, context);
    const kinds = async (from: string) =>
      (await measurePostgres(from)).results
        .filter(({ code }) => code < "QS890")
        .map(({ kind, code }) => `${code} ${kind}`);
    const through = await kinds(url);
    expect(through).toEqual(await kinds(ready(primary, context).url));
    expect(through.filter((line) => line.endsWith("measured"))).toHaveLength(10);
  });

  it("what it refuses is said: options of a session", async (context) => {
    const { url } = ready(pooler, context);
    const measured = await measurePostgres(`${url}?options=-c%20statement_timeout%3D5000`);
    expect(messages(resultOf(measured, "QS880"))).toEqual([
      "skipped: Connection DATABASE_URL: unsupported startup parameter: options.",
    ]);
  });

  it("its own console is no database", async (context) => {
    const { url } = ready(pooler, context);
    const measured = await measurePostgres(url.replace(/\/postgres$/, "/pgbouncer"));
    const [reason, ...others] = new Set(
      measured.results.filter(({ code }) => code < "QS890").flatMap(messages),
    );
    expect(others).toEqual([]);
    expect(reason).toMatch(/^skipped: Connection DATABASE_URL: not allowed/);
  });
});

it("statements that take no time have nothing to report", async (context) => {
  const server = ready(primary, context);
  await server.run("SELECT pg_stat_statements_reset()");
  await server.run("SELECT count(*) FROM orders");
  const measured = resultOf(await measurePostgres(server.url), "QS885");
  expect(measured).toMatchObject({ kind: "measured" });
  expect(messages(measured)).toEqual([]);
});

describe("a replica", () => {
  it("that has everything is not behind", async (context) => {
    const server = ready(primary, context);
    await server.run("INSERT INTO orders VALUES (1)");
    await until(server, "SELECT bool_and(replay_lsn = pg_current_wal_lsn()) FROM pg_stat_replication");
    for (const { url } of [server, ready(replica, context)]) {
      const lag = resultOf(await measurePostgres(url), "QS887");
      expect(messages(lag)).toEqual([]);
      expect(lag).toMatchObject({ values: [{ value: expect.stringMatching(/^[01]\.\d s behind/) }] });
    }
  });

  it("that stopped replaying is behind, as the primary and the replica see it", async (context) => {
    const [server, behind] = [ready(primary, context), ready(replica, context)];
    await server.run("INSERT INTO orders VALUES (2)");
    await until(server, "SELECT bool_and(replay_lsn = pg_current_wal_lsn()) FROM pg_stat_replication");
    await behind.run("SELECT pg_wal_replay_pause()");
    await server.run("INSERT INTO orders VALUES (3)");
    await until(server, "SELECT bool_and(extract(epoch FROM replay_lag) > 2.1) FROM pg_stat_replication");
    const seen = await Promise.all(
      [server, behind].map(async ({ url }) => messages(resultOf(await measurePostgres(url), "QS887"))),
    );
    expect(seen).toEqual([
      [expect.stringMatching(/^warning: The replica reports is [2-9]\.\d seconds behind/)],
      [expect.stringMatching(/^warning: The replica this server is \d+\.\d seconds behind/)],
    ]);
    await behind.run("SELECT pg_wal_replay_resume()");
  });
});
