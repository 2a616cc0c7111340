/** 18 plans for 500,000 rows, beside those of the PostgreSQL of this machine. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { comparePlans } from "./plan-fidelity.ts";

describe("plans of queries for 500,000 rows are those of a server that has the rows", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it.for([
    // PostgreSQL 18 alone skips through the first column of an index.
    { workers: 0, atLeast: 17 },
    // Since 17, workers also sort what is collected.
    { workers: 2, atLeast: 16 },
  ])("with $workers workers, at least $atLeast of 18", async ({ workers, atLeast }) => {
    const compared = await comparePlans(server, { rows: 500_000, workers });
    for (const { name, server: real, embedded, cost } of compared) {
      const verdict = real === embedded ? "same" : `${real} there, ${embedded} here`;
      console.log(`${name}: ${verdict}; cost ${(100 * cost).toFixed(1)} %`);
    }
    expect(compared.filter((plan) => plan.server === plan.embedded).length).toBeGreaterThanOrEqual(atLeast);
  });
});
