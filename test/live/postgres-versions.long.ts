/**
 * What is asked of running servers, asked of real ones of all versions from 12 to 18 but the machine's: the suites that
 * `npm test` runs with the latter.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programsVariable } from "../support/postgres.ts";
import {
  installPostgres,
  type PostgresPrograms,
  type PostgresVersion,
} from "../support/postgres-from-npm.ts";
import { runSuites } from "../support/run-suites.ts";

const suites = [
  "test/explain/live-postgres.test.ts",
  "test/explain/counted-rows.test.ts",
  "test/live/postgres-checks.test.ts",
  "test/lsp/row-counts.test.ts",
];

const versions: readonly PostgresVersion[] = [12, 13, 14, 16, 17, 18];

describe.each(versions)("PostgreSQL %i, from npm", (version) => {
  let programs: PostgresPrograms | undefined;
  beforeAll(async () => {
    programs = await installPostgres(version);
  });
  afterAll(() => programs?.remove());

  it("is asked as the machine's is", async () => {
    const { passed, failures } = await runSuites(suites, { [programsVariable]: programs?.folder ?? "" });
    expect(failures.join("\n\n")).toBe("");
    expect(passed).toBeGreaterThan(0);
  });
});
