import { describe, expect, it } from "vitest";
import { judge, objectionToIndex } from "./sql-gate.ts";

describe("the gate before a database", () => {
  it.each([
    [
      `SELECT "a"."id", COUNT(*) AS "n" FROM "a" WHERE "a"."x" = $1 GROUP BY "a"."id" HAVING COUNT(*) > $2`,
      "select",
    ],
    [`SELECT UPPER("a"."x"::text) FROM "a" WHERE "a"."y" IN (SELECT U0."id" FROM "b" U0)`, "select"],
    [`(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1 LIMIT 3`, "select"],
    [
      `SELECT COALESCE(SUM("x"), $1), pg_catalog.lower('A'), EXTRACT('year' FROM now()), TRIM(BOTH FROM 'x')`,
      "select",
    ],
    [`SELECT JSONB_BUILD_OBJECT(('a')::text, 1), ROW_NUMBER() OVER (PARTITION BY "x") FROM "a"`, "select"],
    [`WITH x AS (SELECT 1) SELECT * FROM x`, "select"],
    [`INSERT INTO "a" ("x") VALUES ($1), ($2) RETURNING "a"."id"`, "write"],
    [`UPDATE "a" SET "x" = $1 WHERE "a"."id" IN (1, 2)`, "write"],
    [`DELETE FROM "a" WHERE "a"."id" = $1`, "write"],
  ])("lets pass: %s", async (sql, statement) => {
    expect(await judge(sql)).toEqual({ kind: "allowed", statement });
  });

  it.each([
    ["SELECT 1; DROP TABLE a", "is more than one statement"],
    ["SELECT 1;SELECT 2", "is more than one statement"],
    ["", "is not SQL that PostgreSQL reads"],
    ["-- nothing", "is empty"],
    ["DROP TABLE a", "is neither a query nor a change of rows"],
    ["COPY a TO PROGRAM 'sh'", "is neither a query nor a change of rows"],
    ["EXPLAIN ANALYZE DELETE FROM a", "is neither a query nor a change of rows"],
    ["DO $$ BEGIN END $$", "is neither a query nor a change of rows"],
    ["SET statement_timeout = 0", "is neither a query nor a change of rows"],
    ["MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE", "is neither a query nor a change of rows"],
    ["WITH x AS (DELETE FROM a RETURNING *) SELECT * FROM x", "changes rows in a part of it"],
    ["WITH x AS (INSERT INTO a VALUES (1) RETURNING *) UPDATE b SET y = 1", "changes rows in a part of it"],
    ["SELECT * INTO b FROM a", "creates a table"],
    ["SELECT * FROM a FOR UPDATE", "locks rows"],
    ["SELECT * FROM (SELECT * FROM a FOR SHARE) x", "locks rows"],
    ["SELECT pg_sleep(10)", "calls pg_sleep()"],
    ["SELECT pg_terminate_backend(1)", "calls pg_terminate_backend()"],
    ["SELECT pg_catalog.pg_terminate_backend(1)", "calls pg_catalog.pg_terminate_backend()"],
    ["SELECT * FROM a WHERE x = (SELECT pg_advisory_lock(1))", "calls pg_advisory_lock()"],
    ["SELECT nextval('a_id_seq')", "calls nextval()"],
    ["SELECT set_config('role', 'x', false)", "calls set_config()"],
    ["SELECT lo_import('/etc/passwd')", "calls lo_import()"],
    ["SELECT * FROM pg_read_file('x')", "calls pg_read_file()"],
    ["SELECT * FROM dblink('host=x', 'select 1') AS t(a int)", "calls dblink()"],
    ["SELECT query_to_xml('delete from a', true, true, '')", "calls query_to_xml()"],
    ["SELECT public.lower('x')", "calls public.lower()"],
    [`SELECT "PG_SLEEP"(1)`, "calls PG_SLEEP()"],
    ["SELECT 1 FROM a ORDER BY pg_sleep(1)", "calls pg_sleep()"],
    ["INSERT INTO a VALUES (pg_sleep(1))", "calls pg_sleep()"],
    ["SELECT %s", "is not SQL that PostgreSQL reads"],
    ["SELECT 'unfinished", "is not SQL that PostgreSQL reads"],
  ])("refuses: %s", async (sql, reason) => {
    expect(await judge(sql)).toEqual({ kind: "refused", reason: expect.stringContaining(reason) });
  });
});

describe("the gate before hypothetical indexes", () => {
  it.each([
    `CREATE INDEX "a" ON "t" ("x", "y" DESC) WHERE "z" IS NULL`,
    `CREATE INDEX "a" ON "t" ((UPPER("x")) text_pattern_ops)`,
  ])("lets pass: %s", async (sql) => {
    expect(await objectionToIndex(sql)).toBeUndefined();
  });

  it.each([
    [`CREATE INDEX "a" ON "t" ("x"); DROP TABLE "t"`, "does not create one index"],
    [`DROP INDEX "a"`, "does not create one index"],
    [`CREATE INDEX "a" ON "t" ((pg_read_file("x")))`, "calls pg_read_file()"],
    [`CREATE INDEX`, "is not SQL that PostgreSQL reads"],
  ])("stops: %s", async (sql, reason) => {
    expect(await objectionToIndex(sql)).toContain(reason);
  });
});
