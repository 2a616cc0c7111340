/** Plans of the embedded PostgreSQL, in the files that the build made, for the tables of a project. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { embeddedServer } from "../../server/src/explain/embedded/embedded-files.ts";
import {
  EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from "../../server/src/explain/embedded/embedded-postgres.ts";
import { PostgresThread } from "../../server/src/explain/embedded/postgres-thread.ts";
import type { PlanResult } from "../../server/src/explain/plan-source.ts";
import { planText } from "../../server/src/explain/plan-text.ts";
import type {
  QueryParameter,
  SchemaResult,
  SchemaTable,
} from "../../server/src/explain/queryset-compiler.ts";
import { djangoPython, skipIfUnavailable } from "../support/django-environment.ts";
import { shopCompiler } from "./shop-compiler.ts";

const folder = new URL("../../dist/embedded/", import.meta.url);
const today = new Date("2026-01-01T00:00:00Z");

let schema: SchemaResult | undefined;
let unavailable: unknown;
const sources: EmbeddedPostgres[] = [];

beforeAll(async () => {
  let python: string;
  try {
    python = await djangoPython("5.2");
  } catch (error) {
    unavailable = error;
    return;
  }
  const compiler = shopCompiler(python);
  schema = await compiler.schema();
  await compiler.close();
}, 300_000);

afterAll(async () => {
  for (const source of sources) await source.close();
});

function sourceOf(options: Partial<EmbeddedPostgresOptions>): EmbeddedPostgres {
  const failed: SchemaResult = { kind: "failed", error: { kind: "internal", message: "no schema" } };
  const source = new EmbeddedPostgres({ folder, schema: async () => failed, rows: {}, today, ...options });
  sources.push(source);
  return source;
}

let shared: EmbeddedPostgres | undefined;

/** The project's tables with the default assumptions. */
function shop({ skip }: Pick<TestContext, "skip">): EmbeddedPostgres {
  const known = schema ?? skipIfUnavailable(unavailable, skip);
  shared ??= sourceOf({ schema: async () => known });
  return shared;
}

const explain = (source: EmbeddedPostgres, sql: string, params: readonly QueryParameter[] = []) =>
  source.explain({ role: "queryset", sql, params }, { analyze: false });

/** The plan's text without costs, which belong to one version; or the error. */
function outline(result: PlanResult): string {
  if (result.kind === "failed") return `${result.error.kind}: ${result.error.message}`;
  return planText(result.plan).replaceAll(/ {2}\(cost=[^)]*\)/g, "");
}

const rootNumber = (result: PlanResult, name: string) =>
  result.kind === "planned" ? Number(result.plan.root.properties[name]) : Number.NaN;

describe("a plan without a server", () => {
  it("is for as many rows as are assumed, at their full cost", async (context) => {
    const result = await explain(shop(context), `SELECT * FROM store_order`);
    expect(outline(result)).toBe("Seq Scan on store_order");
    expect(rootNumber(result, "Plan Rows")).toBe(500_000);
    // A cost of 0.01 for each row and 1 for each page: without the pages, it would be 5,000.
    expect(rootNumber(result, "Total Cost")).toBeGreaterThan(15_000);
  });

  it("uses the indexes that Django creates", async (context) => {
    const result = await explain(
      shop(context),
      `SELECT * FROM store_order WHERE customer_id = $1 AND status = $2`,
      [
        { value: 900_001, type: "integer", name: null },
        { value: "new", type: "text", name: null },
      ],
    );
    expect(outline(result)).toMatch(/Index Scan .*store_order_customer_id/);
    expect(outline(result)).toContain("customer_id = 900001");
  });

  it("is parallel where a server's would be", async (context) => {
    const result = await explain(shop(context), `SELECT count(*) FROM store_line`);
    expect(outline(result)).toMatch(/Gather/);
  });

  it("says what it assumed", async (context) => {
    const result = await explain(
      shop(context),
      `SELECT 1 FROM store_order o JOIN store_tenant t ON o.tenant_id = t.id`,
    );
    const assumed = result.kind === "planned" ? result.assumed : [];
    expect(assumed?.map(({ label, rows }) => [label, rows.rows, rows.reason])).toEqual([
      ["store.Order", 500_000, "default"],
      ["store.Tenant", 100, "look-up table"],
    ]);
    expect(assumed?.[0]?.columns.get("status")?.common.map(({ value }) => value)).toEqual(["new", "done"]);
  });

  it("plans for a billion rows", async ({ skip }) => {
    const known = schema ?? skipIfUnavailable(unavailable, skip);
    const source = sourceOf({ schema: async () => known, rows: { "store.Order": 1_000_000_000 } });
    await explain(source, `SELECT 1 FROM store_order`);
    const result = await explain(
      source,
      `SELECT * FROM store_order WHERE tenant_id = 1 ORDER BY created_at LIMIT 25`,
    );
    expect(result.kind).toBe("planned");
    expect(rootNumber(await explain(source, `SELECT * FROM store_order`), "Plan Rows")).toBe(1_000_000_000);
  });

  it("knows how many rows belong to each row of another table", async (context) => {
    const result = await explain(shop(context), `SELECT * FROM store_order WHERE tenant_id = 7`);
    expect(rootNumber(result, "Plan Rows")).toBe(5_000);
  });

  it("is also there for what would change rows", async (context) => {
    expect(outline(await explain(shop(context), `DELETE FROM store_order WHERE id = 7`))).toContain(
      "Delete on store_order",
    );
  });
});

describe("what there is no plan for", () => {
  it("is a measured query: there are no rows", async (context) => {
    const statement = { role: "queryset", sql: "SELECT * FROM store_order", params: [] } as const;
    const result = await shop(context).explain(statement, { analyze: true });
    expect(outline(result)).toMatch(/^usage: there are no rows to run the query on/);
  });

  it("is a table that is not the project's", async (context) => {
    expect(outline(await explain(shop(context), `SELECT * FROM elsewhere`))).toBe(
      'schema: relation "elsewhere" does not exist',
    );
  });

  it("is a table whose type PostgreSQL lacks, which is said, and its neighbours are not lost", async () => {
    const schema: SchemaResult = {
      kind: "schema",
      schema: {
        notes: [],
        tables: [
          tableOf("place", [`CREATE TABLE "place" ("id" bigint PRIMARY KEY, "point" geometry(POINT,4326))`]),
          tableOf(
            "visit",
            [`CREATE TABLE "visit" ("id" bigint PRIMARY KEY, "place_id" bigint NOT NULL)`],
            [
              `CREATE INDEX "visit_place" ON "visit" ("place_id")`,
              `ALTER TABLE "visit" ADD CONSTRAINT "visit_fk" FOREIGN KEY ("place_id") REFERENCES "place" ("id")`,
            ],
          ),
        ],
      },
    };
    const source = sourceOf({ schema: async () => schema });
    expect(outline(await explain(source, `SELECT * FROM place JOIN visit ON place.id = place_id`))).toBe(
      'schema: relation "place" does not exist (could not be created: CREATE TABLE "place" ("id" bigint PRIMARY KEY, "point" geometry(POINT,4326)): type "geometry" does not exist)',
    );
    expect(outline(await explain(source, `SELECT * FROM visit WHERE place_id = 1`))).toContain("visit_place");
  });

  it("is a project that can't be loaded", async () => {
    expect(outline(await explain(sourceOf({}), "SELECT 1"))).toBe("internal: no schema");
  });
});

describe("the tables", () => {
  it("may need the extensions that Django has fields and indexes for", async () => {
    const table = tableOf("document", [
      `CREATE TABLE "document" ("id" bigint PRIMARY KEY, "title" citext NOT NULL, "tags" hstore NOT NULL)`,
      `CREATE INDEX "document_title" ON "document" USING gin ((title::text) gin_trgm_ops)`,
      `CREATE INDEX "document_id" ON "document" USING gin ("id")`,
    ]);
    const source = sourceOf({
      schema: async () => ({ kind: "schema", schema: { notes: [], tables: [table] } }),
    });
    expect(
      outline(await explain(source, `SELECT * FROM document WHERE unaccent(title::text) % 'x'`)),
    ).toContain("Scan on document");
    expect(
      outline(await explain(source, `SELECT * FROM document WHERE title::text LIKE '%word%'`)),
    ).toContain("document_title");
  });

  it("may be joined in any order: a later foreign key finds both tables", async (context) => {
    const source = shop(context);
    await explain(source, `SELECT 1 FROM store_receipt`);
    const result = await explain(
      source,
      `SELECT 1 FROM store_receipt r JOIN store_order o ON r.order_id = o.id`,
    );
    expect(rootNumber(result, "Plan Rows")).toBe(2_000_000);
  });
});

describe("the thread", () => {
  it("runs the version that results name", async () => {
    const thread = new PostgresThread(folder, "plan");
    const [row] = await thread.run(
      "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS text",
      10_000,
    );
    expect(row).toEqual({
      number: embeddedServer.number,
      text: expect.stringContaining(embeddedServer.text),
    });
    await thread.end();
  });

  it("is ended when PostgreSQL does not come back, and says so", async () => {
    const thread = new PostgresThread(folder, "plan");
    await thread.run("SELECT 1", 30_000);
    const endless = thread.run("SELECT count(*) FROM generate_series(1, 1e12::bigint)", 500);
    await expect(endless).rejects.toThrow(
      "the embedded PostgreSQL: it did not finish within 0.5 s and was stopped",
    );
    expect(thread.hasEnded).toBe(true);
    await expect(thread.run("SELECT 1", 500)).rejects.toThrow("was stopped");
  });

  it("says what is missing where the build was not run", async () => {
    const thread = new PostgresThread(new URL("nowhere/", folder), "plan");
    await expect(thread.run("SELECT 1", 10_000)).rejects.toThrow(
      /the embedded PostgreSQL: Cannot find module/,
    );
  });
});

function tableOf(name: string, create: readonly string[], deferred: readonly string[] = []): SchemaTable {
  return {
    label: `test.${name}`,
    table: name,
    managed: true,
    autoCreated: false,
    create,
    deferred,
    columns: [],
  };
}
