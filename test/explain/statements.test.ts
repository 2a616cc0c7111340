/** Statements of a real PostgreSQL, sent by real Django, matched to the querysets of the project that sent them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from "vitest";
import { readStatementExport } from "../../server/src/explain/statements/statement-export.ts";
import { queryscope, runProcess } from "../cli/support/command.ts";
import { djangoPython, djangoWithPsycopg, skipIfUnavailable } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { shopRoot } from "./shop-compiler.ts";

const folder = mkdtempSync(path.join(tmpdir(), "queryscope-statements-"));
let python = "";
let server: PostgresServer | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    python = await djangoPython("5.2");
    const withDriver = await djangoWithPsycopg();
    server = await startPostgres({ settings: ["shared_preload_libraries=pg_stat_statements"] });
    const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
    const tables = await runProcess(withDriver, ["-B", script("shop-tables.py")], shopRoot);
    await server.run(
      `${tables.stdout}; CREATE EXTENSION pg_stat_statements; SELECT pg_stat_statements_reset()`,
    );
    const { host: HOST, port: PORT, user: USER, password: PASSWORD, database: NAME } = server;
    const settings = JSON.stringify({ HOST, PORT, USER, PASSWORD, NAME });
    const sent = await runProcess(withDriver, ["-B", script("shop-queries.py")], shopRoot, settings);
    if (sent.status !== 0) throw new Error(sent.stderr);
    vi.stubEnv("QUERYSCOPE_DATABASE_URL", server.url);
  } catch (error) {
    unavailable = error;
  }
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

interface Statement {
  readonly query: string;
  readonly calls: number;
  readonly totalTime: number;
  readonly meanTime: number;
  readonly places: readonly {
    readonly path: string;
    readonly range: { start: { line: number } };
    readonly role: string;
  }[];
}

async function statements({ skip }: Pick<TestContext, "skip">, ...args: readonly string[]) {
  if (unavailable !== undefined) skipIfUnavailable(unavailable, skip);
  const all = ["statements", "--python", python, "--output-format", "json", "--quiet", ...args];
  const { status, stdout, stderr } = await queryscope({ folder: shopRoot }, ...all);
  expect([status, stderr]).toEqual([0, ""]);
  const report: {
    summary: { querysets: { total: number; compiled: number } };
    statements: readonly Statement[];
  } = JSON.parse(stdout);
  return report;
}

const lineOf = (text: string) =>
  readFileSync(path.join(shopRoot, "store/views.py"), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

describe("queryscope statements", () => {
  it("finds the querysets of what a database has run, by total time", async (context) => {
    const { statements: found, summary } = await statements(
      context,
      "--connection",
      "QUERYSCOPE_DATABASE_URL",
    );
    const at = (text: string, role = "queryset") =>
      found.filter(({ places }) =>
        places.some(({ range, role: its }) => range.start.line === lineOf(text) && its === role),
      );
    expect(at("number__startswith").map(({ calls }) => calls)).toEqual([4]);
    // Two lists of different length are one statement for PostgreSQL's grammar.
    expect(at("pk__in=ids").map(({ calls }) => calls)).toEqual([2]);
    // So are pages, the first one without OFFSET too.
    expect(at("[start : start + PAGE_SIZE]").map(({ calls }) => calls)).toEqual([3]);
    expect(at("request.user.orders.all()", "page").map(({ calls }) => calls)).toEqual([1]);
    expect(at("Order.objects.prefetch_related(", "prefetch").length).toBeGreaterThan(0);
    expect(at("status=Order.Status.DONE").map(({ calls }) => calls)).toEqual([1]);
    const counted = found.find(({ query }) => query.startsWith("SELECT COUNT("));
    expect(counted?.places.map(({ role }) => role)).toContain("count");
    expect(found.map(({ totalTime }) => totalTime)).toEqual(
      found.map(({ totalTime }) => totalTime).toSorted((a, b) => b - a),
    );
    // What no queryset sends: rows that are made, and what the test itself asked.
    expect(
      found.filter(({ places }) => places.length === 0).map(({ query }) => query.slice(0, 11)),
    ).toContain("INSERT INTO");
    expect(summary.querysets.compiled).toBeGreaterThan(10);
  });

  it("reads the same from an exported file", async (context) => {
    if (unavailable !== undefined) skipIfUnavailable(unavailable, context.skip);
    const rows = await server?.run(
      "SELECT query, calls, total_exec_time, mean_exec_time, rows FROM pg_stat_statements",
    );
    const quoted = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
    const csv = path.join(folder, "statements.csv");
    const names = ["query", "calls", "total_exec_time", "mean_exec_time", "rows"];
    writeFileSync(
      csv,
      [names.join(","), ...(rows ?? []).map((row) => names.map((name) => quoted(row[name])).join(","))].join(
        "\r\n",
      ),
    );
    const { statements: found } = await statements(context, "--from", csv);
    const [search] = found.filter(
      ({ places }) => places[0]?.range.start.line === lineOf("number__startswith"),
    );
    expect(search).toMatchObject({ calls: 4, places: [{ path: "store/views.py", role: "queryset" }] });
    expect(search?.totalTime).toBeCloseTo(4 * (search?.meanTime ?? 0), 6);
  });

  it.for([
    [[], "statements needs --from FILE or --connection NAME"],
    [["--from", "nowhere.csv"], "nowhere.csv cannot be read"],
    [["--from", "store/models.py"], "store/models.py is neither CSV with a line of names nor JSON"],
  ] as const)("says what is wrong with %j", async ([args, message]) => {
    const { status, stderr } = await queryscope({ folder: shopRoot }, "statements", ...args);
    expect([status, stderr]).toEqual([2, `queryscope: ${message}\n`]);
  });
});

describe("an export of pg_stat_statements", () => {
  const expected = {
    kind: "statements",
    statements: [{ query: 'SELECT "a;b"', calls: 2, totalTime: 3, meanTime: 1.5, rows: undefined }],
  };

  it.for([
    ["CSV", 'query,calls,total_exec_time\n"SELECT ""a;b""",2,3\n'],
    [
      "CSV with semicolons and the names of PostgreSQL 12",
      '\uFEFFCalls;Query;Mean_Time\r\n2;"SELECT ""a;b""";1.5\r\n',
    ],
    ["JSON", '[{"query": "SELECT \\"a;b\\"", "calls": "2", "total_exec_time": 3}]'],
    ["JSON lines", '{"query": "SELECT \\"a;b\\"", "calls": 2, "mean_exec_time": 1.5}'],
  ])("may be %s", ([, text = ""]) => {
    expect(readStatementExport(text)).toEqual(expected);
  });

  it.for([
    ["", "is empty"],
    ["a,b\n1,2", "has no column query"],
    ["query,calls\nx,many", "has no column calls with numbers"],
    ["query,calls\nx,1", "has neither a column total_exec_time nor mean_exec_time with numbers"],
    ["[1]", "is neither CSV with a line of names nor JSON"],
    ["{broken", "is neither CSV with a line of names nor JSON"],
  ] as const)("%j %s", ([text, reason]) => {
    expect(readStatementExport(text)).toEqual({ kind: "failed", reason });
  });
});
