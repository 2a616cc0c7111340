/**
 * Plans of the embedded PostgreSQL beside those of a real server that has the rows: the statistics are copied, so that
 * what differs is due to planting them, or to the version.
 */
import type pg from "pg";
import { columnStatement, relationStatement } from "../../server/src/explain/embedded/planted-relation.ts";
import { PostgresThread } from "../../server/src/explain/embedded/postgres-thread.ts";
import type { PostgresServer } from "../support/postgres.ts";

const folder = new URL("../../dist/embedded/", import.meta.url);

const table = `
  CREATE TABLE orders (
    id bigint PRIMARY KEY, tenant_id bigint NOT NULL, customer_id bigint NOT NULL, status varchar(20) NOT NULL,
    created_at timestamptz NOT NULL, total numeric(10,2) NOT NULL, is_paid boolean NOT NULL,
    reference varchar(40) NOT NULL, note text, data jsonb NOT NULL);`;
const indexes = `
  CREATE INDEX orders_tenant ON orders (tenant_id, status, created_at DESC);
  CREATE INDEX orders_created ON orders (created_at DESC, id DESC);`;

/** Ten columns of the usual kinds. The seed makes the rows the same each time. */
const rowsOf = (count: number) => `
  SELECT setseed(0.5);
  INSERT INTO orders SELECT n, 1 + floor(100 * random() ^ 2), 1 + floor(random() * ${count / 10}),
    (ARRAY['active', 'active', 'closed', 'closed', 'pending', 'void'])[1 + floor(random() * 6)],
    timestamptz '2023-01-01' + n * interval '2 minutes', round((random() * 1000)::numeric, 2), random() < 0.7,
    md5(n::text), CASE WHEN random() < 0.3 THEN repeat('note ', (random() * 20)::int) END, '{"a": 1}'
  FROM generate_series(1, ${count}) n;`;

const latest = "ORDER BY created_at DESC";
const claim = "SELECT * FROM orders WHERE status = 'active' AND tenant_id = 5";
export const shapes: readonly { readonly name: string; readonly sql: string }[] = [
  { name: "a tenant's rows of a status", sql: `${claim} ${latest}` },
  { name: "the first page of these", sql: `${claim} ${latest} LIMIT 25` },
  { name: "a deep page by key", sql: "SELECT * FROM orders ORDER BY id LIMIT 25 OFFSET 15000" },
  {
    name: "a deep page by key, as keyset",
    sql: "SELECT * FROM orders WHERE id > 15000 ORDER BY id LIMIT 25",
  },
  { name: "a deep page by time", sql: `SELECT * FROM orders ${latest} LIMIT 25 OFFSET 15000` },
  {
    name: "a deep page by time, as keyset",
    sql: `SELECT * FROM orders WHERE created_at < '2023-01-10' ${latest} LIMIT 25`,
  },
  { name: "a key", sql: "SELECT * FROM orders WHERE id = 77" },
  { name: "a count of all", sql: "SELECT count(*) FROM orders" },
  { name: "a frequent tenant", sql: "SELECT * FROM orders WHERE tenant_id = 1" },
  { name: "a column without an index", sql: "SELECT * FROM orders WHERE customer_id = 77" },
  {
    name: "a range of times",
    sql: "SELECT * FROM orders WHERE created_at BETWEEN '2023-01-05' AND '2023-01-06'",
  },
  {
    name: "a few tenants",
    sql: `SELECT * FROM orders WHERE tenant_id IN (1, 2, 3) AND status = 'void' ${latest} LIMIT 20`,
  },
  { name: "flags", sql: "SELECT count(*) FROM orders WHERE is_paid AND status = 'pending'" },
  { name: "groups", sql: "SELECT tenant_id, count(*) FROM orders GROUP BY tenant_id" },
  {
    name: "a join",
    sql: "SELECT * FROM orders a JOIN orders b ON a.customer_id = b.id WHERE a.tenant_id = 3 AND a.status = 'void'",
  },
  { name: "a prefix", sql: "SELECT * FROM orders WHERE reference LIKE 'abc%'" },
  { name: "different values", sql: "SELECT DISTINCT status FROM orders" },
  {
    name: "existence",
    sql: "SELECT 1 FROM orders a WHERE EXISTS (SELECT 1 FROM orders b WHERE b.customer_id = a.id) LIMIT 5",
  },
];

export interface ComparedPlan {
  readonly name: string;
  /** Types of nodes with their indexes, from the root on. */
  readonly server: string;
  readonly embedded: string;
  /** Of the embedded plan, as a share of the server's. */
  readonly cost: number;
}

/**
 * @param rows that the server gets
 * @param workers for one node, on both sides
 */
export async function comparePlans(
  server: PostgresServer,
  { rows, workers }: { readonly rows: number; readonly workers: number },
): Promise<readonly ComparedPlan[]> {
  const client = await server.connect();
  const thread = new PostgresThread(folder);
  try {
    await client.query(`DROP TABLE IF EXISTS orders; ${table} ${rowsOf(rows)} ${indexes}`);
    await client.query("VACUUM ANALYZE orders");
    await thread.run(table + indexes, 60_000);
    await copyStatistics(client, thread);
    const setting = `SET max_parallel_workers_per_gather = ${workers}`;
    await client.query(setting);
    await thread.run(setting, 60_000);
    const results: ComparedPlan[] = [];
    for (const { name, sql } of shapes) {
      const [ofServer] = (await client.query(`EXPLAIN (FORMAT JSON) ${sql}`)).rows;
      const [ofThread] = await thread.query(`EXPLAIN (FORMAT JSON) ${sql}`, [], 20_000);
      const [a, b] = [ofServer["QUERY PLAN"][0].Plan, firstPlan(ofThread?.["QUERY PLAN"])];
      results.push({
        name,
        server: outline(a),
        embedded: outline(b),
        cost: b["Total Cost"] / a["Total Cost"],
      });
    }
    return results;
  } finally {
    await client.end();
    await thread.end();
  }
}

interface Plan {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Total Cost": number;
  readonly Plans?: readonly Plan[];
}

function firstPlan(answer: unknown): Plan {
  return (answer as readonly { Plan: Plan }[])[0]?.Plan ?? { "Node Type": "none", "Total Cost": 0 };
}

function outline({ "Node Type": type, "Index Name": index, Plans = [] }: Plan): string {
  const own = index === undefined ? type : `${type} ${index}`;
  return Plans.length === 0 ? own : `${own} (${Plans.map(outline).join(", ")})`;
}

interface CopiedColumn {
  readonly name: string;
  readonly nulls: number;
  readonly width: number;
  readonly different: number;
  readonly values: readonly string[] | null;
  readonly frequencies: readonly number[] | null;
  readonly bounds: readonly string[] | null;
  readonly correlation: number | null;
}

async function copyStatistics(client: pg.Client, thread: PostgresThread): Promise<void> {
  const { rows: relations } = await client.query<{ name: string; pages: number; rows: number }>(
    "SELECT relname AS name, relpages AS pages, reltuples AS rows FROM pg_class WHERE relname LIKE 'orders%'",
  );
  const { rows: columns } = await client.query<CopiedColumn>(`
    SELECT attname AS name, null_frac AS nulls, avg_width AS width, n_distinct AS different,
      to_json(most_common_vals::text::text[]) AS values, to_json(most_common_freqs) AS frequencies,
      to_json(histogram_bounds::text::text[]) AS bounds, correlation
    FROM pg_stats WHERE tablename = 'orders'`);
  const statements = [
    ...relations.map(({ name, pages, rows }) => relationStatement(name, { pages, rows })),
    ...columns.map(({ name, nulls, width, different, values, frequencies, bounds, correlation }) =>
      columnStatement("orders", name, {
        nullFraction: nulls,
        averageWidth: width,
        distinct: different,
        common: (values ?? []).map((value, index) => ({ value, frequency: frequencies?.[index] ?? 0 })),
        histogram: bounds ?? [],
        correlation: correlation ?? undefined,
      }),
    ),
  ];
  await thread.run(statements.join(";\n"), 60_000);
  const paths = await thread.run(
    "SELECT relname AS name, pg_relation_filepath(oid) AS path FROM pg_class WHERE relname LIKE 'orders%'",
    60_000,
  );
  const pagesOf = new Map(relations.map(({ name, pages }) => [name, pages]));
  await thread.resize(
    paths.map(({ name, path }) => ({ path: String(path), pages: pagesOf.get(String(name)) ?? 0 })),
  );
}
