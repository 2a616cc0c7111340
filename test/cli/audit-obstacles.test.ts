/** The scaling report where files are too large to read, and servers refuse what is asked of them. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { AuditReport } from "../../server/src/audit/report.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { freePort } from "../support/free-port.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { folderWith, type ProcessOptions, queryscope } from "./support/command.ts";
import { shop } from "./support/shop.ts";

async function reportIn(options: ProcessOptions, ...args: readonly string[]): Promise<AuditReport> {
  const { status, stdout } = await queryscope(options, "audit", "--output-format", "json", ...args);
  expect(status).toBe(0);
  return JSON.parse(stdout) as AuditReport;
}

it("reports in spite of settings and a compose file of 50 MB each, which are left out", async () => {
  const line = "VALUE = 'a setting that some script has written'\n";
  const megabytes = (text: string) => text.repeat(Math.ceil(50_000_000 / text.length));
  const folder = folderWith({
    ...shop,
    "config/settings.py": shop["config/settings.py"] + megabytes(line),
    "docker-compose.yml": `services:\n${megabytes("  web:\n    image: shop\n")}`,
  });
  const { problems, tasks } = await reportIn({ folder });
  expect(problems).toEqual(
    expect.arrayContaining([
      { path: "config/settings.py", message: expect.stringContaining("more than the limit of") },
      { path: "docker-compose.yml", message: expect.stringContaining("more than the limit of 500,000") },
    ]),
  );
  expect(tasks.find(({ id }) => id === "S1.1")).toMatchObject({
    status: "unknown",
    reason: expect.stringContaining("No settings for production were found"),
  });
  expect(tasks.length).toBeGreaterThan(20);
});

describe("servers that refuse", () => {
  const password = "secret of tests";
  let postgres: PostgresServer | undefined;
  let redis: RedisServer | undefined;
  let unavailable: unknown;

  beforeAll(async () => {
    try {
      [postgres, redis] = await Promise.all([startPostgres(), startRedis({}, password)]);
      await postgres.run("CREATE ROLE looker LOGIN PASSWORD 'looks'");
    } catch (error) {
      unavailable = error;
    }
  }, 120_000);

  afterAll(() => Promise.all([postgres?.stop(), redis?.stop()]), 60_000);

  function servers({ skip }: Pick<TestContext, "skip">) {
    return postgres && redis ? { postgres, redis } : skipIfUnavailable(unavailable, skip);
  }

  const asked = ["--connection", "SHOP_DATABASE_URL", "--redis-url-variable", "SHOP_REDIS_URL=cache+broker"];

  const reasons = ({ live }: AuditReport) =>
    new Map(live.flatMap((result) => (result.kind === "skipped" ? [[result.code, result.reason]] : [])));

  it("have their reasons in the place of the checks that a role and a missing password keep from", async (context) => {
    const { postgres: database, redis: broker } = servers(context);
    const variables = {
      SHOP_DATABASE_URL: `postgresql://looker:looks@127.0.0.1:${database.port}/postgres?sslmode=disable`,
      SHOP_REDIS_URL: `redis://127.0.0.1:${broker.port}/0`,
    };
    const report = await reportIn({ folder: folderWith(shop), variables }, ...asked);
    expect(report.live.find(({ code }) => code === "QS880")).toMatchObject({ kind: "measured" });
    expect(reasons(report).get("QS885")).toMatch(/pg_stat_statements|may not see/);
    for (const code of ["QS890", "QS892", "QS895"] as const)
      expect(reasons(report).get(code)).toBe(
        "SHOP_REDIS_URL: Redis asks for a password, and none was given.",
      );
    expect(report.unmeasured.join()).toContain("Redis asks for a password");
    expect(JSON.stringify(report)).not.toMatch(/looks@|secret of tests/);
  });

  it("have their reasons where the password is wrong, and where nobody listens", async (context) => {
    const { redis: broker } = servers(context);
    const variables = {
      SHOP_DATABASE_URL: `postgresql://looker:looks@127.0.0.1:${await freePort()}/postgres`,
      SHOP_REDIS_URL: `redis://:another@127.0.0.1:${broker.port}/0`,
    };
    const { stdout } = await queryscope({ folder: folderWith(shop), variables }, "audit", ...asked);
    const section = stdout.slice(stdout.indexOf("## Measured on running systems"));
    expect(section).toContain("no server listens at its address and port. Missing: Memory of PostgreSQL");
    expect(section).toMatch(
      /SHOP\\?_REDIS\\?_URL: Redis refuses the password\. Missing: Hit rate of the cache/,
    );
    expect(stdout).not.toMatch(/another@|looks/);
  });
});
