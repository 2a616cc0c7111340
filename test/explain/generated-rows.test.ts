/** Queries that are measured on generated rows. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { EmbeddedPostgres } from "../../server/src/explain/embedded/embedded-postgres.ts";
import type { PlanResult } from "../../server/src/explain/plan-source.ts";
import type { ProjectSchema } from "../../server/src/explain/queryset-compiler.ts";
import { djangoPython, skipIfUnavailable } from "../support/django-environment.ts";
import { shopCompiler } from "./shop-compiler.ts";

const folder = new URL("../../dist/embedded/", import.meta.url);
const rowCount = 50_000;

let schema: ProjectSchema | undefined;
let unavailable: unknown;
const sources: EmbeddedPostgres[] = [];

beforeAll(async () => {
  try {
    const compiler = shopCompiler(await djangoPython("5.2"));
    const result = await compiler.schema();
    await compiler.close();
    if (result.kind === "schema") schema = result.schema;
  } catch (error) {
    unavailable = error;
  }
}, 300_000);

afterAll(async () => {
  for (const source of sources) await source.close();
});

/** The shop with generated rows, and with these indexes on its orders. */
function shop(
  { skip }: Pick<TestContext, "skip">,
  generatedRows: number,
  indexes: readonly string[] = [],
): EmbeddedPostgres {
  const { tables, notes } = schema ?? skipIfUnavailable(unavailable, skip);
  // Without the index that a foreign key brings along: what an index is worth shows against none.
  const more = tables.map((table) =>
    table.table === "store_order" ? { ...table, deferred: indexes } : table,
  );
  const source = new EmbeddedPostgres({
    folder,
    schema: async () => ({ kind: "schema", schema: { tables: more, notes } }),
    // 10 rows of each tenant and day would be little to choose from.
    rows: { "store.Tenant": 200 },
    today: new Date("2026-01-01T00:00:00Z"),
    generatedRows,
  });
  sources.push(source);
  return source;
}

const measure = (source: EmbeddedPostgres, sql: string) =>
  source.explain({ role: "queryset", sql, params: [] }, { analyze: true });

const time = (result: PlanResult) =>
  result.kind === "planned" ? (result.plan.executionTime ?? Number.NaN) : Number.NaN;
const foundRows = (result: PlanResult) =>
  result.kind === "planned" ? result.plan.root.properties["Actual Rows"] : result.error.message;

/** The best of a few: a machine that is busy makes single ones slow. */
async function best(source: EmbeddedPostgres, sql: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) times.push(time(await measure(source, sql)));
  return Math.min(...times);
}

describe("a query on generated rows", () => {
  it("finds what is assumed, up to a limit", async (context) => {
    const source = shop(context, 1_000);
    expect(foundRows(await measure(source, "SELECT * FROM store_order"))).toBe(1_000);
    expect(foundRows(await measure(source, "SELECT * FROM store_tenant"))).toBe(200);
    const result = await measure(source, "SELECT * FROM store_order WHERE status = 'new'");
    expect(Number(foundRows(result))).toBeGreaterThan(500);
    expect(result).toMatchObject({ plan: { analyzed: true }, assumed: [{ rows: { rows: 1_000 } }] });
  });

  it("finds the rows that belong to each other", async (context) => {
    const source = shop(context, 1_000);
    const joined =
      "SELECT * FROM store_line l JOIN store_order o ON l.order_id = o.id JOIN store_tenant t ON o.tenant_id = t.id";
    expect(foundRows(await measure(source, joined))).toBe(1_000);
  });

  it("takes back what a statement changes", async (context) => {
    const source = shop(context, 1_000);
    expect((await measure(source, "DELETE FROM store_tenant")).kind).toBe("planned");
    expect(foundRows(await measure(source, "SELECT * FROM store_tenant"))).toBe(200);
  });

  it("is ten times faster with equality and order in one index, and a deep page as keyset", async (context) => {
    const page =
      "SELECT * FROM store_order WHERE tenant_id = 5 AND status = 'new' ORDER BY created_at DESC LIMIT 25";
    const deep = "SELECT * FROM store_order ORDER BY created_at DESC LIMIT 25 OFFSET 40000";
    const keyset =
      "SELECT * FROM store_order WHERE created_at < '2023-09-01' ORDER BY created_at DESC LIMIT 25";
    const without = shop(context, rowCount);
    const withIndexes = shop(context, rowCount, [
      `CREATE INDEX page ON store_order (tenant_id, status, created_at DESC)`,
      `CREATE INDEX latest ON store_order (created_at DESC)`,
    ]);
    expect(await best(without, page)).toBeGreaterThan(10 * (await best(withIndexes, page)));
    expect(await best(withIndexes, deep)).toBeGreaterThan(10 * (await best(withIndexes, keyset)));
  }, 120_000);

  it("can be stopped while rows are generated", async (context) => {
    const source = shop(context, 500_000);
    const measured = measure(source, "SELECT * FROM store_order");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await source.close();
    expect(await measured).toMatchObject({
      kind: "failed",
      error: { message: "the embedded PostgreSQL: it was stopped" },
    });
  });
});
