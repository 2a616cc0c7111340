/** 18 plans for 500,000 rows, beside those of the PostgreSQL of this machine and of the version that is embedded. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { installPostgres, type PostgresPrograms } from "../support/postgres-from-npm.ts";
import { comparePlans } from "./plan-fidelity.ts";

const rows = 500_000;

interface Measurement {
  readonly workers: number;
  readonly atLeast: number;
  /** Why plans that are named differ: by name. */
  readonly reasons: Readonly<Record<string, string>>;
}

describe("plans of queries for 500,000 rows are those of a server that has the rows", () => {
  describe("of the machine's version", () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());

    const skipsColumns =
      "PostgreSQL 18 skips through the first column of an index (skip scan), so that the condition on its second column can use it; earlier versions read the table";
    const sortsBelowGather =
      "since PostgreSQL 17, workers sort the rows that they aggregate before they are gathered; earlier versions sort all of them afterwards";
    it.for<Measurement>([
      { workers: 0, atLeast: 17, reasons: { flags: skipsColumns } },
      { workers: 2, atLeast: 16, reasons: { flags: skipsColumns, "different values": sortsBelowGather } },
    ])("with $workers workers, at least $atLeast of 18", (measurement, context) =>
      measure(server, measurement, context),
    );
  });

  describe("of PostgreSQL 18, from npm", () => {
    let programs: PostgresPrograms | undefined;
    let server: PostgresServer | undefined;
    let unavailable: unknown;
    beforeAll(async () => {
      try {
        programs = await installPostgres(18);
        server = await startPostgres({ programs: programs.folder });
      } catch (error) {
        unavailable = error;
      }
    });
    afterAll(async () => {
      await server?.stop();
      await programs?.remove();
    });

    it.for<Measurement>([
      { workers: 0, atLeast: 18, reasons: {} },
      { workers: 2, atLeast: 18, reasons: {} },
    ])("with $workers workers, all of 18", (measurement, context) => {
      if (server === undefined) return skipIfUnavailable(unavailable, context.skip);
      return measure(server, measurement, context);
    });
  });
});

async function measure(
  server: PostgresServer,
  { workers, atLeast, reasons }: Measurement,
  { task }: Pick<TestContext, "task">,
): Promise<void> {
  const compared = await comparePlans(server, { rows, workers });
  const [version] = await server.run("SHOW server_version");
  const different = compared.filter((plan) => plan.server !== plan.embedded);
  const same = compared.length - different.length;
  const costs = compared.filter((plan) => plan.server === plan.embedded).map(({ cost }) => cost);
  const figures = {
    server: version?.server_version,
    rows,
    workers,
    same,
    of: compared.length,
    costs: { least: Math.min(...costs), most: Math.max(...costs) },
    different: different.map((plan) => ({ ...plan, reason: reasons[plan.name] ?? "not known" })),
  };
  Object.assign(task.meta, { figures });
  console.log(JSON.stringify(figures, undefined, 1));
  expect(different.map(({ name }) => name).filter((name) => reasons[name] === undefined)).toEqual([]);
  expect(same).toBeGreaterThanOrEqual(atLeast);
}
