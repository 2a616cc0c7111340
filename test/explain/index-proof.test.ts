/**
 * The advice of rules about indexes on a real project: tried by `queryscope explain --prove` in the embedded and in a
 * real PostgreSQL, and its migrations run by Django.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { lineIndexOf } from "../../server/src/base/line-index.ts";
import type { Report } from "../../server/src/cli/output/report.ts";
import { applyEdits } from "../../server/src/edits/text-edit.ts";
import type { ProofJson } from "../../server/src/explain/proof/proof-json.ts";
import { queryscope, runProcess } from "../cli/support/command.ts";
import { djangoWithPsycopg, skipIfUnavailable } from "../support/django-environment.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";

const folder = mkdtempSync(path.join(tmpdir(), "queryscope-proof-"));
const models = "books/models.py";

let python = "";
let server: PostgresServer | undefined;
let unavailable: unknown;

beforeAll(async () => {
  cpSync(fileURLToPath(new URL("ledger", import.meta.url)), folder, { recursive: true });
  try {
    python = await djangoWithPsycopg();
    server = await startPostgres();
    await server.run("CREATE EXTENSION pg_trgm");
  } catch (error) {
    unavailable = error;
    return;
  }
  await manage(server, "migrate");
  await server.run(`
    INSERT INTO books_account (name) VALUES ('one');
    INSERT INTO books_entry (account_id, number, state, created_at, code, text, owner, contact)
      SELECT 1, n::text, 'open', now(), n::text, '', n::text, '' FROM generate_series(1, 20000) n;
    INSERT INTO books_batch (account_id, token, is_closed, created_at)
      SELECT 1, n::text, false, now() FROM generate_series(1, 200) n;
    ANALYZE`);
}, 300_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function available({ skip }: Pick<TestContext, "skip">): PostgresServer {
  return server ?? skipIfUnavailable(unavailable, skip);
}

/** Runs a command of Django's on the server. */
async function manage(to: PostgresServer, ...args: readonly string[]): Promise<string> {
  const result = await runProcess(python, ["-B", "manage.py", ...args], folder, "", {
    PGHOST: to.host,
    PGPORT: String(to.port),
    PGUSER: to.user,
    PGPASSWORD: to.password,
    PGDATABASE: to.database,
  });
  if (result.status !== 0) throw new Error(`${result.stdout}${result.stderr}`);
  return result.stdout;
}

async function prove(
  places: readonly string[],
  connection?: string,
  ...options: readonly string[]
): Promise<readonly ProofJson[]> {
  const { stdout, stderr } = await queryscope(
    { folder, variables: connection === undefined ? {} : { QUERYSCOPE_DATABASE_URL: connection } },
    ...[
      "explain",
      "--prove",
      "--quiet",
      "--output-format",
      "json",
      "--python",
      python,
      ...options,
      ...places,
    ],
  );
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** From 1, of the line of the project's models that contains the text. */
function lineOf(text: string, file = models): string {
  const lines = readFileSync(path.join(folder, file), "utf8").split("\n");
  return `${file}:${lines.findIndex((line) => line.includes(text)) + 1}`;
}

const verdicts = (proofs: readonly ProofJson[]) =>
  Object.fromEntries(proofs.map(({ code, fields, verdict }) => [`${code} ${fields.join(" ")}`, verdict]));

describe("advice in the embedded PostgreSQL", () => {
  it("is proven where the planner uses the index, and withdrawn where it saves too little", async (context) => {
    available(context);
    const proofs = await prove([models]);
    expect(verdicts(proofs)).toEqual({
      "QS501 number": "proven",
      // A table of 1,500 rows, says the configuration.
      "QS501 token": "withdrawn",
      "QS503 state -created_at": "proven",
      "QS505 account": "proven",
      "QS506 code": "proven",
      "QS507 email": "proven",
      "QS508 is_closed": "proven",
      "QS509 state -created_at": "proven",
      "QS511 content_type object_id": "proven",
      "QS514 owner": "proven",
    });
    const [number] = proofs.filter(({ fields }) => fields.includes("number"));
    expect(number).toMatchObject({
      model: "books.Entry",
      change: {
        table: "books_entry",
        added: ['CREATE INDEX "books_entry_number_idx" ON "books_entry" ("number")'],
        removed: [],
      },
      reason: "The planner uses the index for 3 of 3 queries.",
      rows: null,
      error: null,
    });
    expect(number?.trials[0]).toMatchObject({
      path: "books/views.py",
      expression: 'Entry.objects.filter(number=number).values("id", "code")',
      usesIndex: true,
      assumedRows: 500_000,
      after: { plan: { text: expect.stringContaining("Index Scan using books_entry_number_idx") } },
    });
    expect(number?.trials[0]?.before.cost).toBeGreaterThan(
      100 * (number?.trials[0]?.after.cost ?? Number.NaN),
    );
    // Django itself looks for these rows: no queryset of the project does.
    const generic = proofs.find(({ code }) => code === "QS511");
    expect(generic?.trials[0]?.sql).toContain('"content_type_id" = $1');
  }, 120_000);

  it("is shown with both plans beside each other", async (context) => {
    available(context);
    const { stdout, status } = await queryscope(
      { folder },
      ...[
        "explain",
        "--prove",
        "--quiet",
        "--python",
        python,
        lineOf("Entry.objects.filter(number=number).count", "books/views.py"),
      ],
    );
    expect(stdout).toContain("Proven: The planner uses the index for 3 of 3 queries.\n");
    expect(stdout).toMatch(/^Before: cost [\d,]+ +┃ After: cost [\d.]+ \(0\.\d+ %\)$/m);
    expect(stdout).toMatch(/Parallel Seq Scan on books_entry .*┃/);
    expect(status).toBe(0);
  }, 60_000);

  it.for([
    [["--analyze"], "--prove and --analyze exclude each other"],
    [["--sql-only"], "--prove and --sql-only exclude each other"],
    [[], "there is no finding about an index there"],
  ] as const)("needs a place with such a finding, and nothing else: %s", async ([options, message]) => {
    const { stderr, status } = await queryscope(
      { folder },
      ...["explain", "--prove", ...options, "--python", python, "ledger/urls.py"],
    );
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

describe("advice with the statistics of a server", () => {
  it("is planned in the embedded PostgreSQL before and after, for the values that the server has", async (context) => {
    const to = available(context);
    const places = ["number = ", "token = "].map((text) => lineOf(text));
    const proofs = await prove(places, to.url, "--copy-statistics");
    // Of big tables first.
    expect(proofs[0]?.rows).toBe(20_000);
    const of = (field: string) => proofs.find(({ fields }) => fields.includes(field));
    expect(of("number")).toMatchObject({
      verdict: "proven",
      rows: 20_000,
      notes: [],
    });
    expect(of("number")?.trials[0]).toMatchObject({ assumedRows: 20_000, usesIndex: true });
    expect(of("token")).toMatchObject({
      verdict: "withdrawn",
      rows: 200,
      reason: "The table has 200 rows: to read all of them is as fast.",
    });
  }, 120_000);

  it("needs a database", async () => {
    const { stderr, status } = await queryscope(
      { folder },
      ...["explain", "--prove", "--copy-statistics", "--python", python, models],
    );
    expect(stderr).toContain("--copy-statistics needs a database: --connection NAME");
    expect(status).toBe(2);
  });
});

describe("advice on a server", () => {
  it("is planned for as many rows as the database has where it can't be tried there", async (context) => {
    const to = available(context);
    const [proof] = await prove([lineOf("number = ")], to.url);
    expect(proof).toMatchObject({ verdict: "proven", rows: 20_000 });
    expect(proof?.trials[0]?.assumedRows).toBe(20_000);
    expect(proof?.notes).toContain(
      "Not tried in the database, as the database does not have the extension hypopg: planned by the embedded PostgreSQL for as many rows as the database has.",
    );
  }, 60_000);

  it("is tried with hypopg, which leaves nothing behind, and withdrawn for small tables", async (context) => {
    const to = available(context);
    const installed = await to.run("SELECT 1 FROM pg_available_extensions WHERE name = 'hypopg'");
    if (installed.length === 0) context.skip("this PostgreSQL has no hypopg");
    await to.run("CREATE SCHEMA tools; CREATE EXTENSION hypopg SCHEMA tools");
    const before = await to.run("SELECT indexname FROM pg_indexes ORDER BY 1");
    const proofs = await prove(
      ["number = ", "token = ", "entry_account"].map((text) => lineOf(text)),
      to.url,
    );
    // Of big tables first.
    expect(proofs[0]?.rows).toBe(20_000);
    expect(verdicts(proofs)).toMatchObject({
      "QS501 number": "proven",
      "QS501 token": "withdrawn",
      "QS505 account": "proven",
    });
    const of = (field: string) => proofs.find(({ fields }) => fields.includes(field));
    expect(of("number")?.trials[0]).toMatchObject({
      assumedRows: null,
      usesIndex: true,
      after: { plan: { text: expect.stringMatching(/Index Scan using <\d+>btree_books_entry_number/) } },
    });
    expect(of("token")).toMatchObject({
      rows: 200,
      reason: "The table has 200 rows: to read all of them is as fast.",
    });
    // No extension hides an index that is there.
    expect(of("account")?.notes.join()).toContain("hypopg adds indexes and does not hide them");
    expect(await to.run("SELECT indexname FROM pg_indexes ORDER BY 1")).toEqual(before);
  }, 120_000);

  it("is not tried without a connection", async (context) => {
    available(context);
    const [proof] = await prove([lineOf("number = ")], "postgres://nobody@127.0.0.1:1/none");
    expect(proof).toMatchObject({ verdict: "undecided", error: { kind: "connection" } });
  }, 60_000);
});

describe("the migration of a fix", () => {
  const fixes = [
    ["QS501", "Entry", '"number"', /^CREATE INDEX \w+ ON public\.books_entry USING btree \(number\)$/],
    ["QS503", "Entry", '"state"', /USING btree \(state, created_at DESC\)$/],
    ["QS506", "Entry", '"code"', /USING btree \(code varchar_pattern_ops\)$/],
    ["QS509", "Job", '"state"', /USING btree \(state, created_at DESC\) WHERE \(deleted_at IS NULL\)$/],
    ["QS224", "Entry", '"contact"', /USING btree \(upper\(\(contact\)::text\)\)$/],
    ["QS223", "Entry", '"text"', /USING gin \(upper\(text\) gin_trgm_ops\)$/],
  ] as const;

  it("makes a valid index beside other writes, and leaves Django nothing to add", async (context) => {
    const to = available(context);
    for (const [code, model, column] of fixes) await applyMigration(code, `${column}`, model);
    await manage(to, "migrate");
    const made = await to.run(`SELECT d.indexdef AS text, x.indisvalid AS valid
      FROM pg_indexes d JOIN pg_class c ON c.relname = d.indexname JOIN pg_index x ON x.indexrelid = c.oid
      WHERE d.tablename LIKE 'books_%'`);
    for (const [, , , expected] of fixes)
      expect(made).toContainEqual({ text: expect.stringMatching(expected), valid: true });
    expect(await manage(to, "makemigrations", "--check", "--dry-run")).toBe("No changes detected\n");
  }, 120_000);

  /** Applies a fix with its migration to the project, as an editor would. */
  async function applyMigration(code: string, column: string, model: string): Promise<void> {
    const { stdout } = await queryscope(
      { folder },
      ...["check", "--no-cache", "--min-level", "hint", "--select", code, "--output-format", "json", "."],
    );
    const report: Report = JSON.parse(stdout);
    const fix = report.findings
      .flatMap((finding) => finding.fixes)
      .find(
        ({ title }) =>
          title.includes(column) &&
          title.includes(`${model}.Meta, with a migration that does not block writes`),
      );
    if (fix === undefined) throw new Error(`${code} has no fix with a migration for ${model}.${column}`);
    for (const file of new Set(fix.edits.map((edit) => edit.path))) {
      const absolute = path.join(folder, file);
      const before = file === models ? readFileSync(absolute, "utf8") : "";
      const lines = lineIndexOf(before);
      const offset = ({ line, column: at }: { readonly line: number; readonly column: number }) =>
        lines.offsetAt({ line: line - 1, column: at - 1 });
      const edits = fix.edits
        .filter((edit) => edit.path === file)
        .map(({ range, newText }) => ({
          range: { start: offset(range.start), end: offset(range.end) },
          newText,
        }));
      mkdirSync(path.dirname(absolute), { recursive: true });
      writeFileSync(absolute, applyEdits(before, edits));
    }
  }
});
