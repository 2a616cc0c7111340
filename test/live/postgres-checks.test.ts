/** The checks of PostgreSQL on a real server: what is as it should be, what is not, and what the role may not see. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { nothingExpected } from "../../server/src/live/live-connections.ts";
import { measureLive } from "../../server/src/live/measure-live.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { freePort } from "../support/free-port.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { messages, resultOf } from "./support/live-results.ts";
import { measurePostgres } from "./support/measure-postgres.ts";

let started: PostgresServer | undefined;
let unavailable: unknown;

const gigabyte = 1024 ** 3;

beforeAll(async () => {
  try {
    started = await startPostgres({
      settings: ["shared_preload_libraries=pg_stat_statements", "autovacuum=off"],
    });
  } catch (error) {
    unavailable = error;
    return;
  }
  await started.run("CREATE ROLE looker LOGIN PASSWORD 'looks'");
  for (const name of ["tidy", "untidy", "watched", "succeeded", "twice"])
    await started.run(`CREATE DATABASE ${name}`);
}, 120_000);

afterAll(() => started?.stop(), 60_000);

function server({ skip }: Pick<TestContext, "skip">): PostgresServer {
  return started ?? skipIfUnavailable(unavailable, skip);
}

/** Until version 15, what was done is counted with the first statement half a second later. */
const countAtOnce = `DO $$ BEGIN
  IF current_setting('server_version_num')::int < 150000 THEN PERFORM pg_sleep(1);
  ELSE PERFORM pg_stat_force_next_flush(); END IF;
END $$`;

const urlOf = ({ url }: PostgresServer, database: string) => url.replace(/\/postgres$/, `/${database}`);

/** Runs SQL in another database than that of the administrator. */
async function runIn(to: PostgresServer, database: string, ...statements: readonly string[]): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: urlOf(to, database), ssl: false });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** What is said of indexes by a server that believes that so many days have passed. The database has a schema `later`. */
async function indexesFoundAfter(
  days: number,
  to: PostgresServer,
  database: string,
): Promise<readonly string[]> {
  await runIn(
    to,
    database,
    `CREATE OR REPLACE FUNCTION later.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT pg_catalog.now() + interval '${days} days' $$`,
    `ALTER DATABASE ${database} SET search_path = later, pg_catalog, public`,
  );
  return messages(resultOf(await measurePostgres(urlOf(to, database)), "QS884"));
}

describe("settings", () => {
  it("are held against the memory of the machine", async (context) => {
    const to = server(context);
    const measured = await measurePostgres(to.url, { databaseMemory: 8 * gigabyte });
    expect(resultOf(measured, "QS880")).toMatchObject({
      values: [
        { label: "shared_buffers", value: "16 MB", target: "2 GB" },
        { label: "effective_cache_size", value: "4 GB", target: "6 GB" },
        { label: "work_mem", value: "4 MB", target: "51 MB" },
        { label: "maintenance_work_mem", value: "64 MB", target: "409 MB" },
      ],
    });
    expect(messages(resultOf(measured, "QS880"))).toEqual(["warning: shared_buffers is 16 MB of 8 GB."]);
    const small = { databaseMemory: 64 * 1024 ** 2 };
    expect(messages(resultOf(await measurePostgres(to.url, small), "QS880"))).toEqual([
      expect.stringContaining("warning: work_mem is 4 MB for each sort of each of 20 connections"),
    ]);
    await to.run("ALTER ROLE looker SET work_mem = '64kB'");
    const looker = `postgres://looker:looks@127.0.0.1:${to.port}/postgres`;
    expect(messages(resultOf(await measurePostgres(looker, small), "QS880"))).toEqual([]);
  });

  it("are named where nobody said how much memory there is", async (context) => {
    expect(messages(resultOf(await measurePostgres(server(context).url), "QS880"))).toEqual([
      expect.stringContaining("info: shared_buffers is 16 MB: PostgreSQL's default"),
    ]);
  });

  it("of the planner are those of disks that turn, unless they are set", async (context) => {
    const to = server(context);
    expect(messages(resultOf(await measurePostgres(to.url), "QS881"))).toEqual([
      expect.stringContaining("info: random_page_cost is 4"),
      expect.stringContaining("hint: effective_io_concurrency is 1"),
      expect.stringContaining("hint: jit is on"),
    ]);
    await to.run(
      "ALTER DATABASE tidy SET random_page_cost = 1.1; ALTER DATABASE tidy SET effective_io_concurrency = 200; ALTER DATABASE tidy SET jit = off",
    );
    expect(messages(resultOf(await measurePostgres(urlOf(to, "tidy")), "QS881"))).toEqual([]);
  });
});

describe("tables", () => {
  it("that are well kept have nothing to report", async (context) => {
    const to = server(context);
    await runIn(
      to,
      "tidy",
      "CREATE TABLE orders (id int PRIMARY KEY, status text)",
      "CREATE INDEX orders_status ON orders (status)",
      "INSERT INTO orders SELECT n, n::text FROM generate_series(1, 20000) n",
      "VACUUM ANALYZE orders",
      "SET enable_seqscan = off",
      ...Array.from({ length: 5 }, (_, n) => `SELECT * FROM orders WHERE status = '${n}'`),
      countAtOnce,
    );
    const tables = [{ name: "orders", model: "shop.Order", indexes: ["orders_status"] }];
    const measured = await measurePostgres(urlOf(to, "tidy"), { tables });
    for (const code of ["QS882", "QS883", "QS884", "QS886", "QS888", "QS889"])
      expect([code, ...messages(resultOf(measured, code))]).toEqual([code]);
    expect(messages(resultOf(measured, "QS885"))).toEqual([
      "skipped: The extension pg_stat_statements is not there: add it to shared_preload_libraries, and CREATE EXTENSION pg_stat_statements.",
    ]);
  });

  it("that are not are named with their models", async (context) => {
    const to = server(context);
    await runIn(
      to,
      "untidy",
      "CREATE EXTENSION pg_stat_statements",
      "CREATE TABLE customers (id int PRIMARY KEY)",
      "CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, status text, note text)",
      "CREATE INDEX orders_note ON orders (note)",
      "INSERT INTO orders SELECT n, NULL, n % 7, 'a' FROM generate_series(1, 20000) n",
      "ALTER TABLE orders ADD CONSTRAINT positive CHECK (id > 0) NOT VALID",
      "ALTER TABLE orders SET (autovacuum_enabled = false)",
      // Rows that are counted after VACUUM has counted them count twice.
      countAtOnce,
      "VACUUM orders",
      "INSERT INTO customers VALUES (1)",
      ...Array.from({ length: 12 }, () => "SELECT count(*) FROM orders WHERE status = '3'"),
      "SET work_mem = '64kB'",
      "SELECT * FROM generate_series(1, 300000) n ORDER BY n DESC LIMIT 1 OFFSET 200000",
      "SELECT pg_sleep(0.15), 'secret of a statement'",
      "SELECT pg_sleep(0.15), 'secret of a statement'",
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_note'::regclass",
      // Last: whoever reads pages with dead rows tidies them up.
      "DELETE FROM orders WHERE id > 14000",
      countAtOnce,
    );
    const tables = [{ name: "orders", model: "shop.Order", indexes: ["orders_status"] }];
    const measured = await measurePostgres(urlOf(to, "untidy"), { tables });
    expect(messages(resultOf(measured, "QS883"))).toEqual([
      expect.stringMatching(/^warning: orders was read as a whole \d+ times/),
    ]);
    expect(resultOf(measured, "QS883")).toMatchObject({ findings: [{ model: "shop.Order" }] });
    expect(messages(resultOf(measured, "QS884"))).toEqual([
      expect.stringContaining("warning: The index orders_note of orders is invalid"),
    ]);
    expect(messages(resultOf(measured, "QS886"))).toContainEqual(expect.stringContaining("temporary files"));
    expect(messages(resultOf(measured, "QS888"))).toEqual([
      expect.stringMatching(/^info: 30\.0 % of orders are dead rows/),
      expect.stringContaining("info: orders has changed by"),
    ]);
    expect(messages(resultOf(measured, "QS889"))).toEqual([
      "warning: The model declares the index orders_status, and orders does not have it.",
      expect.stringContaining("info: The foreign key orders.customer_id has no index"),
      expect.stringContaining("info: The constraint positive of orders was never validated"),
    ]);
    expect(messages(resultOf(measured, "QS885"))).toEqual([
      expect.stringMatching(/^info: A statement takes 15\d ms each of 2 times: SELECT pg_sleep\(\$1\)/),
    ]);
    expect(JSON.stringify(measured)).not.toContain("secret of a statement");
  });

  it("have unused indexes only when they were watched for two weeks", async (context) => {
    const to = server(context);
    await runIn(
      to,
      "watched",
      "CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE, city text)",
      "CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, note text)",
      "CREATE INDEX customers_city ON customers (city)",
      "CREATE INDEX orders_customer ON orders (customer_id)",
      "CREATE SCHEMA later",
    );
    expect(await indexesFoundAfter(13, to, "watched")).toEqual([]);
    // Neither those of constraints nor that of a foreign key.
    expect(await indexesFoundAfter(15, to, "watched")).toEqual([
      "info: The index customers_city of customers (8 kB) was not used in 15 days.",
    ]);
  });

  it("need the index that is to take over from a shorter one", async (context) => {
    const to = server(context);
    await runIn(
      to,
      "succeeded",
      "CREATE TABLE orders (id int PRIMARY KEY, status text, note text)",
      "CREATE INDEX orders_status ON orders (status)",
      "CREATE INDEX orders_status_note ON orders (status, note)",
      "CREATE SCHEMA later",
    );
    expect(await indexesFoundAfter(15, to, "succeeded")).toEqual([
      "info: The index orders_status of orders (8 kB) is not needed: orders_status_note begins with all its columns, and every write keeps both.",
    ]);
  });

  it("have indexes that another one begins with", async (context) => {
    const to = server(context);
    await runIn(
      to,
      "twice",
      "CREATE TABLE orders (id int PRIMARY KEY, shop int, status text, note text, UNIQUE (shop, status))",
      "CREATE INDEX orders_shop ON orders (shop)",
      "CREATE INDEX orders_note ON orders (note)",
      "CREATE INDEX orders_note_again ON orders (note)",
      // Each answers what the others do not: patterns, the other direction, a part of the rows, expressions, more columns.
      "CREATE INDEX orders_note_like ON orders (note text_pattern_ops)",
      "CREATE INDEX orders_note_descending ON orders (note DESC NULLS LAST)",
      "CREATE INDEX orders_open ON orders (note) WHERE status = 'open'",
      "CREATE INDEX orders_lower ON orders (lower(note))",
      "CREATE INDEX orders_with ON orders (note) INCLUDE (status)",
      "CREATE INDEX orders_status ON orders (status)",
      "CREATE INDEX orders_wide ON orders (status, note, shop, id)",
    );
    const tables = [{ name: "orders", model: "shop.Order", indexes: [] }];
    const measured = resultOf(await measurePostgres(urlOf(to, "twice"), { tables }), "QS884");
    expect(messages(measured).toSorted()).toEqual([
      "info: The index orders_note_again of orders (8 kB) is not needed: orders_note begins with all its columns, and every write keeps both.",
      "info: The index orders_shop of orders (8 kB) is not needed: orders_shop_status_key begins with all its columns, and every write keeps both.",
    ]);
    expect(measured).toMatchObject({ findings: [{ model: "shop.Order" }, { model: "shop.Order" }] });
  });
});

describe("connections", () => {
  it("that fill the server, or stay in a transaction", async (context) => {
    const to = server(context);
    const clients = await Promise.all(Array.from({ length: 17 }, () => to.connect()));
    try {
      await clients[0]?.query("BEGIN");
      expect(messages(resultOf(await measurePostgres(to.url), "QS882"))).toEqual([
        "warning: 18 of 20 connections are taken: soon the next one is refused.",
      ]);
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  });

  it("that do nothing, of a server that lets in too many", async (context) => {
    const to = server(context);
    const idle = await Promise.all(Array.from({ length: 10 }, () => to.connect()));
    expect(messages(resultOf(await measurePostgres(to.url), "QS882"))).toEqual([]);
    await Promise.all(idle.map((client) => client.end()));

    const wide = await startPostgres({ settings: ["max_connections=300"] });
    try {
      const clients = await Promise.all(Array.from({ length: 24 }, () => wide.connect()));
      const found = async () => messages(resultOf(await measurePostgres(wide.url), "QS882"));
      const tooMany = expect.stringContaining("info: max_connections is 300: each connection is a process");
      const queries = clients.map((client) => client.query("SELECT pg_sleep(600)"));
      const ended = Promise.allSettled(queries);
      const working =
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND wait_event = 'PgSleep'";
      await expect.poll(() => wide.run(working)).toEqual([{ count: clients.length }]);
      expect(await found()).toEqual([tooMany]);

      await wide.run("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
      await ended;
      expect(await found()).toEqual([tooMany, "info: 96.0 % of the connections do nothing."]);
      await Promise.all(clients.map((client) => client.end()));
    } finally {
      await wide.stop();
    }
  }, 120_000);

  it("that wait in a transaction, by a clock that is ahead", async (context) => {
    const to = server(context);
    await to.run("CREATE DATABASE waiting");
    await runIn(to, "waiting", "CREATE SCHEMA later");
    const client = await to.connect();
    try {
      await client.query("BEGIN");
      const foundAfter = async (seconds: number) => {
        await runIn(
          to,
          "waiting",
          `CREATE OR REPLACE FUNCTION later.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT pg_catalog.now() + interval '${seconds} seconds' $$`,
          "ALTER DATABASE waiting SET search_path = later, pg_catalog, public",
        );
        return messages(resultOf(await measurePostgres(urlOf(to, "waiting")), "QS882"));
      };
      expect(await foundAfter(20)).toEqual([]);
      expect(await foundAfter(1000)).toEqual([
        expect.stringMatching(
          /^warning: A connection has been idle in a transaction for 10\d\d seconds: it holds/,
        ),
      ]);
    } finally {
      await client.end();
    }
  });

  it("to a server that has no replicas", async (context) => {
    expect(messages(resultOf(await measurePostgres(server(context).url), "QS887"))).toEqual([
      "skipped: The server has no replicas.",
    ]);
  });
});

describe("who asks", () => {
  it("may have no rights: what can be seen is judged, the rest is said", async (context) => {
    const to = server(context);
    const url = `postgres://looker:looks@127.0.0.1:${to.port}/untidy`;
    const measured = await measurePostgres(url);
    expect(resultOf(measured, "QS880")).toMatchObject({ kind: "measured" });
    expect(messages(resultOf(measured, "QS885"))).toEqual([
      "skipped: The role may not see statements of others: GRANT pg_read_all_stats gives it the right.",
    ]);
    expect(JSON.stringify(measured)).not.toContain("looks");
  });

  it("may be refused, or find nobody", async (context) => {
    const to = server(context);
    const wrong = await measurePostgres(`postgres://looker:wrong@127.0.0.1:${to.port}/untidy`);
    expect(messages(resultOf(wrong, "QS880"))).toEqual([
      "skipped: Connection DATABASE_URL: the password is wrong, or the user does not exist.",
    ]);
    const nobody = await measurePostgres(`postgres://looker:looks@127.0.0.1:${await freePort()}/untidy`);
    expect(new Set(nobody.results.slice(0, 10).flatMap(messages))).toEqual(
      new Set(["skipped: Connection DATABASE_URL: no server listens at its address and port."]),
    );
    expect(JSON.stringify([wrong, nobody])).not.toMatch(/wrong@|looks|127\.0\.0\.1/);
  });
});

it("is the same result for everything where nothing is connected", async () => {
  const connections = { postgres: undefined, redis: [], queues: [], expectations: nothingExpected };
  const { results } = await measureLive(connections, new AbortController().signal);
  expect(new Set(results.flatMap(messages))).toEqual(
    new Set(["skipped: Not connected to PostgreSQL.", "skipped: Not connected to Redis."]),
  );
  expect(results).toHaveLength(19);
});
