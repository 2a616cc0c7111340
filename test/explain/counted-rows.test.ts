/** What a running PostgreSQL has counted, in the findings of `queryscope check --connection`. */
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { folderWith, queryscope } from "../cli/support/command.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { projectFiltering } from "../support/filtered-tables.ts";
import { projectMigrating } from "../support/migrated-tables.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";

const names = ["Country", "Delivery", "Event", "Parcel", "Route"];
const shop = projectFiltering(names);

let server: PostgresServer | undefined;
let unavailable: unknown;
/** Tables of which nothing is known: those that were never analysed, before PostgreSQL 14 the empty ones as well. */
let uncounted = ["Route"];

beforeAll(async () => {
  try {
    server = await startPostgres();
  } catch (error) {
    unavailable = error;
    return;
  }
  const table = (name: string, rows: number) =>
    `CREATE TABLE ${name} AS SELECT n AS id, n::text AS code FROM generate_series(1, ${rows}) n;
     ANALYZE ${name};`;
  const tables = (application: (model: string) => string) =>
    [
      table(`${application("country")}_country`, 200),
      table(`${application("delivery")}_delivery`, 5_000),
      table(`${application("event")}_event`, 0),
      table(`${application("parcel")}_parcel`, 150_000),
      `CREATE TABLE ${application("route")}_route (id int, code text);`,
    ].join("\n");
  await server.run(tables(() => "shop") + tables((model) => model));
  const [version] = await server.run("SELECT current_setting('server_version_num')::int AS number");
  if (Number(version?.number) < 140_000) uncounted = ["Event", "Route"];
}, 120_000);

afterAll(() => server?.stop());

interface Reported {
  readonly model: string;
  readonly level: string;
  readonly tableRows?: number;
}

function check(variables: Record<string, string>, configuration: string, ...args: readonly string[]) {
  return findingsOf("QS501", { ...shop, "queryscope.toml": configuration }, variables, ...args);
}

async function findingsOf(
  code: string,
  files: Record<string, string>,
  variables: Record<string, string>,
  ...args: readonly string[]
) {
  const { status, stdout, stderr } = await queryscope(
    { folder: folderWith(files), variables },
    ...["check", "--no-cache", "--select", code, "--output-format", "json", ...args],
  );
  if (status === 2) return stderr;
  const { findings }: { findings: readonly Reported[] } = JSON.parse(stdout);
  return findings.map(({ model, level, tableRows }) => [model, level, tableRows]);
}

function available({ skip }: Pick<TestContext, "skip">): Record<string, string> {
  return { SHOP_URL: (server ?? skipIfUnavailable(unavailable, skip)).url };
}

const connection = ["--connection", "SHOP_URL"] as const;

describe("findings about indexes", () => {
  it("stand in the order of the code where nobody has counted", async () => {
    expect(await check({}, "")).toEqual(names.map((name) => [`shop.${name}`, "info", undefined]));
  });

  it("are silent about small tables, and begin with the big ones, which warn", async (context) => {
    const unknown = (name: string) => (uncounted.includes(name) ? [[`shop.${name}`, "info", undefined]] : []);
    expect(await check(available(context), "", ...connection)).toEqual([
      ["shop.Parcel", "warning", 150_000],
      // Those of which nothing is known keep their places.
      ...unknown("Event"),
      ["shop.Delivery", "info", 5_000],
      ...unknown("Route"),
    ]);
  });

  it("go by the setting where it names the table", async (context) => {
    const setting = '[table-rows]\n"shop.Country" = 2000000\n"shop_parcel" = 10\n';
    expect(await check(available(context), setting, ...connection)).toEqual([
      ["shop.Country", "warning", 2_000_000],
      ["shop.Delivery", "info", 5_000],
      ...uncounted.map((name) => [`shop.${name}`, "info", undefined]),
    ]);
  });
});

describe.each([
  { code: "QS512", migrated: "index" },
  { code: "QS513", migrated: "rows" },
] as const)("findings about migrations of $migrated ($code)", ({ code, migrated }) => {
  const files = projectMigrating(names, migrated);
  const labelled = (name: string) => `${name.toLowerCase()}.${name}`;

  it("stand in the order of the code where nobody has counted", async () => {
    expect(await findingsOf(code, files, {})).toEqual(
      names.map((name) => [labelled(name), "info", undefined]),
    );
  });

  it("are silent about small tables, and begin with the big ones, which warn", async (context) => {
    const unknown = (name: string) => (uncounted.includes(name) ? [[labelled(name), "info", undefined]] : []);
    expect(await findingsOf(code, files, available(context), ...connection)).toEqual([
      [labelled("Parcel"), "warning", 150_000],
      ...unknown("Event"),
      [labelled("Delivery"), "info", 5_000],
      ...unknown("Route"),
    ]);
  });
});

describe("the report about scaling", () => {
  async function proposed(variables: Record<string, string>, ...args: readonly string[]) {
    const { stdout } = await queryscope(
      { folder: folderWith(shop), variables },
      ...["audit", "--quiet", "--output-format", "json", ...args],
    );
    const { indexes }: { indexes: readonly { readonly finding: { readonly message: string } }[] } =
      JSON.parse(stdout);
    return indexes.map(({ finding }) => names.find((name) => finding.message.includes(`of ${name} `)));
  }

  it("proposes indexes of the tables that the named database says are big, the biggest first", async (context) => {
    const variables = available(context);
    expect(await proposed(variables)).toEqual(names);
    expect(await proposed(variables, ...connection)).toEqual(["Parcel", "Delivery", ...uncounted]);
  });
});

describe("a check that cannot count", () => {
  it("says why instead of reporting as if it had", async () => {
    const url = "postgresql://nobody:hidden@127.0.0.1:1/none";
    const message = await check({ SHOP_URL: url }, "", ...connection);
    expect(message).toMatch(/no server listens/);
    expect(message).not.toContain("hidden");
  });

  it("refuses a name that stands for no connection", async () => {
    expect(await check({}, "", "--connection", "SHOP_URL")).toContain("SHOP_URL");
  });
});
