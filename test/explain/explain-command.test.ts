/** `queryscope explain` on a real project, interpreter and server. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { CliEnvironment } from "../../server/src/cli/environment.ts";
import { runCommandLine } from "../../server/src/cli/run.ts";
import type { ExplanationJson } from "../../server/src/explain/explanation-json.ts";
import { nodeFileSystem } from "../../server/src/platform/node-file-system.ts";
import { folderWith, queryscope, runProcess } from "../cli/support/command.ts";
import { djangoPython, djangoWithPsycopg, skipIfUnavailable } from "../support/django-environment.ts";
import { openTestWorkspace } from "../support/memory-workspace.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { testParser } from "../support/python-parser.ts";
import { shopRoot } from "./shop-compiler.ts";

let python = "";
let server: PostgresServer | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    python = await djangoPython("5.2");
    server = await startPostgres();
    // The tables as the project's own models make them.
    const ddl = await tablesOf(await djangoWithPsycopg());
    await server.run(ddl);
  } catch (error) {
    unavailable = error;
  }
}, 300_000);

afterAll(() => server?.stop());

async function tablesOf(interpreter: string): Promise<string> {
  const script = fileURLToPath(new URL("shop-tables.py", import.meta.url));
  const { status, stdout, stderr } = await runProcess(interpreter, ["-B", script], shopRoot);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

interface Situation {
  readonly variables?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** What the user answers; undefined without a terminal. */
  readonly answer?: boolean;
}

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly questions: readonly string[];
}

async function run(
  context: Pick<TestContext, "skip">,
  situation: Situation,
  ...args: readonly string[]
): Promise<Outcome> {
  if (unavailable !== undefined) skipIfUnavailable(unavailable, context.skip);
  const written = { stdout: "", stderr: "" };
  const questions: string[] = [];
  const outputTo = (stream: "stdout" | "stderr") => ({
    write: (text: string) => {
      written[stream] += text;
    },
    isTerminal: false,
  });
  const environment: CliEnvironment = {
    workingFolder: situation.folder ?? shopRoot,
    variables: situation.variables ?? {},
    stdout: outputTo("stdout"),
    stderr: outputTo("stderr"),
    readStdin: async () => "",
    version: "0",
    build: "0",
    cache: undefined,
    processors: 1,
    files: nodeFileSystem,
    rules: [],
    rulePage: () => undefined,
    openWorkspace: ({ folder, files = nodeFileSystem }) => openTestWorkspace(files, { root: folder }),
    startServer: async () => {},
    embeddedPostgres: new URL("../../dist/embedded/", import.meta.url),
    pythonParser: testParser,
    confirm: async (question) => {
      questions.push(question);
      return situation.answer;
    },
  };
  const status = await runCommandLine(["explain", "--python", python, ...args], environment);
  return { status, ...written, questions };
}

const withDatabase = (): Situation => ({ variables: { QUERYSCOPE_DATABASE_URL: server?.url ?? "" } });

/** The path of a configuration. */
const configured = (text: string): string =>
  path.join(folderWith({ "queryscope.toml": text }), "queryscope.toml");

const json = ({ stdout }: Outcome) => JSON.parse(stdout) as readonly ExplanationJson[];

describe("queryscope explain", () => {
  it("shows SQL and parameters", async (context) => {
    const { status, stdout, stderr } = await run(context, {}, "--sql-only", "store/views.py:37");
    expect(stdout).toBe(`store/views.py:37:12
    request.user.orders.all()

SELECT "store_order"."id", "store_order"."tenant_id", "store_order"."customer_id",
  "store_order"."status", "store_order"."number", "store_order"."total", "store_order"."created_at",
  "store_order"."data"
FROM "store_order"
WHERE "store_order"."customer_id" = $1
ORDER BY "store_order"."created_at" DESC

$1 = 900001   stands in for request.user.id

Note: the project uses django.db.backends.sqlite3; this is what it would send to PostgreSQL

`);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("plans without a database where none is named, says on what ground and what was found", async (context) => {
    const variables = { DATABASE_URL: "postgres://somebody:secret@db.example.com/shop" };
    const { status, stdout, stderr } = await run(context, { variables }, "store/views.py:37");
    expect(stdout).toMatch(
      /\nPlan, estimated by the embedded PostgreSQL 18\.\d+ for tables of assumed sizes:\nSort {2}\(cost=/,
    );
    expect(stdout).toContain("Index Cond: (customer_id = 900001)");
    expect(
      stdout,
    ).toContain(`Assumed, because no database was asked; the settings table-rows and column-statistics correct it:
  store.Order: 500,000 rows
    store_order.customer_id: 5,000 values, NULL in 20 % of the rows
    store_order.created_at: all different
`);
    expect(stderr).toBe(
      "No database was named: the plans assume sizes. For real ones, give --connection NAME (found: DATABASE_URL).\n",
    );
    expect(status).toBe(0);
  });

  it("takes the sizes of tables and the values of columns from the configuration", async (context) => {
    const config = configured(
      '[table-rows]\n"store.Order" = 7_000_000\n[column-statistics]\n"store.Order.customer" = { distinct = 3, nulls = 0 }\n',
    );
    const outcome = await run(
      context,
      {},
      "--config",
      config,
      "--output-format",
      "json",
      "store/views.py:37",
    );
    expect(json(outcome)).toMatchObject([
      {
        plan: { server: expect.stringMatching(/^18\./), analyzed: false },
        statements: [
          {
            assumed: [
              {
                table: "store_order",
                model: "store.Order",
                rows: 7_000_000,
                reason: "setting",
                columns: expect.arrayContaining([
                  {
                    column: "status",
                    source: "guess",
                    nulls: 0,
                    distinctValues: 2,
                    common: [
                      { value: "new", share: 0.6667 },
                      { value: "done", share: 0.3333 },
                    ],
                  },
                  { column: "customer_id", source: "setting", nulls: 0, distinctValues: 3, common: [] },
                ]),
              },
            ],
          },
        ],
      },
    ]);
  });

  it("tells which tables and columns the configuration misspells, as Django knows them", async (context) => {
    const config = configured(`[table-rows]
"*" = 500
"store.Ordre" = 7_000_000
"store.Basket" = 10
"taggit.Tag" = 10
store_order = 1000
[column-statistics]
"store.Order.custmer" = { distinct = 3 }
"store.Order.customer_id" = { distinct = 3 }
"store_order.customer" = { distinct = 3 }
"store_order.customer_id" = { distinct = 3 }
`);
    const misspelt = ["--config", config, "store/views.py:37", "store/views.py:37"];
    const { status, stderr } = await run(context, {}, ...misspelt);
    expect(status).toBe(0);
    expect(stderr.split("\n").flatMap((line) => line.split("queryscope.toml:")[1] ?? [])).toEqual([
      "3:1: `table-rows`: the project has no model `store.Ordre`; did you mean `store.Order`?",
      "4:1: `table-rows`: the project has no model `store.Basket`",
      "8:1: `column-statistics`: the project has no field `store.Order.custmer`; did you mean `store.Order.customer`?",
      "9:1: `column-statistics`: the project has no field `store.Order.customer_id`; did you mean `store.Order.customer`?",
      "10:1: `column-statistics`: the project has no column `store_order.customer`",
    ]);
    for (const other of ["--quiet", "--sql-only"])
      expect((await run(context, {}, other, ...misspelt)).stderr).not.toContain("queryscope.toml");
  });

  it("shows the plan of the database that is asked for", async (context) => {
    const { status, stdout } = await run(context, withDatabase(), "store/views.py:37");
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nPlan, estimated by PostgreSQL \d+\.\d+:\nSort {2}\(cost=/);
    expect(stdout).toContain("Index Cond: (customer_id = 900001)");
  });

  it("writes JSON with everything", async (context) => {
    const outcome = await run(context, withDatabase(), "--output-format", "json", "store/views.py:37");
    const plan = {
      server: expect.stringMatching(/^\d+\.\d+$/),
      analyzed: false,
      text: expect.stringContaining("Sort"),
      json: { Plan: expect.objectContaining({ "Node Type": "Sort" }) },
    };
    expect(json(outcome)).toEqual([
      {
        path: "store/views.py",
        range: { start: { line: 37, column: 12 }, end: { line: 37, column: 37 } },
        expression: "request.user.orders.all()",
        statements: [
          {
            role: "queryset",
            sql: expect.stringContaining(`WHERE "store_order"."customer_id" = $1`),
            params: [{ value: 900001, type: "integer", name: "request.user.id" }],
            hotspots: [
              {
                node: "Bitmap Heap Scan on store_order",
                share: expect.any(Number),
                message: "reads about 2 rows",
                rule: null,
                range: { start: { line: 37, column: 12 }, end: { line: 37, column: 37 } },
              },
              expect.objectContaining({
                node: "Bitmap Index Scan on store_order_customer_id_13d6d43e",
              }),
            ],
            plan,
            assumed: null,
            error: null,
          },
        ],
        plan,
        advice: [],
        notes: [expect.stringContaining("django.db.backends.sqlite3")],
        error: null,
      },
    ]);
  });

  it("explains every queryset of a file, with the statements around it", async (context) => {
    const outcome = await run(context, withDatabase(), "--output-format", "json", "store/views.py");
    const results = json(outcome);
    expect(results.map(({ error }) => error)).toEqual(results.map(() => null));
    expect(results.length).toBeGreaterThan(18);
    const statements = results.flatMap((result) => result.statements);
    expect(statements.map(({ plan, error }) => error ?? (plan === null ? "no plan" : "planned"))).toEqual(
      statements.map(() => "planned"),
    );
    expect(outcome.status).toBe(0);
  }, 120_000);

  it("explains the place of a cursor", async (context) => {
    const outcome = await run(context, {}, "--sql-only", "--output-format", "json", "store/views.py:48:10");
    expect(json(outcome).map(({ expression }) => expression)).toEqual([
      expect.stringMatching(/^Order\.objects\.prefetch_related\(/),
    ]);
  });

  it("says what can't be explained, with exit status 1", async (context) => {
    const text = await run(context, {}, "--sql-only", "store/views.py:9", "store/views.py:37");
    expect(text.status).toBe(1);
    expect(text.stdout).toMatch(
      /^store\/views\.py: there is no queryset on line 9\nstore\/views\.py:37:12\n/,
    );
    const both = await run(
      context,
      {},
      "--sql-only",
      "--output-format",
      "json",
      "store/views.py:9",
      "store/views.py:37",
    );
    expect(json(both).map(({ error }) => error?.kind ?? null)).toEqual(["no-queryset", null]);
    expect(both.status).toBe(1);
  });

  it("keeps the SQL where the database does not answer, and every secret to itself", async (context) => {
    const url = `postgres://mallory:wrong%20horse@127.0.0.1:${server?.port}/postgres`;
    const situation = { variables: { QUERYSCOPE_DATABASE_URL: url } };
    const outcome = await run(
      context,
      situation,
      "--verbose",
      "--output-format",
      "json",
      "store/views.py:37",
    );
    expect(json(outcome)).toMatchObject([
      {
        statements: [{ sql: expect.stringContaining("SELECT"), plan: null }],
        plan: null,
        error: {
          kind: "password",
          message: "connection QUERYSCOPE_DATABASE_URL: the password is wrong, or the user does not exist",
        },
      },
    ]);
    expect(outcome.status).toBe(1);
    const said = outcome.stdout + outcome.stderr;
    for (const secret of ["mallory", "wrong horse", "wrong%20horse", "127.0.0.1"])
      expect(said).not.toContain(secret);
  });

  it("keeps to the analyzed project's own environment", async (context) => {
    const folder = folderWith({
      "manage.py": `import django, os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")\n`,
      "settings.py": `import os\nSECRET_KEY = os.environ["SHOP_KEY"]\nINSTALLED_APPS = ["django.contrib.contenttypes"]\n`,
      "queries.py": `from django.contrib.contenttypes.models import ContentType\n\nALL = ContentType.objects.all()\n`,
    });
    const situation = { folder, variables: { SHOP_KEY: "from the shell" } };
    const without = await run(context, situation, "--sql-only", "queries.py:3");
    expect(without.stdout).toContain("the environment variable SHOP_KEY is not set");
    expect(without.status).toBe(1);
    for (const given of ["SHOP_KEY", "SHOP_KEY=x"]) {
      const outcome = await run(context, situation, "--sql-only", "--env", given, "queries.py:3");
      expect(outcome.stdout).toContain(`FROM "django_content_type"`);
      expect(outcome.status).toBe(0);
    }
    const missing = await run(context, { folder }, "--sql-only", "--env", "SHOP_KEY", "queries.py:3");
    expect(missing.stderr).toBe("queryscope: --env: the variable SHOP_KEY is not set\n");
  });
});

describe("a wrong call of explain", () => {
  it.for<readonly [readonly string[], string]>([
    [[], "explain needs a file: queryscope explain FILE[:LINE]"],
    [["nothing.py:3"], "nothing.py does not exist"],
    [["store"], "store is not a file"],
    [
      ["--connection", "staging", "store/views.py"],
      "the connection staging is neither a URL, nor a variable with one, nor a service of libpq",
    ],
    [
      ["--connection", "mysql://db/shop", "store/views.py"],
      "the connection of the given URL is not the URL of a PostgreSQL database",
    ],
    [
      ["--connection", "postgres://me:secret@db/shop", "store/views.py"],
      "has a password in it, which others can see on a command line",
    ],
    [["--analyze", "--sql-only", "store/views.py"], "--analyze and --sql-only exclude each other"],
    [["--analyze", "store/views.py"], "--analyze needs a database: --connection NAME, or --generate-rows N"],
    [["--generate-rows", "1000000", "store/views.py"], "--generate-rows takes at most 500000"],
    [["--generate-rows", "10", "--sql-only", "store/views.py"], "--generate-rows and --sql-only exclude"],
    [["--analize", "store/views.py"], "unknown option --analize; did you mean --analyze?"],
  ])("%j", async ([args, message], context) => {
    const { status, stdout, stderr } = await run(context, {}, ...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("secret");
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });
});

describe("--generate-rows", () => {
  it("measures the query without a database, and asks nothing", async (context) => {
    const { stdout, questions, status } = await run(
      context,
      {},
      "--generate-rows",
      "1000",
      "store/views.py:37",
    );
    expect(stdout).toMatch(
      /Plan, measured by the embedded PostgreSQL .* on generated rows(.|\n)*Execution time: /,
    );
    expect(stdout).toContain("store.Order: 1,000 rows");
    expect(questions).toEqual([]);
    expect(status).toBe(0);
  });
});

describe("--analyze", () => {
  const far = "postgres://me@db.example.com/shop";

  it("asks first, naming host and database, and runs after a yes", async (context) => {
    const situation = { ...withDatabase(), answer: true };
    const { stdout, questions, status } = await run(context, situation, "--analyze", "store/views.py:37");
    expect(questions).toEqual([
      `Run the query on database "postgres" at 127.0.0.1:${server?.port} to measure it?`,
    ]);
    expect(stdout).toMatch(/Plan, measured on PostgreSQL(.|\n)*Execution time: /);
    expect(status).toBe(0);
  });

  it("does nothing after a no", async (context) => {
    const { stderr, stdout, status } = await run(
      context,
      { ...withDatabase(), answer: false },
      "--analyze",
      "store/views.py:37",
    );
    expect([stderr, stdout, status]).toEqual(["queryscope: nothing was run\n", "", 2]);
  });

  it("needs a terminal or --yes on this machine", async (context) => {
    const refused = await run(context, withDatabase(), "--analyze", "store/views.py:37");
    expect(refused.stderr).toBe(
      "queryscope: --analyze runs the query: confirm it at a terminal, or give --yes\n",
    );
    const allowed = await run(context, withDatabase(), "--analyze", "--yes", "store/views.py:37");
    expect(allowed.questions).toEqual([]);
    expect(allowed.stdout).toContain("Execution time: ");
  });

  it("needs a person for another machine, whatever --yes says", async (context) => {
    const { stderr, questions, status } = await run(
      context,
      {},
      "--connection",
      far,
      "--analyze",
      "--yes",
      "store/views.py:37",
    );
    expect(questions).toEqual([`Run the query on database "shop" at db.example.com:5432 to measure it?`]);
    expect(stderr).toContain("has to be confirmed at a terminal, --yes is not enough");
    expect(status).toBe(2);
  });

  it("does not run what writes", async (context) => {
    const { stdout, status } = await run(context, withDatabase(), "--analyze", "--yes", "store/views.py:79");
    expect(stdout).toContain(
      "No plan: a statement that changes rows is never run; ask for its plan without analyze",
    );
    expect(status).toBe(1);
  });
});

describe("the built command", () => {
  it("finds its bridge and grammar beside itself", async (context) => {
    if (unavailable !== undefined) skipIfUnavailable(unavailable, context.skip);
    const args = ["explain", "--python", python, "--sql-only", "store/views.py:37"];
    const { status, stdout, stderr } = await queryscope({ folder: shopRoot }, ...args);
    expect(stdout).toContain(`\nFROM "store_order"\nWHERE "store_order"."customer_id" = $1\n`);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});
