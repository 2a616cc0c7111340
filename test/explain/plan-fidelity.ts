/**
 * Plans of the embedded PostgreSQL beside those of a real server that has the rows: the statistics are copied as the
 * product copies them, so that what differs is due to planting them, or to the version.
 */
import { parseConnectionUrl } from "../../server/src/explain/connection-url.ts";
import { LiveStatistics } from "../../server/src/explain/embedded/copied-statistics.ts";
import { EmbeddedPostgres } from "../../server/src/explain/embedded/embedded-postgres.ts";
import type { ProjectSchema, SchemaColumn } from "../../server/src/explain/queryset-compiler.ts";
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

/** As Django would describe the table; what is known of its columns comes from the server. */
const schema: ProjectSchema = {
  tables: [
    {
      label: "shop.Order",
      table: "orders",
      managed: true,
      autoCreated: false,
      create: [table],
      deferred: indexes.split(";").filter((statement) => statement.trim() !== ""),
      columns: [
        columnOf("id", "bigint", { primaryKey: true }),
        columnOf("tenant_id", "bigint"),
        columnOf("customer_id", "bigint"),
        columnOf("status", "varchar(20)"),
        columnOf("created_at", "timestamptz"),
        columnOf("total", "numeric(10, 2)"),
        columnOf("is_paid", "boolean"),
        columnOf("reference", "varchar(40)"),
        columnOf("note", "text", { null: true }),
        columnOf("data", "jsonb"),
      ],
    },
  ],
  notes: [],
};

function columnOf(column: string, type: string, changes: Partial<SchemaColumn> = {}): SchemaColumn {
  return {
    name: column,
    column,
    type,
    fieldType: "Field",
    fieldClass: "django.db.models.Field",
    maxLength: null,
    choices: [],
    default: null,
    automaticTime: false,
    null: false,
    unique: false,
    primaryKey: false,
    indexed: false,
    target: null,
    ...changes,
  };
}

/** Makes the table with its rows on a server. */
export async function fillServer(server: PostgresServer, rows: number): Promise<void> {
  await server.run(`DROP TABLE IF EXISTS orders; ${table} ${rowsOf(rows)} ${indexes}`);
  await server.run("VACUUM ANALYZE orders");
}

/** The embedded PostgreSQL with the statistics of a server. */
export function copyOf(server: PostgresServer): EmbeddedPostgres {
  const parsed = parseConnectionUrl("test", server.url);
  if (parsed.kind !== "details") throw new Error(parsed.reason);
  return new EmbeddedPostgres({
    folder,
    schema: async () => ({ kind: "schema", schema }),
    rows: {},
    today: new Date(),
    statistics: new LiveStatistics(parsed.details),
  });
}

/**
 * @param rows that the server gets
 * @param workers for one node
 */
export async function comparePlans(
  server: PostgresServer,
  { rows, workers }: { readonly rows: number; readonly workers: number },
): Promise<readonly ComparedPlan[]> {
  await fillServer(server, rows);
  // The planner's settings are copied too.
  await server.run(`ALTER DATABASE ${server.database} SET max_parallel_workers_per_gather = ${workers}`);
  const client = await server.connect();
  const embedded = copyOf(server);
  try {
    const results: ComparedPlan[] = [];
    for (const { name, sql } of shapes) {
      const [ofServer] = (await client.query(`EXPLAIN (FORMAT JSON) ${sql}`)).rows;
      const result = await embedded.explain({ role: "queryset", sql, params: [] }, { analyze: false });
      if (result.kind === "failed") throw new Error(`${name}: ${result.error.message}`);
      const [a, b] = [ofServer["QUERY PLAN"][0].Plan, firstPlan(result.plan.json)];
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
    await embedded.close();
  }
}

interface Plan {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Total Cost": number;
  readonly Plans?: readonly Plan[];
}

function firstPlan(answer: unknown): Plan {
  const plans = Array.isArray(answer) ? answer : [answer];
  return (plans as readonly { Plan: Plan }[])[0]?.Plan ?? { "Node Type": "none", "Total Cost": 0 };
}

function outline({ "Node Type": type, "Index Name": index, Plans = [] }: Plan): string {
  const own = index === undefined ? type : `${type} ${index}`;
  return Plans.length === 0 ? own : `${own} (${Plans.map(outline).join(", ")})`;
}
