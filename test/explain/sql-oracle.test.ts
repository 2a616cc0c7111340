/** The SQL of many expressions, compared with what Django itself sent, and planned by a real server. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LivePostgres } from "../../server/src/explain/live-postgres.ts";
import { PythonInterpreterCompiler } from "../../server/src/explain/python-compiler.ts";
import type {
  CompiledStatement,
  CompileResult,
  QuerysetCompiler,
  SchemaResult,
} from "../../server/src/explain/queryset-compiler.ts";
import { formatSql } from "../../server/src/explain/sql-format.ts";
import { djangoPython, djangoWithPsycopg, skipIfUnavailable } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { pyodideCompiler, warmUp } from "./pyodide-shop.ts";

interface OracleRow {
  readonly id: string;
  readonly category: string;
  readonly expr: string;
  readonly sql?: string | null;
  readonly error?: string;
}

const root = fileURLToPath(new URL("sql-oracle", import.meta.url));
const file = path.join(root, "expressions.jsonl");
const rows = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as OracleRow);
const withSql = rows.filter(({ error, sql }) => error === undefined && sql);

function oracleCompiler(python: string): PythonInterpreterCompiler {
  return new PythonInterpreterCompiler({
    workspaceTrusted: true,
    python,
    root,
    sourceRoots: [root],
    settings: "settings",
    environment: {},
    serverVersion: 150000,
  });
}

async function compileAll(compiler: QuerysetCompiler): Promise<ReadonlyMap<string, CompileResult>> {
  const results = new Map<string, CompileResult>();
  try {
    for (const { id, expr } of rows) {
      results.set(id, await compiler.compile({ module: "names", expression: expr, bindings: [] }));
    }
    return results;
  } finally {
    await compiler.close();
  }
}

async function schemaOf(python: string): Promise<SchemaResult> {
  const compiler = oracleCompiler(python);
  try {
    return await compiler.schema();
  } finally {
    await compiler.close();
  }
}

const mainStatement = (result: CompileResult | undefined): CompiledStatement | undefined =>
  result?.kind === "compiled" ? result.statements[0] : undefined;

/** Django's `%s` as PostgreSQL's `$n`. */
function numbered(sql: string): string {
  let count = 0;
  return sql.replace(/%s|%%/g, (found) => (found === "%%" ? "%" : `$${++count}`));
}

describe.each([
  ["without a driver", async () => oracleCompiler(await djangoPython("5.2"))],
  ["with psycopg", async () => oracleCompiler(await djangoWithPsycopg())],
  ["in Queryscope's own Django", async () => pyodideCompiler({ root, settings: "settings" })],
] as const)("the SQL %s", (_case, openCompiler) => {
  let results: ReadonlyMap<string, CompileResult> | undefined;
  let unavailable: unknown;

  beforeAll(async () => {
    try {
      await warmUp();
      results = await compileAll(await openCompiler());
    } catch (error) {
      unavailable = error;
    }
  }, 300_000);

  it("equals what Django sent", ({ skip }) => {
    if (results === undefined) return skipIfUnavailable(unavailable, skip);
    const made = withSql.map(({ id, expr }) => [expr, mainStatement(results?.get(id))?.sql]);
    expect(made).toEqual(withSql.map(({ expr, sql }) => [expr, numbered(sql ?? "")]));
  });

  it("is refused where Django refuses", ({ skip }) => {
    if (results === undefined) return skipIfUnavailable(unavailable, skip);
    // Only a database notices that an order contradicts DISTINCT ON.
    const refused = rows.filter(({ error }) => error !== undefined && error !== "ProgrammingError");
    const kinds = refused.map(({ id, expr }) => {
      const result = results?.get(id);
      return [expr, result?.kind === "failed" ? result.error.kind : result?.kind];
    });
    expect(kinds).toEqual(refused.map(({ expr }) => [expr, "django-rejected"]));
  });
});

describe("a real server", () => {
  let server: PostgresServer | undefined;
  let results: ReadonlyMap<string, CompileResult> | undefined;
  let schema: SchemaResult | undefined;
  let unavailable: unknown;

  beforeAll(async () => {
    try {
      const python = await djangoWithPsycopg();
      server = await startPostgres();
      const { host, port, user, password } = server;
      const env = { ORACLE_HOST: host, ORACLE_PORT: `${port}`, ORACLE_USER: user, ORACLE_PASSWORD: password };
      await server.run("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent");
      await promisify(execFile)(python, ["-B", "manage.py", "migrate"], { cwd: root, env });
      results = await compileAll(oracleCompiler(python));
      schema = await schemaOf(await djangoPython("5.2"));
    } catch (error) {
      unavailable = error;
    }
  }, 300_000);

  afterAll(() => server?.stop());

  it("has the tables that the project's schema describes, column by column", async ({ skip }) => {
    if (server === undefined || schema === undefined) return skipIfUnavailable(unavailable, skip);
    if (schema.kind === "failed") throw new Error(schema.error.message);
    const { tables, notes } = schema.schema;
    expect(notes).toEqual([]);
    const statements = [
      ...tables.flatMap(({ create }) => create),
      ...tables.flatMap(({ deferred }) => deferred),
    ];
    await server.run(
      `CREATE SCHEMA described; SET search_path TO described, public; ${statements.join(";\n")}`,
    );
    const columnsIn = `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
      WHERE table_name ~ '^(tracker|trk)_' AND table_schema =`;
    const indexes =
      "SELECT tablename, indexname FROM pg_indexes WHERE tablename ~ '^(tracker|trk)_' AND schemaname =";
    for (const query of [columnsIn, indexes]) {
      const [migrated, described] = await Promise.all(
        ["public", "described"].map((name) => server?.run(`${query} '${name}' ORDER BY 1, 2`)),
      );
      expect(migrated?.length).toBeGreaterThan(0);
      expect(described).toEqual(migrated);
    }
    const own = tables.filter(({ table }) => /^(tracker|trk)_/.test(table));
    const described = own.flatMap(({ table, columns }) => columns.map(({ column }) => `${table}.${column}`));
    const present = await server.run(`${columnsIn} 'described'`);
    expect(new Set(described)).toEqual(
      new Set(present.map(({ table_name, column_name }) => `${table_name}.${column_name}`)),
    );
  });

  it("plans every statement, prefetches too", async ({ skip }) => {
    if (server === undefined || results === undefined) return skipIfUnavailable(unavailable, skip);
    const { host, port, user, password, database } = server;
    const files = {
      sslRootCertificate: undefined,
      sslCertificate: undefined,
      sslKey: undefined,
      options: undefined,
    };
    const profile = { label: "oracle", host, port, user, database, sslMode: "disable" as const, ...files };
    const source = new LivePostgres({ profile, password });
    const failures: unknown[] = [];
    let planned = 0;
    for (const { id, expr } of withSql) {
      const result = results.get(id);
      for (const statement of result?.kind === "compiled" ? result.statements : []) {
        const plan = await source.explain(statement, { analyze: false });
        if (plan.kind === "planned") planned++;
        else failures.push([expr, statement.sql, plan.error.message]);
      }
    }
    await source.close();
    expect(failures).toEqual([]);
    expect(planned).toBeGreaterThanOrEqual(withSql.length);
  }, 120_000);
});

describe("the layout", () => {
  it("of every statement differs from it in white space only", async () => {
    for (const { sql } of withSql) {
      const text = numbered(sql ?? "");
      const compact = (value: string) => value.replaceAll(/\s+/g, "");
      expect(compact(await formatSql(text))).toBe(compact(text));
    }
  });

  it("keeps lines short, but for words that are long themselves", async () => {
    const long: string[] = [];
    for (const { sql } of withSql) {
      long.push(...(await formatSql(numbered(sql ?? ""))).split("\n").filter((line) => line.length > 150));
    }
    expect(long).toEqual([]);
  });
});
