import { describe, expect, it } from "vitest";
import { columnUsage } from "./column-usage.ts";

/** What is used of each mentioned table, without what is not. */
async function usage(sql: string) {
  return (await columnUsage(sql)).map((mention) =>
    Object.fromEntries(Object.entries(mention).filter(([, value]) => value.length > 0)),
  );
}

describe("the use of columns", () => {
  it("is told by what they are compared with", async () => {
    const sql = `SELECT "o"."id" FROM "shop_order" "o" WHERE ("o"."a" = $1 AND "o"."b" IN ($2, $3) AND "o"."c" >= $4
      AND "o"."d" BETWEEN $5 AND $6 AND "o"."e" IS NULL AND "o"."f" IS NOT NULL AND "o"."g"::text LIKE $7
      AND UPPER("o"."h"::text) = UPPER($8) AND UPPER("o"."i"::text) LIKE UPPER($9) AND "o"."j" <> $10)
      ORDER BY "o"."k" DESC, "o"."l" ASC`;
    expect(await usage(sql)).toEqual([
      {
        table: "shop_order",
        equal: ["a", "b"],
        range: ["c", "d"],
        nulls: ["e"],
        patterns: [
          { column: "g", function: undefined, parameter: 7 },
          { column: "i", function: "upper", parameter: 9 },
        ],
        functions: [{ function: "upper", column: "h" }],
        order: [
          { column: "k", descending: true },
          { column: "l", descending: false },
        ],
      },
    ]);
  });

  it("is that of a flag, and of its opposite, not of other conditions under NOT", async () => {
    const sql = `SELECT 1 FROM t WHERE t.open AND NOT t.paid AND NOT (t.a = 1) AND NOT (NOT t.b)`;
    expect(await usage(sql)).toEqual([
      {
        table: "t",
        flags: [
          { column: "open", value: true },
          { column: "paid", value: false },
          { column: "b", value: true },
        ],
      },
    ]);
  });

  it("is kept apart for a table that is mentioned twice, and seen through joins and subqueries", async () => {
    const sql = `SELECT (SELECT COUNT(*) FROM c WHERE c.a_id = a.id) FROM a
      INNER JOIN b ON (a.b_id = b.id) LEFT OUTER JOIN a x ON (x.id = a.parent_id)
      WHERE EXISTS(SELECT 1 FROM d u0 WHERE u0.a_id = a.id AND u0.k = $1 LIMIT 1)
        AND x.n = $2 AND a.m IN (SELECT u0.z FROM e u0)`;
    expect(await usage(sql)).toEqual([
      { table: "a", joined: ["parent_id", "b_id", "m", "id"] },
      { table: "b", joined: ["id"] },
      { table: "a", joined: ["id"], equal: ["n"] },
      { table: "c", joined: ["a_id"] },
      { table: "d", joined: ["a_id"], equal: ["k"] },
      { table: "e" },
    ]);
  });

  it("is also read from both sides of a UNION, from changes, and from nothing that is not SQL", async () => {
    expect(await usage("(SELECT 1 FROM a WHERE a.x = 1) UNION (SELECT 1 FROM b WHERE b.y = 1)")).toEqual([
      { table: "a", equal: ["x"] },
      { table: "b", equal: ["y"] },
    ]);
    expect(await usage(`DELETE FROM "a" WHERE "a"."x" = $1`)).toEqual([{ table: "a", equal: ["x"] }]);
    expect(await usage("SELECT FROM WHERE")).toEqual([]);
  });

  it("stops where the order is another table's", async () => {
    const sql = "SELECT 1 FROM a JOIN b ON a.b_id = b.id ORDER BY a.x, b.y";
    expect((await usage(sql))[0]).toMatchObject({ table: "a", order: [{ column: "x", descending: false }] });
  });
});
