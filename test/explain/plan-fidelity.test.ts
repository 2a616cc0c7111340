/** Whether planted statistics plan like rows do. The same with 500,000 rows: `npm run test:long plan-fidelity`. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { assumptionsText } from "../../server/src/explain/assumptions-text.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { comparePlans, copyOf, fillServer, shapes } from "./plan-fidelity.ts";

let server: PostgresServer | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    server = await startPostgres();
  } catch (error) {
    unavailable = error;
  }
}, 120_000);

afterAll(() => server?.stop());

it("plans like a server that has the rows", async ({ skip }) => {
  const compared = await comparePlans(server ?? skipIfUnavailable(unavailable, skip), {
    rows: 20_000,
    workers: 2,
  });
  expect(compared.map(({ name }) => name)).toEqual(shapes.map(({ name }) => name));
  const different = compared.filter((plan) => plan.server !== plan.embedded);
  // A scan that skips through the first column of a B-tree is new in PostgreSQL 18.
  expect(different.filter(({ name }) => name !== "flags")).toEqual([]);
  for (const { name, cost } of compared.filter((plan) => !different.includes(plan))) {
    // An empty B-tree has no height, which shows in plans that cost next to nothing.
    expect([name, cost > 0.9 && cost < 1.02]).toEqual([name, true]);
  }
}, 120_000);

const ofStatus = {
  role: "queryset",
  sql: "SELECT * FROM orders WHERE status = $1 ORDER BY total",
  params: [{ value: "active", type: "text", name: null }],
} as const;

it("says what it copied, and keeps the values of rows to itself", async ({ skip }) => {
  const present = server ?? skipIfUnavailable(unavailable, skip);
  await fillServer(present, 20_000);
  await present.run("CREATE INDEX of_the_database_alone ON orders (total)");
  const embedded = copyOf(present);
  try {
    const result = await embedded.explain(ofStatus, { analyze: false });
    if (result.kind === "failed") throw new Error(result.error.message);
    const text = assumptionsText(result.assumed ?? [], result.plan);
    expect(text).toMatch(/^Copied from the statistics of the database; its values are not shown:/);
    expect(text).toContain("shop.Order: 20,000 rows (database)");
    expect(text).toMatch(/orders\.status: 4 values, the most frequent in 3\d % of the rows \(database\)/);
    expect(text).not.toContain("active");
    const sorted = { ...ofStatus, sql: "SELECT total FROM orders ORDER BY total LIMIT 5", params: [] };
    const found = await embedded.explain(sorted, { analyze: false });
    expect(JSON.stringify(found)).toContain("of_the_database_alone");
  } finally {
    await embedded.close();
  }
}, 120_000);

it("plans nothing where the database does not answer", async ({ skip }) => {
  const present = server ?? skipIfUnavailable(unavailable, skip);
  const embedded = copyOf({ ...present, url: present.url.replace(`:${present.port}/`, ":1/") });
  try {
    const result = await embedded.explain(ofStatus, { analyze: false });
    expect(result).toMatchObject({ kind: "failed", error: { kind: "connection" } });
  } finally {
    await embedded.close();
  }
}, 60_000);
