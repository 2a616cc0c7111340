import { describe, expect, it } from "vitest";
import { bind } from "./bound-statement.ts";
import type { QueryParameter } from "./queryset-compiler.ts";

const statement = (sql: string, ...params: readonly (readonly [QueryParameter["value"], string])[]) => ({
  role: "queryset" as const,
  sql,
  params: params.map(([value, type]) => ({ value, type, name: null })),
});

describe("parameters as they are sent", () => {
  it("have the type of the literal that a driver would write", async () => {
    const sql = `SELECT 1 WHERE "a" = $1 AND "b" = $2 AND "c" = $3 AND 'not $4' <> $4`;
    expect(
      await bind(statement(sql, [7, "integer"], ["x", "text"], [true, "boolean"], [null, "unknown"])),
    ).toEqual({
      text: `SELECT 1 WHERE "a" = $1::integer AND "b" = $2 AND "c" = $3::boolean AND 'not $4' <> $4`,
      values: ["7", "x", "true", null],
    });
  });

  it("share a number where type and value are equal", async () => {
    const sql = `SELECT COALESCE("a", $1) GROUP BY COALESCE("a", $2), $3`;
    expect(await bind(statement(sql, ["x", "text"], ["x", "text"], ["x", "uuid"]))).toEqual({
      text: `SELECT COALESCE("a", $1) GROUP BY COALESCE("a", $1), $2::uuid`,
      values: ["x", "x"],
    });
  });

  it("are texts where the server can't tell", async () => {
    expect(
      (await bind(statement("SELECT CONCAT($1, $2)", ["a", "text"], ["b", "text"]), new Set([2]))).text,
    ).toBe("SELECT CONCAT($1, $2::text)");
  });

  it("never bring a type of their own into the text", async () => {
    expect((await bind(statement("SELECT $1", ["a", "text); DROP TABLE a; --"]))).text).toBe("SELECT $1");
  });
});
