/** Indexes that the embedded PostgreSQL proves to help, on tables of assumed sizes. */
import { afterAll, describe, expect, it } from "vitest";
import { EmbeddedPostgres } from "../../server/src/explain/embedded/embedded-postgres.ts";
import type {
  CompiledStatement,
  QueryParameter,
  SchemaColumn,
  SchemaTable,
} from "../../server/src/explain/queryset-compiler.ts";

const folder = new URL("../../dist/embedded/", import.meta.url);

/** `name type`, then what Django knows: `null`, `unique`, `choices=a|b`, `default=x`, `automatic`, `-> table`. */
function columnOf(description: string): SchemaColumn {
  const [name = "", type = "", ...facts] = description.split(/ (?!\()/);
  const value = (key: string) => facts.find((fact) => fact.startsWith(`${key}=`))?.slice(key.length + 1);
  const target = value("to");
  return {
    name: target === undefined ? name : name.replace(/_id$/, ""),
    column: name,
    type: type.replaceAll("_", " "),
    fieldType: "",
    fieldClass: "",
    maxLength: Number(/\((\d+)\)/.exec(type)?.[1] ?? 0) || null,
    choices: value("choices")?.split("|") ?? [],
    default:
      value("default") === "true" ? true : value("default") === "false" ? false : (value("default") ?? null),
    automaticTime: facts.includes("automatic"),
    null: facts.includes("null"),
    unique: facts.includes("unique"),
    primaryKey: name === "id",
    indexed: false,
    target: target === undefined ? null : { label: target, table: target, column: "id" },
  };
}

function tableOf(label: string, columns: readonly string[], deferred: readonly string[] = []): SchemaTable {
  const facts = columns.map(columnOf);
  const table = label.replace(".", "_").toLowerCase();
  const definitions = facts.map(
    ({ column, type, null: isNullable, primaryKey, unique }) =>
      `"${column}" ${type}${isNullable ? "" : " NOT NULL"}${primaryKey ? " PRIMARY KEY" : unique ? " UNIQUE" : ""}`,
  );
  return {
    label,
    table,
    managed: true,
    autoCreated: false,
    create: [`CREATE TABLE "${table}" (${definitions.join(", ")})`],
    deferred: deferred.map(
      (columnName) => `CREATE INDEX "${table}_${columnName}" ON "${table}" ("${columnName}")`,
    ),
    columns: facts,
  };
}

const tables = [
  tableOf("core.Tenant", ["id bigint", "name varchar(100)", "slug varchar(50) unique", "notes text"]),
  tableOf(
    "core.Customer",
    ["id bigint", "tenant_id bigint to=core_tenant", "name varchar(200)", "email varchar(254)", "tags jsonb"],
    ["tenant_id"],
  ),
  tableOf(
    "core.Order",
    [
      "id bigint",
      "tenant_id bigint to=core_tenant",
      "customer_id bigint to=core_customer",
      "owner_id integer null",
      "status varchar(20) choices=active|closed|pending|void|draft",
      "created_at timestamp_with_time_zone automatic",
      "total numeric(10,2)",
      "uid uuid unique",
      "is_paid boolean default=true",
      "note text",
    ],
    ["customer_id", "owner_id"],
  ),
  tableOf(
    "core.Line",
    ["id bigint", "order_id bigint to=core_order", "sku varchar(40)", "qty integer", "price numeric(10,2)"],
    ["order_id"],
  ),
];

const rows = { "core.Tenant": 1_000, "core.Customer": 50_000, "core.Order": 500_000, "core.Line": 2_000_000 };
const source = new EmbeddedPostgres({
  folder,
  schema: async () => ({ kind: "schema", schema: { tables, notes: [] } }),
  rows,
  today: new Date("2026-01-01T00:00:00Z"),
});
afterAll(() => source.close());

function parameters(...values: readonly (string | number)[]): readonly QueryParameter[] {
  return values.map((value) => ({ value, type: typeof value === "number" ? "integer" : "text", name: null }));
}

async function adviceFor(sql: string, ...values: readonly (string | number)[]) {
  const statement: CompiledStatement = { role: "queryset", sql, params: parameters(...values) };
  const result = await source.explain(statement, { analyze: false });
  if (result.kind === "failed") throw new Error(result.error.message);
  return result.advice;
}

async function indexFor(sql: string, ...values: readonly (string | number)[]) {
  const advice = await adviceFor(sql, ...values);
  return advice?.kind === "index" ? advice : undefined;
}

const order = `SELECT * FROM "core_order" WHERE`;
const tenantAndStatus = `("core_order"."status" = $1 AND "core_order"."tenant_id" = $2)`;
const latestFirst = `ORDER BY "core_order"."created_at" DESC`;

const declarationFor = async (sql: string, ...values: readonly (string | number)[]) =>
  (await indexFor(sql, ...values))?.choice.declaration.python;

describe("an index that the planner uses", () => {
  it("has equality first, then the order, for a page of a tenant's rows", async () => {
    const advice = await indexFor(`${order} ${tenantAndStatus} ${latestFirst} LIMIT 25`, "active", 5);
    expect(advice).toMatchObject({ label: "core.Order", table: "core_order" });
    expect(advice?.choice.declaration).toEqual({
      python:
        'models.Index(fields=["tenant", "status", "-created_at"], name="order_tenant_status_create_idx")',
      fields: ["tenant", "status", "-created_at"],
      imports: [],
    });
    expect(advice?.costBefore).toBeGreaterThan(100 * (advice?.choice.cost ?? Number.NaN));
  });

  it("leaves the sorting of a few hundred rows to the query, and offers the longer one second", async () => {
    const advice = await indexFor(`${order} ${tenantAndStatus} ${latestFirst}`, "active", 5);
    expect(advice?.choice.declaration.fields).toEqual(["tenant", "status"]);
    expect(advice?.sorted?.declaration.fields).toEqual(["tenant", "status", "-created_at"]);
  });

  it.for<readonly [string, string, readonly (string | number)[], string]>([
    [
      "the newest rows of all",
      `SELECT * FROM "core_order" ${latestFirst} LIMIT 25`,
      [],
      'models.Index(fields=["-created_at"], name="order_created_at_idx")',
    ],
    [
      "a range",
      `${order} "core_order"."created_at" >= '2025-12-01'`,
      [],
      'models.Index(fields=["created_at"], name="order_created_at_idx")',
    ],
    [
      "equality and a range",
      `SELECT COUNT(*) AS "__count" FROM "core_order" WHERE ("core_order"."tenant_id" = $1 AND "core_order"."created_at" BETWEEN '2025-06-01' AND '2025-06-08')`,
      [7],
      'models.Index(fields=["tenant", "created_at"], name="order_tenant_created_at_idx")',
    ],
    [
      "a few values",
      `SELECT * FROM "core_line" WHERE "core_line"."sku" IN ($1, $2, $3)`,
      ["a", "b", "c"],
      'models.Index(fields=["sku"], name="line_sku_idx")',
    ],
    [
      "a condition on a joined table",
      `SELECT "core_line"."id" FROM "core_line" INNER JOIN "core_order" ON ("core_line"."order_id" = "core_order"."id") WHERE ("core_line"."sku" = $1 AND "core_order"."status" = $2) ORDER BY "core_order"."created_at" DESC LIMIT 20`,
      ["ABC", "active"],
      'models.Index(fields=["sku"], name="line_sku_idx")',
    ],
    [
      "a condition in a subquery",
      `${order} "core_order"."id" IN (SELECT U0."order_id" FROM "core_line" U0 WHERE U0."sku" = $1)`,
      ["ABC"],
      'models.Index(fields=["sku"], name="line_sku_idx")',
    ],
    [
      "a flag that few rows have",
      `${order} (NOT "core_order"."is_paid" AND "core_order"."tenant_id" = $1)`,
      [5],
      'models.Index(fields=["tenant"], condition=models.Q(is_paid=False), name="order_tenant_is_paid_idx")',
    ],
    [
      "one address",
      `SELECT * FROM "core_customer" WHERE "core_customer"."email" = $1 LIMIT 21`,
      ["x@y.z"],
      'models.Index(fields=["email"], name="customer_email_idx")',
    ],
    [
      "iexact",
      `SELECT * FROM "core_customer" WHERE UPPER("core_customer"."email"::text) = UPPER($1)`,
      ["x@y.z"],
      'models.Index(Upper("email"), name="customer_email_idx")',
    ],
    [
      "startswith",
      `SELECT * FROM "core_customer" WHERE "core_customer"."name"::text LIKE $1`,
      ["abc%"],
      'models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="customer_name_idx")',
    ],
    [
      "icontains",
      `SELECT * FROM "core_customer" WHERE UPPER("core_customer"."name"::text) LIKE UPPER($1)`,
      ["%someone%"],
      'GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_name_trgm")',
    ],
  ])("serves %s", async ([, sql, values, declaration]) => {
    expect(await declarationFor(sql, ...values)).toBe(declaration);
  });

  it("comes with the imports that its declaration needs", async () => {
    const advice = await indexFor(
      `SELECT * FROM "core_customer" WHERE UPPER("core_customer"."name"::text) LIKE UPPER($1)`,
      "%someone%",
    );
    expect(advice?.choice.declaration.imports).toEqual([
      "from django.db.models.functions import Upper",
      "from django.contrib.postgres.indexes import OpClass",
      "from django.contrib.postgres.indexes import GinIndex",
    ]);
  });

  it("names the shorter index that it replaces", async () => {
    const advice = await indexFor(`${order} "core_order"."owner_id" = $1 ${latestFirst} LIMIT 1`, 5);
    expect(advice?.choice.declaration.fields).toEqual(["owner_id", "-created_at"]);
    expect(advice?.replaces).toEqual(["core_order_owner_id"]);
  });
});

describe("no index is advised", () => {
  it.for<readonly [string, string, readonly (string | number)[]]>([
    ["a key", `${order} "core_order"."id" = $1`, [77]],
    ["a flag that most rows have", `${order} "core_order"."is_paid"`, []],
    ["all rows", `SELECT * FROM "core_order"`, []],
    ["what an index serves already", `SELECT * FROM "core_line" WHERE "core_line"."order_id" = $1`, [5]],
    ["a small table", `SELECT * FROM "core_tenant" WHERE "core_tenant"."name" = $1`, ["x"]],
  ])("for %s", async ([, sql, values]) => {
    expect(await adviceFor(sql, ...values)).toBeUndefined();
  });
});

describe("a page that skips many rows", () => {
  it("is read from its own beginning, with the index that this needs", async () => {
    const advice = await adviceFor(`SELECT * FROM "core_order" ${latestFirst} LIMIT 25 OFFSET 400000`);
    expect(advice).toMatchObject({
      kind: "keyset",
      label: "core.Order",
      offset: 400_000,
      python:
        '.filter(Q(created_at__lt=last.created_at) | Q(pk__lt=last.pk), created_at__lte=last.created_at).order_by("-created_at", "-pk")',
      index: { python: 'models.Index(fields=["-created_at", "-id"], name="order_created_at_id_idx")' },
    });
    if (advice?.kind === "keyset") expect(advice.costBefore).toBeGreaterThan(1_000 * advice.costAfter);
  });

  it("needs no index where the key decides about the order", async () => {
    const sql = `${order} "core_order"."total" > $1 ORDER BY "core_order"."id" ASC LIMIT 25 OFFSET 5000`;
    expect(await adviceFor(sql, 5)).toMatchObject({
      kind: "keyset",
      python: '.filter(pk__gt=last.pk).order_by("pk")',
      index: undefined,
    });
  });

  it("stays as it is where it skips few rows, or the order may be NULL", async () => {
    const page = (column: string, offset: number) =>
      adviceFor(`SELECT * FROM "core_order" ORDER BY "core_order"."${column}" LIMIT 25 OFFSET ${offset}`);
    expect((await page("id", 50))?.kind).toBeUndefined();
    expect((await page("owner_id", 400_000))?.kind).not.toBe("keyset");
  });
});

describe("trying indexes", () => {
  it("leaves the tables as they were", async () => {
    const plan = async () => {
      const statement = {
        role: "queryset",
        sql: `${order} ${tenantAndStatus} ${latestFirst} LIMIT 25`,
        params: parameters("active", 5),
      } as const;
      const result = await source.explain(statement, { analyze: false });
      return result.kind === "planned" ? result.plan.json : result.error;
    };
    expect(await plan()).toEqual(await plan());
  });
});
