import { describe, expect, it } from "vitest";
import { formatSql } from "./sql-format.ts";

describe("the layout of SQL", () => {
  it("gives each clause a line and fills the lines of a list", async () => {
    const columns = ["id", "tenant_id", "customer_id", "status", "number", "total", "created_at", "data"];
    const sql = `SELECT ${columns.map((c) => `"store_order"."${c}"`).join(", ")} FROM "store_order" INNER JOIN "store_tenant" ON ("store_order"."tenant_id" = "store_tenant"."id") WHERE ("store_order"."status" = $1 AND "store_order"."created_at" BETWEEN $2 AND $3 AND NOT ("store_order"."number" = $4)) ORDER BY "store_order"."created_at" DESC LIMIT 25`;
    expect(
      await formatSql(sql),
    ).toBe(`SELECT "store_order"."id", "store_order"."tenant_id", "store_order"."customer_id",
  "store_order"."status", "store_order"."number", "store_order"."total", "store_order"."created_at",
  "store_order"."data"
FROM "store_order"
INNER JOIN "store_tenant" ON ("store_order"."tenant_id" = "store_tenant"."id")
WHERE (
    "store_order"."status" = $1
    AND "store_order"."created_at" BETWEEN $2 AND $3
    AND NOT ("store_order"."number" = $4)
  )
ORDER BY "store_order"."created_at" DESC
LIMIT 25`);
  });

  it("opens a subquery that is too long for its line", async () => {
    const sql = `SELECT "a"."id" FROM "a" WHERE EXISTS(SELECT 1 AS "a" FROM "some_table_with_a_name" U0 WHERE (U0."first_column" = ("a"."id") AND U0."second_column" IN ($1, $2, $3)) LIMIT 1)`;
    expect(await formatSql(sql)).toBe(`SELECT "a"."id"
FROM "a"
WHERE EXISTS(
    SELECT 1 AS "a"
    FROM "some_table_with_a_name" U0
    WHERE (U0."first_column" = ("a"."id") AND U0."second_column" IN ($1, $2, $3))
    LIMIT 1
  )`);
  });

  it("treats LEFT and other words that are functions as such", async () => {
    expect(await formatSql(`SELECT LEFT("a"."x", 3) FROM "a" LEFT OUTER JOIN "b" ON (true)`)).toBe(
      `SELECT LEFT("a"."x", 3)\nFROM "a"\nLEFT OUTER JOIN "b" ON (true)`,
    );
  });

  it("knows clauses' words that are part of something else", async () => {
    const sql = `INSERT INTO "a" ("x") SELECT * FROM UNNEST(($1)::timestamp with time zone[], ($2)::bigint[]) RETURNING "a"."id"`;
    expect(await formatSql(sql)).toBe(`INSERT INTO "a" ("x")
SELECT *
FROM UNNEST(($1)::timestamp with time zone[], ($2)::bigint[])
RETURNING "a"."id"`);
    expect(
      await formatSql(
        `SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY "x"), EXTRACT(year FROM "y"), ROW_NUMBER() OVER (PARTITION BY "z" ORDER BY "x") FROM "a" FOR NO KEY UPDATE`,
      ),
    ).toBe(`SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY "x"), EXTRACT(year FROM "y"),
  ROW_NUMBER() OVER (PARTITION BY "z" ORDER BY "x")
FROM "a"
FOR NO KEY UPDATE`);
  });

  it.each([
    `SELECT 'FROM (', "x" FROM "a" WHERE "b" = E'it\\'s' AND c -> 'é' = $1`,
    `UPDATE "a" SET "x" = $1, "y" = NULL WHERE "a"."id" = 3`,
    `INSERT INTO "a" ("x", "y") VALUES ($1, $2), ($3, $4) RETURNING "a"."id"`,
    `(SELECT "a"."id" FROM "a" LIMIT 3) UNION ALL (SELECT "b"."id" FROM "b") ORDER BY 1`,
    `SELECT COUNT(*) FROM (SELECT DISTINCT "a"."id" AS "col1" FROM "a") subquery`,
  ])("changes nothing but white space: %s", async (sql) => {
    const formatted = await formatSql(sql);
    expect(formatted.replace(/\s+/g, " ").replaceAll("( ", "(").replaceAll(" )", ")")).toBe(sql);
  });

  it.each(["SELECT 1 -- one\n FROM a", "SELECT 'unfinished", "not ( sql", ""])(
    "leaves alone what it cannot read: %j",
    async (sql) => {
      expect(await formatSql(sql)).toBe(sql);
    },
  );
});
