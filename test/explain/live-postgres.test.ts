import { createServer } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { SslMode } from "../../server/src/explain/connection-profile.ts";
import type { ConnectionDetails } from "../../server/src/explain/connection-url.ts";
import { type LiveLimits, LivePostgres } from "../../server/src/explain/live-postgres.ts";
import type { PlanResult } from "../../server/src/explain/plan-source.ts";
import { planText } from "../../server/src/explain/plan-text.ts";
import type { CompiledStatement, QueryParameter } from "../../server/src/explain/queryset-compiler.ts";
import { skipIfUnavailable } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";

let started: PostgresServer | undefined;
let unavailable: unknown;

beforeAll(async () => {
  try {
    started = await startPostgres({ encrypted: true });
  } catch (error) {
    unavailable = error;
    return;
  }
  await started.run(`
    CREATE TABLE orders (id bigint PRIMARY KEY, status varchar(10) NOT NULL, placed date, data jsonb, key uuid);
    INSERT INTO orders SELECT n, CASE WHEN n % 100 = 0 THEN 'open' ELSE 'done' END, '2024-01-01'::date + n % 300
      FROM generate_series(1, 20000) n;
    CREATE INDEX orders_placed ON orders (placed);
    ANALYZE orders;
    CREATE TABLE secret (id int);
    CREATE FUNCTION slow(int) RETURNS int STABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(10); RETURN 1; END $$;
    CREATE VIEW slow_view AS SELECT * FROM orders WHERE id = slow(1);
    CREATE ROLE reader LOGIN PASSWORD 'reader password';
    GRANT SELECT ON orders TO reader;
  `);
}, 120_000);

afterAll(() => started?.stop());

function server({ skip }: Pick<TestContext, "skip">): PostgresServer {
  return started ?? skipIfUnavailable(unavailable, skip);
}

function detailsOf(
  to: PostgresServer,
  changes: Partial<ConnectionDetails["profile"]> = {},
  password = to.password,
) {
  const { host, port, user, database } = to;
  const files = {
    sslRootCertificate: undefined,
    sslCertificate: undefined,
    sslKey: undefined,
    options: undefined,
  };
  const profile = {
    label: "shop",
    host,
    port,
    user,
    database,
    sslMode: "prefer" as SslMode,
    ...files,
    ...changes,
  };
  return { profile, password };
}

async function withSource<Result>(
  details: ConnectionDetails,
  use: (source: LivePostgres) => Promise<Result>,
  limits: Partial<LiveLimits> = {},
): Promise<Result> {
  const source = new LivePostgres(details, limits);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

const statement = (sql: string, ...params: readonly Partial<QueryParameter>[]): CompiledStatement => ({
  role: "queryset",
  sql,
  params: params.map((parameter) => ({ value: null, type: "unknown", name: null, ...parameter })),
});

const text = (value: string): Partial<QueryParameter> => ({ value, type: "text" });
const integer = (value: number): Partial<QueryParameter> => ({ value, type: "integer" });

/** The plan's text without the numbers, which differ between versions and machines; or the error. */
function outline(result: PlanResult): string {
  if (result.kind === "failed") return `${result.error.kind}: ${result.error.message}`;
  return planText(result.plan).replaceAll(/ {2}\((?:cost|actual)=?[^)]*\)/g, "");
}

const explain = (to: PostgresServer, asked: CompiledStatement, analyze = false) =>
  withSource(detailsOf(to), (source) => source.explain(asked, { analyze }));

describe("the plan of a query", () => {
  it("comes with the values that Django sends", async (context) => {
    const query = statement(`SELECT "orders"."id" FROM "orders" WHERE "orders"."id" = $1`, integer(7));
    const result = await explain(server(context), query);
    expect(outline(result)).toBe("Index Only Scan using orders_pkey on orders\n   Index Cond: (id = 7)");
    expect(result).toMatchObject({
      plan: { server: expect.stringMatching(/^\d+\.\d+/), analyzed: false, executionTime: undefined },
    });
  });

  it("estimates with the value, not for any", async (context) => {
    const rows = async (status: string) => {
      const result = await explain(
        server(context),
        statement(`SELECT * FROM orders WHERE status = $1`, text(status)),
      );
      return result.kind === "planned" ? Number(result.plan.root.properties["Plan Rows"]) : 0;
    };
    expect(await rows("open")).toBeLessThan(1_000);
    expect(await rows("done")).toBeGreaterThan(19_000);
  });

  it.for([
    [
      "a grouped expression that is selected too",
      `SELECT COALESCE(status, $1) FROM orders GROUP BY COALESCE(status, $2)`,
      [text("x"), text("x")],
    ],
    [
      "a number among texts",
      `SELECT CASE WHEN id > $1 THEN $2 ELSE $3 END FROM orders`,
      [integer(1), text("a"), text("b")],
    ],
    [
      "a sum of bare numbers",
      `SELECT SUM(CASE WHEN id > $1 THEN $2 ELSE $3 END) FROM orders`,
      [integer(1), integer(1), integer(0)],
    ],
    [
      "texts whose type only a literal tells",
      `SELECT CONCAT($1, $2, id) FROM orders`,
      [text("a"), text("b")],
    ],
    ["a date", `SELECT id FROM orders WHERE placed = $1`, [{ value: "2024-02-03", type: "date" }]],
    ["a null", `SELECT id FROM orders WHERE status = $1`, [{ value: null, type: "unknown" }]],
    [
      "a key of a document",
      `SELECT id FROM orders WHERE (data -> $1) = $2`,
      [text("a"), { value: `"b"`, type: "jsonb" }],
    ],
    ["a list", `SELECT id FROM orders WHERE id = ANY($1)`, [{ value: "{1,2}", type: "unknown" }]],
    [
      "a uuid",
      `SELECT id FROM orders WHERE key = $1`,
      [{ value: "11111111-2222-3333-4444-555555555555", type: "uuid" }],
    ],
    [
      "an interval",
      `SELECT placed + $1 FROM orders`,
      [{ value: "1 days 0.000000 seconds", type: "interval" }],
    ],
    [
      "a text like a statement",
      `SELECT id FROM orders WHERE status = $1`,
      [text("'; DROP TABLE orders; --")],
    ],
  ] satisfies readonly (readonly [string, string, readonly Partial<QueryParameter>[]])[])(
    "binds %s",
    async ([, sql, params], context) => {
      expect(await explain(server(context), statement(sql, ...params))).toMatchObject({ kind: "planned" });
    },
  );

  it("of a change does not make it", async (context) => {
    const to = server(context);
    expect(outline(await explain(to, statement(`DELETE FROM orders WHERE id = $1`, integer(1))))).toContain(
      "Delete on orders",
    );
    expect(outline(await explain(to, statement(`UPDATE orders SET status = $1`, text("x"))))).toContain(
      "Update on orders",
    );
    expect(
      outline(
        await explain(
          to,
          statement(`INSERT INTO orders (id, status) VALUES ($1, $2)`, integer(0), text("x")),
        ),
      ),
    ).toContain("Insert on orders");
    expect(
      await to.run(`SELECT count(*)::int AS n, count(*) FILTER (WHERE status = 'x')::int AS x FROM orders`),
    ).toEqual([{ n: 20000, x: 0 }]);
  });

  it("leaves no transaction and no connection behind", async (context) => {
    const to = server(context);
    await withSource(detailsOf(to), async (source) => {
      await source.explain(statement("SELECT 1 FROM orders"), { analyze: false });
      await source.explain(statement("SELECT nothing FROM orders"), { analyze: false });
      const states = await to.run(`SELECT state FROM pg_stat_activity WHERE application_name = 'queryscope'`);
      expect(states).toEqual([{ state: "idle" }]);
    });
    await expect
      .poll(() => to.run(`SELECT state FROM pg_stat_activity WHERE application_name = 'queryscope'`))
      .toEqual([]);
  });
});

describe("a measured plan", () => {
  it("has times and rows", async (context) => {
    const result = await explain(
      server(context),
      statement("SELECT * FROM orders WHERE id < $1", integer(10)),
      true,
    );
    expect(result.kind === "planned" && planText(result.plan)).toMatch(
      /actual time=.* rows=9(\.00)? loops=1\)(.|\n)*Execution time: /,
    );
  });

  it("is refused for a change", async (context) => {
    const to = server(context);
    expect(outline(await explain(to, statement("DELETE FROM orders"), true))).toBe(
      "refused-statement: a statement that changes rows is never run; ask for its plan without analyze",
    );
    expect(await to.run("SELECT count(*)::int AS n FROM orders")).toEqual([{ n: 20000 }]);
  });
});

describe("what is not sent", () => {
  it.for<readonly [string, string]>([
    ["SELECT pg_terminate_backend(pid) FROM pg_stat_activity", "calls pg_terminate_backend()"],
    ["SELECT pg_sleep(10)", "calls pg_sleep()"],
    ["WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone", "changes rows in a part of it"],
    ["SELECT * INTO copy FROM orders", "creates a table"],
    ["SELECT * FROM orders FOR UPDATE", "locks rows"],
    ["SELECT 1; DROP TABLE orders", "is more than one statement"],
    ["SELECT 1) ; DROP TABLE orders; SELECT (1", "is not SQL that PostgreSQL reads"],
    ["SELECT slow(1)", "calls slow()"],
  ])("%s", async ([sql, reason], context) => {
    const to = server(context);
    for (const analyze of [false, true]) {
      const result = outline(await explain(to, statement(sql), analyze));
      expect(result).toMatch(/^refused-statement: the statement .*; it was not sent$/);
      expect(result).toContain(reason);
    }
    expect(await to.run("SELECT count(*)::int AS n FROM orders")).toEqual([{ n: 20000 }]);
  });
});

describe("what goes wrong on the server", () => {
  it("a locked table is not waited for", async (context) => {
    const to = server(context);
    const other = await to.connect();
    try {
      await other.query("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
      const result = await explain(to, statement("SELECT * FROM orders"));
      expect(outline(result)).toBe(
        "server: a table of the query is locked by another session; nothing was waited for",
      );
    } finally {
      await other.end();
    }
  });

  it("planning that takes too long is stopped", async (context) => {
    const query = statement("SELECT * FROM slow_view");
    const result = await withSource(
      detailsOf(server(context)),
      (source) => source.explain(query, { analyze: false }),
      { statementMs: 300 },
    );
    expect(outline(result)).toBe("server: the server did not finish within 0.3 s and was told to stop");
  });

  it.for<readonly [string, string]>([
    [
      "SELECT * FROM nothing",
      `schema: relation "nothing" does not exist; have the migrations been applied to this database?`,
    ],
    [
      "SELECT nothing FROM orders",
      `schema: column "nothing" does not exist; do the database's tables match the models?`,
    ],
    ["SELECT similarity(status, 'x') FROM orders", "is an extension or migration missing?"],
    [
      "SELECT id FROM orders WHERE placed = 'a private thing'",
      "server: the server rejects a value: invalid input syntax for type date",
    ],
    ["SELECT id FROM orders GROUP BY status", "server: the server rejects the query: column"],
  ])("%s", async ([sql, message], context) => {
    const result = outline(await explain(server(context), statement(sql)));
    expect(result).toContain(message);
    expect(result).not.toContain("private");
  });

  it("missing rights are named", async (context) => {
    const details = detailsOf(server(context), { user: "reader" }, "reader password");
    await withSource(details, async (source) => {
      expect(outline(await source.explain(statement("SELECT * FROM orders"), { analyze: false }))).toContain(
        "Seq Scan",
      );
      expect(outline(await source.explain(statement("SELECT * FROM secret"), { analyze: false }))).toBe(
        "permission: the connection's user may not do this: permission denied for table secret",
      );
    });
  });

  it("an ended session is a failure, not a crash", async (context) => {
    const to = server(context);
    await withSource(detailsOf(to), async (source) => {
      await source.open();
      await to.run(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'queryscope'`,
      );
      const result = await source.explain(statement("SELECT 1 FROM orders"), { analyze: false });
      expect(outline(result)).toMatch(/^connection: connection shop: /);
    });
  });
});

describe("no connection", () => {
  const open = async (details: ConnectionDetails) => {
    const result = await withSource(details, (source) => source.open(), { connectMs: 1_000 });
    return result.kind === "failed" ? result.error : undefined;
  };

  it("for a wrong password, which is in no message", async (context) => {
    const error = await open(detailsOf(server(context), {}, "wrong horse"));
    expect(error).toEqual({
      kind: "password",
      message: "connection shop: the password is wrong, or the user does not exist",
    });
  });

  it("without a password where one is needed", async (context) => {
    const error = await open({ ...detailsOf(server(context)), password: undefined });
    expect(error?.message).toBe("connection shop: it needs a password and none was given");
  });

  it("for a user that does not exist, whose name is in no message", async (context) => {
    const error = await open(detailsOf(server(context), { user: "mallory" }));
    expect(error?.message).toBe("connection shop: the password is wrong, or the user does not exist");
  });

  it("for a database that does not exist", async (context) => {
    const error = await open(detailsOf(server(context), { database: "nothing" }));
    expect(error?.message).toBe("connection shop: the database does not exist");
  });

  it("where nothing listens", async (context) => {
    const error = await open(detailsOf(server(context), { port: 1 }));
    expect(error?.message).toBe("connection shop: no server listens at its address and port");
  });

  it("for an unknown host, whose name is in no message", async (context) => {
    const error = await open(detailsOf(server(context), { host: "database.invalid" }));
    expect(error?.message).toBe("connection shop: its host name is unknown");
  });

  it("where something listens that never answers", async (context) => {
    const mute = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const address = mute.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      const error = await open(detailsOf(server(context), { port, sslMode: "disable" }));
      expect(error?.message).toBe("connection shop: the server does not answer");
    } finally {
      await new Promise((resolve) => mute.close(resolve));
    }
  });

  it("over a socket folder without a socket", async (context) => {
    const error = await open(detailsOf(server(context), { host: "/nonexistent" }));
    expect(error?.message).toBe("connection shop: there is no socket of a server in its folder");
  });
});

describe("encryption", () => {
  /** Whether the session is encrypted, or the message. */
  const attempt = async (details: ConnectionDetails): Promise<boolean | string> =>
    withSource(details, async (source) => {
      const opened = await source.open();
      if (opened.kind === "failed") return opened.error.message;
      const [row] =
        (await started?.run(
          `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'queryscope'`,
        )) ?? [];
      return row?.ssl === true;
    });

  const authority = (to: PostgresServer) => path.join(to.socketFolder, "authority.crt");

  it.for([
    ["disable", false],
    ["allow", false],
    ["prefer", true],
    ["require", true],
  ] as const)("%s", async ([sslMode, encrypted], context) => {
    expect(await attempt(detailsOf(server(context), { sslMode }))).toBe(encrypted);
  });

  it("is not used on a socket", async (context) => {
    const to = server(context);
    expect(await attempt(detailsOf(to, { host: to.socketFolder, sslMode: "verify-full" }))).toBe(false);
  });

  it.for(["verify-ca", "verify-full"] as const)(
    "%s rejects an unknown authority",
    async (sslMode, context) => {
      expect(await attempt(detailsOf(server(context), { host: "localhost", sslMode }))).toBe(
        "connection shop: the server's certificate is not signed by a known authority; give it with sslrootcert",
      );
    },
  );

  it("verify-full accepts the right name and authority", async (context) => {
    const to = server(context);
    const changes = { host: "localhost", sslMode: "verify-full", sslRootCertificate: authority(to) } as const;
    expect(await attempt(detailsOf(to, changes))).toBe(true);
  });

  it("verify-full rejects another name, which verify-ca accepts", async (context) => {
    const to = server(context);
    const address = { host: "127.0.0.1", sslRootCertificate: authority(to) };
    expect(await attempt(detailsOf(to, { ...address, sslMode: "verify-full" }))).toBe(
      "connection shop: the server's certificate is for another name (sslmode verify-full)",
    );
    expect(await attempt(detailsOf(to, { ...address, sslMode: "verify-ca" }))).toBe(true);
  });

  it("require checks the authority where one is given, as libpq does", async (context) => {
    const to = server(context);
    expect(await attempt(detailsOf(to, { sslMode: "require", sslRootCertificate: authority(to) }))).toBe(
      true,
    );
  });

  it("needs the certificate file that is given", async (context) => {
    const changes = { sslMode: "verify-ca", sslRootCertificate: "/nonexistent/root.crt" } as const;
    expect(await attempt(detailsOf(server(context), changes))).toBe(
      "connection shop: the certificate file /nonexistent/root.crt can't be read",
    );
  });
});
