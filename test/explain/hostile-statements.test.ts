/** What hostile statements leave behind on a real server, asked for their plans and to be measured: nothing. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseConnectionUrl } from "../../server/src/explain/connection-url.ts";
import { LivePostgres } from "../../server/src/explain/live-postgres.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { changesOfRows, refused } from "./hostile-statements.ts";

let server: PostgresServer | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    server = await startPostgres();
  } catch (error) {
    unavailable = error;
    return;
  }
  await server.run(`
    CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(10) NOT NULL, placed date, data jsonb, key uuid);
    INSERT INTO orders SELECT n, 'open', '2024-01-01' FROM generate_series(1, 500) n;
    CREATE INDEX orders_placed ON orders (placed);
    CREATE TABLE secret (id bigint);
    CREATE SEQUENCE numbers;
    CREATE ROLE reader LOGIN;
    CREATE FUNCTION change() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; RETURN 1; END $$`);
}, 120_000);

afterAll(() => server?.stop());

/** All that a statement could have changed. */
async function stateOf({ run, socketFolder }: PostgresServer): Promise<unknown> {
  const [state] = await run(`SELECT
    (SELECT md5(string_agg(orders::text, ',' ORDER BY id)) FROM orders) AS rows,
    (SELECT array_agg(relname::text ORDER BY oid) FROM pg_class) AS relations,
    (SELECT array_agg(proname::text ORDER BY oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS functions,
    (SELECT md5(string_agg(pg_class.relacl::text, ',' ORDER BY oid)) FROM pg_class) AS privileges,
    (SELECT array_agg(rolname::text || rolsuper ORDER BY oid) FROM pg_roles) AS roles,
    (SELECT array_agg(datname::text ORDER BY oid) FROM pg_database) AS databases,
    (SELECT array_agg(extname::text ORDER BY oid) FROM pg_extension) AS extensions,
    (SELECT count(*)::int FROM pg_description WHERE objoid = 'orders'::regclass) AS comments,
    (SELECT count(*)::int FROM pg_largeobject_metadata) AS large_objects,
    (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS advisory_locks,
    (SELECT last_value::int FROM numbers) AS numbers,
    (SELECT md5(string_agg(setting, ',' ORDER BY name)) FROM pg_settings) AS settings,
    pg_relation_filenode('orders') AS file`);
  return { ...state, files: readdirSync(socketFolder).filter((name) => !name.startsWith(".s.")) };
}

it("more than 100 statements change nothing", async ({ skip }) => {
  if (server === undefined) return skipIfUnavailable(unavailable, skip);
  const file = path.join(server.socketFolder, "written");
  const statements = [...changesOfRows, ...refused(file)];
  expect(new Set(statements).size).toBeGreaterThanOrEqual(100);
  const parsed = parseConnectionUrl("test", server.url);
  if (parsed.kind !== "details") throw new Error(parsed.reason);
  // The administrator, whom nothing but the gate and the transaction keeps from anything.
  const source = new LivePostgres(parsed.details);
  const witness = await server.connect();
  const before = await stateOf(server);
  const planned: string[] = [];
  try {
    for (const analyze of [false, true]) {
      for (const sql of statements) {
        const result = await source.explain({ role: "queryset", sql, params: [] }, { analyze });
        if (result.kind === "planned") planned.push(sql);
        else expect([sql, result.error.kind]).toEqual([sql, "refused-statement"]);
      }
    }
    expect(planned).toEqual(changesOfRows);
    // Nobody else's session was ended.
    expect((await witness.query("SELECT 1 AS alive")).rows).toEqual([{ alive: 1 }]);
    expect(await stateOf(server)).toEqual(before);
  } finally {
    await source.close();
    await witness.end();
  }
}, 120_000);
