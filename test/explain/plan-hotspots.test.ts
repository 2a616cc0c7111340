/** What costs most in a plan, where the code asks for it, and which rule explains it. Plans are PostgreSQL's, shortened. */
import { describe, expect, it } from "vitest";
import { hotspotsOf, planRules } from "../../server/src/explain/plan-hotspots.ts";
import { type QueryPlan, readPlan } from "../../server/src/explain/query-plan.ts";
import { querysetsIn } from "../../server/src/explain/queryset-at.ts";
import { rules } from "../../server/src/rules/registry.ts";
import { testParser } from "../support/python-parser.ts";

function planOf(root: object, analyzed = false): QueryPlan {
  const plan = readPlan([{ Plan: root }], "18.6", analyzed);
  if (plan === undefined) throw new Error("not a plan");
  return plan;
}

/** The hotspots of an expression, each as `share node message [rule] → call`. */
async function hotspots(
  expression: string,
  sql: string,
  root: object,
  analyzed = false,
): Promise<readonly string[]> {
  const file = (await testParser()).parse("views.py", `rows = ${expression}\n`);
  const [queryset] = querysetsIn(file);
  if (queryset === undefined) throw new Error("not a queryset");
  const statement = { role: "queryset", sql, params: [] } as const;
  return hotspotsOf(planOf(root, analyzed), statement, queryset.calls).map(
    ({ share, node, message, rule, range }) =>
      `${Math.round(share * 100)} % ${node} ${message} [${rule?.name ?? ""}] → ${range === undefined ? "" : file.text.slice(range.start, range.end)}`,
  );
}

const seqScan = (more: object, cost = 1000) => ({
  "Node Type": "Seq Scan",
  "Relation Name": "store_order",
  Alias: "store_order",
  "Total Cost": cost,
  "Plan Rows": 25,
  ...more,
});

describe("the steps that cost most", () => {
  it("are linked to the filter that names their column, and to the rule about a missing index", async () => {
    const expression = 'Order.objects.filter(tenant=1).filter(status="new").order_by("id")';
    const root = seqScan({ Filter: "((status)::text = 'new'::text)" });
    expect(await hotspots(expression, "SELECT 1 FROM o WHERE s = $1", root)).toEqual([
      '100 % Seq Scan on store_order reads the whole table and keeps about 25 rows [missing-index-filter] → filter(status="new")',
    ]);
  });

  it.for([
    ["(number ~~ '%7%'::text)", "leading-wildcard-search"],
    ["(upper(email) = 'A'::text)", "case-insensitive-lookup"],
    ["(EXTRACT(year FROM created_at) = 2024)", "non-sargable-date-lookup"],
    ["(NOT (ANY (id = (hashed SubPlan 1).col1)))", "negated-to-many-filter"],
  ])("are explained by what the condition %s does", async ([condition, rule]) => {
    const [hotspot] = await hotspots("Order.objects.filter(a=1)", "SELECT 1", seqScan({ Filter: condition }));
    expect(hotspot).toContain(`[${rule}]`);
  });

  it("are in the order of what each costs by itself, a sort before the scan below it", async () => {
    const root = {
      "Node Type": "Sort",
      "Sort Key": ["created_at"],
      "Total Cost": 4000,
      "Plan Rows": 9,
      Plans: [seqScan({})],
    };
    expect(
      await hotspots('Order.objects.filter(a=1).order_by("created_at")', "SELECT 1 WHERE a", root),
    ).toEqual([
      '75 % Sort sorts about 9 rows [] → order_by("created_at")',
      "25 % Seq Scan on store_order reads the whole table: about 25 rows [] → filter(a=1)",
    ]);
  });

  it("count what a limit leaves unread", async () => {
    const limit = { "Node Type": "Limit", "Total Cost": 10, "Plan Rows": 5 };
    const root = {
      "Node Type": "Nested Loop",
      "Total Cost": 110,
      Plans: [{ ...limit, Plans: [seqScan({})] }, seqScan({ "Parent Relationship": "Inner" }, 100)],
    };
    const found = await hotspots("Order.objects.filter(a=1)", "SELECT 1 LIMIT 5", root);
    expect(found[0]).toContain("91 % Seq Scan");
  });

  it("of a page far behind are the rows that it skips", async () => {
    const scan = { ...seqScan({}), "Node Type": "Index Scan", "Index Name": "i", "Plan Rows": 500_000 };
    const found = await hotspots(
      "Order.objects.order_by('id')[400000:400025]",
      "SELECT 1 LIMIT 25 OFFSET 400000",
      scan,
    );
    expect(found).toEqual([
      "100 % Index Scan using i on store_order reads about 500,000 rows up to the page's end [offset-pagination-on-large-table] → 400000:400025",
    ]);
  });

  it("are measured in time where the plan was", async () => {
    const measured = { "Actual Total Time": 2, "Actual Loops": 10, "Actual Rows": 3 };
    const root = {
      "Node Type": "Nested Loop",
      "Actual Total Time": 25,
      "Actual Loops": 1,
      Plans: [seqScan(measured)],
    };
    const [first] = await hotspots("Order.objects.filter(a=1)", "SELECT 1 WHERE a", root, true);
    expect(first).toMatch(/^80 % Seq Scan on store_order reads the whole table: 30 rows/);
  });

  it("read below a limit as many rows as the limit asks for, and no rule is about so few", async () => {
    const scan = { ...seqScan({}), "Node Type": "Index Scan", "Index Name": "i", "Plan Rows": 300_000 };
    const root = { "Node Type": "Limit", "Total Cost": 0.1, "Plan Rows": 30, Plans: [scan] };
    const limited = await hotspots("Order.objects.order_by('id')[:30]", "SELECT 1 LIMIT 30", root);
    expect(limited).toEqual([
      expect.stringMatching(/^100 % Index Scan using i on store_order reads about 30 rows \[\]/),
    ]);
    const counted = await hotspots("Order.objects.count()", "SELECT COUNT(*)", seqScan({ "Plan Rows": 100 }));
    expect(counted).toEqual([expect.stringContaining("reads about 100 rows to count them []")]);
  });

  it("read in all processes together the rows of the table", async () => {
    const root = {
      "Node Type": "Gather",
      "Workers Planned": 2,
      "Total Cost": 1000,
      Plans: [seqScan({ "Parallel Aware": true, "Plan Rows": 166_667 })],
    };
    const [first] = await hotspots("Order.objects.count()", "SELECT COUNT(*)", root);
    expect(first).toContain(
      "Parallel Seq Scan on store_order reads about 400,001 rows to count them [expensive-count-query]",
    );
  });

  it("are found in the definition of a name", async () => {
    const file = (await testParser()).parse(
      "views.py",
      'def f():\n  rows = Order.objects.filter(status="new")\n  return rows.order_by("id")\n',
    );
    const calls = querysetsIn(file).flatMap(({ calls }) => calls.map(({ name }) => name));
    expect(calls).toContain("filter");
  });
});

it("names rules that there are", () => {
  const known = new Map(rules.map(({ code, name }) => [code, name]));
  for (const { code, name } of Object.values(planRules)) expect(known.get(code)).toBe(name);
});
