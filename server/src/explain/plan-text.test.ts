import { describe, expect, it } from "vitest";
import { planText } from "./plan-text.ts";
import { readPlan } from "./query-plan.ts";

const cost = { "Startup Cost": 0.5, "Total Cost": 12.345, "Plan Rows": 10, "Plan Width": 8 };

function textOf(plan: object, more: object = {}, analyzed = false): string {
  const read = readPlan([{ Plan: plan, ...more }], "15.4", analyzed);
  if (read === undefined) throw new Error("not a plan");
  return planText(read);
}

describe("a plan as text", () => {
  it("is a tree with costs, conditions and filters", () => {
    const plan = {
      "Node Type": "Limit",
      ...cost,
      Plans: [
        {
          "Node Type": "Hash Join",
          "Join Type": "Left",
          ...cost,
          "Hash Cond": "(a.b_id = b.id)",
          Plans: [
            {
              "Node Type": "Index Scan",
              "Parallel Aware": true,
              "Scan Direction": "Backward",
              "Index Name": "a_placed",
              "Relation Name": "orders",
              Alias: "a",
              ...cost,
              "Index Cond": "(placed > '2024-01-01'::date)",
              Filter: "(status = 'open'::text)",
            },
            {
              "Node Type": "Hash",
              ...cost,
              Plans: [{ "Node Type": "Seq Scan", "Relation Name": "b", Alias: "b", ...cost }],
            },
          ],
        },
      ],
    };
    const numbers = "  (cost=0.50..12.35 rows=10 width=8)";
    expect(textOf(plan).replaceAll(numbers, "")).toBe(`Limit
└─ Hash Left Join
   │  Hash Cond: (a.b_id = b.id)
   ├─ Parallel Index Scan Backward using a_placed on orders a
   │     Index Cond: (placed > '2024-01-01'::date)
   │     Filter: (status = 'open'::text)
   └─ Hash
      └─ Seq Scan on b`);
    expect(textOf(plan).split("\n")[0]).toBe(`Limit${numbers}`);
  });

  it("tells aggregates, subplans and bitmap scans apart", () => {
    const plan = {
      "Node Type": "Aggregate",
      Strategy: "Hashed",
      "Partial Mode": "Finalize",
      "Group Key": ["a.x", "a.y"],
      Plans: [
        {
          "Node Type": "Result",
          "Parent Relationship": "InitPlan",
          "Subplan Name": "InitPlan 1 (returns $0)",
        },
        {
          "Node Type": "Bitmap Heap Scan",
          "Relation Name": "a",
          Alias: "a",
          "Recheck Cond": "(x = 1)",
          Plans: [{ "Node Type": "Bitmap Index Scan", "Index Name": "a_x", "Index Cond": "(x = 1)" }],
        },
        { "Node Type": "CTE Scan", "CTE Name": "recent", Alias: "r" },
        { "Node Type": "Nested Loop", "Join Type": "Anti", "Join Filter": "(x = y)" },
        { "Node Type": "ModifyTable", Operation: "Delete", "Relation Name": "a", Alias: "a" },
        { "Node Type": "Subquery Scan", Alias: "subquery" },
      ],
    };
    expect(textOf(plan)).toBe(`Finalize HashAggregate
│  Group Key: a.x, a.y
├─ InitPlan 1: Result
├─ Bitmap Heap Scan on a
│  │  Recheck Cond: (x = 1)
│  └─ Bitmap Index Scan on a_x
│        Index Cond: (x = 1)
├─ CTE Scan on recent r
├─ Nested Loop Anti Join
│     Join Filter: (x = y)
├─ Delete on a
└─ Subquery Scan on subquery`);
  });

  it("adds what was measured", () => {
    const plan = {
      "Node Type": "Sort",
      ...cost,
      "Actual Startup Time": 0.012,
      "Actual Total Time": 1.5,
      "Actual Rows": 9,
      "Actual Loops": 1,
      "Sort Key": ["a.x DESC"],
      "Sort Method": "quicksort",
      "Sort Space Used": 25,
      "Sort Space Type": "Memory",
      "Rows Removed by Filter": 0,
      "Shared Hit Blocks": 12,
      "Shared Read Blocks": 0,
      Plans: [
        {
          "Node Type": "Seq Scan",
          "Relation Name": "a",
          Alias: "a",
          ...cost,
          "Actual Loops": 0,
          "Actual Rows": 0,
        },
      ],
    };
    expect(textOf(plan, { "Planning Time": 0.1, "Execution Time": 2.25 }, true)).toBe(
      `Sort  (cost=0.50..12.35 rows=10 width=8)  (actual time=0.012..1.500 ms rows=9 loops=1)
│  Sort Key: a.x DESC
│  Sort Method: quicksort  Memory: 25 kB
│  Buffers: hit=12
└─ Seq Scan on a  (cost=0.50..12.35 rows=10 width=8)  (never executed)
Planning time: 0.100 ms
Execution time: 2.250 ms`,
    );
  });
});

describe("the server's answer", () => {
  it.each([
    undefined,
    null,
    [],
    "text",
    [{}],
    [{ Plan: {} }],
    [{ Plan: { "Node Type": "Limit", Plans: [{}] } }],
  ])("is no plan when it is %j", (answer) => {
    expect(readPlan(answer, "15.4", false)).toBeUndefined();
  });
});
