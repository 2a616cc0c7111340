/** Whether planted statistics plan like rows do. The same with 500,000 rows: `npm run test:long plan-fidelity`. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { comparePlans, shapes } from "./plan-fidelity.ts";

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
