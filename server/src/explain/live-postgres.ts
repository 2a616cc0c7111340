import { Socket } from "node:net";
import type pg from "pg";
import type { BoundStatement } from "./bound-statement.ts";
import { passwordFromFile } from "./connection-resolution.ts";
import type { ConnectionDetails } from "./connection-url.ts";
import type { ExplainError } from "./explain-error.ts";
import { HypotheticalIndexes, hypopgQuery } from "./hypothetical-indexes.ts";
import type {
  ExplainOptions,
  OpenResult,
  PlanResult,
  PlanSource,
  ServerVersion,
  TrialResult,
} from "./plan-source.ts";
import { connectionError, type FailureContext, statementError } from "./postgres-errors.ts";
import type { IndexChange } from "./proof/index-change.ts";
import { usesOneOf } from "./query-plan.ts";
import type { CompiledStatement } from "./queryset-compiler.ts";
import { redactorFor } from "./redaction.ts";
import { judge, objectionToIndex } from "./sql-gate.ts";
import { type SslAttempt, sslAttempts } from "./ssl-mode.ts";
import { planOf } from "./statement-plan.ts";

export interface LiveLimits {
  readonly connectMs: number;
  /** For one statement. */
  readonly statementMs: number;
  /** To wait for a lock. */
  readonly lockMs: number;
}

const defaultLimits: LiveLimits = { connectMs: 10_000, statementMs: 5_000, lockMs: 500 };

/** The server gets this long to keep its own time limit before the connection is given up. */
const graceMs = 2_000;

const goodbyeMs = 1_000;

export type RowsResult =
  | { readonly kind: "rows"; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: "failed"; readonly error: ExplainError };

/** Before this, JSON plans lack what is shown. Django 4.2 asks for it too. */
const oldestServer = 120_000;

/**
 * Plans of a running server. Each in a read-only transaction that is rolled back, with time limits, one statement in
 * the extended protocol, after `judge` has let it pass.
 */
export class LivePostgres implements PlanSource {
  readonly #details: ConnectionDetails;
  readonly #limits: LiveLimits;
  #session: Session | undefined;
  #opened: Promise<OpenResult> | undefined;
  #server: ServerVersion | undefined;
  #context: FailureContext;

  constructor(details: ConnectionDetails, limits: Partial<LiveLimits> = {}) {
    this.#details = details;
    this.#limits = { ...defaultLimits, ...limits };
    this.#context = contextOf(details, details.password);
  }

  open(): Promise<OpenResult> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async explain(statement: CompiledStatement, { analyze }: ExplainOptions): Promise<PlanResult> {
    const opened = await this.open();
    if (opened.kind === "failed") return opened;
    const session = this.#session;
    if (session === undefined) return failed({ kind: "connection", message: "the connection was closed" });
    return this.#planOf(statement, opened.server, analyze, (bound) =>
      this.#explainInTransaction(session.client, bound, analyze),
    );
  }

  /** With the extension hypopg: it has the planner believe in indexes that are not there, in this session alone. */
  async tryIndexes(statement: CompiledStatement, change: IndexChange): Promise<TrialResult> {
    const opened = await this.open();
    if (opened.kind === "failed") return opened;
    const installed = await this.read(hypopgQuery);
    if (installed.kind === "failed") return installed;
    const schema = installed.rows[0]?.schema;
    if (typeof schema !== "string") return impossible("the database does not have the extension hypopg");
    if (change.removed.length > 0) return impossible("hypopg adds indexes and does not hide them");
    for (const sql of change.added) {
      const objection = await objectionToIndex(sql);
      if (objection !== undefined) return impossible(`the statement of the index ${objection}`);
    }
    const session = this.#session;
    if (session === undefined) return failed({ kind: "connection", message: "the connection was closed" });
    const hypopg = new HypotheticalIndexes(session.client, schema);
    const before = await this.explain(statement, { analyze: false });
    if (before.kind === "failed") return before;
    try {
      let names: readonly string[] = [];
      const after = await this.#planOf(statement, opened.server, false, (bound) =>
        this.#inTransaction(session.client, async () => {
          names = await hypopg.create(change.added);
          return this.#explain(session.client, bound, false);
        }),
      );
      if (after.kind === "planned")
        return {
          kind: "tried",
          before: before.plan,
          after: after.plan,
          usesNew: usesOneOf(after.plan, names),
          assumedRows: undefined,
        };
      const reason = hypopg.refusal;
      return reason === undefined ? after : impossible(reason);
    } finally {
      await hypopg.forget().catch(() => this.close());
    }
  }

  #planOf(
    statement: CompiledStatement,
    server: ServerVersion,
    analyzed: boolean,
    ask: (bound: BoundStatement) => Promise<unknown>,
  ): Promise<PlanResult> {
    return planOf(statement, {
      server,
      analyzed,
      admit: async (text) => {
        const verdict = await judge(text);
        if (verdict.kind === "refused") return refused(`the statement ${verdict.reason}; it was not sent`);
        if (!analyzed || verdict.statement === "select") return undefined;
        return refused("a statement that changes rows is never run; ask for its plan without analyze");
      },
      ask,
      describe: (error) => statementError(error, this.#withValues(statement), this.#limits.statementMs),
    });
  }

  /**
   * The rows of a query on catalogues and statistics.
   *
   * @param query Queryscope's own: nothing of a project may be part of it
   * @param values of its parameters
   */
  async read(query: string, values: readonly unknown[] = []): Promise<RowsResult> {
    const opened = await this.open();
    if (opened.kind === "failed") return opened;
    const client = this.#session?.client;
    if (client === undefined) return failed({ kind: "connection", message: "the connection was closed" });
    try {
      const { rows } = await this.#inTransaction(client, () =>
        client.query<Record<string, unknown>>(query, [...values]),
      );
      return { kind: "rows", rows };
    } catch (error) {
      return failed(statementError(error, this.#context, this.#limits.statementMs));
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) await end(session);
  }

  async #open(): Promise<OpenResult> {
    const { profile } = this.#details;
    try {
      const password = this.#details.password ?? (await passwordFromFile(profile));
      this.#context = contextOf(this.#details, password);
      this.#session = await connect(this.#details, password, await sslAttempts(profile), this.#limits);
      const { rows } = await this.#session.client.query<{ number: string; text: string }>(
        "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text",
      );
      this.#server = { number: Number(rows[0]?.number), text: rows[0]?.text.split(" ")[0] ?? "unknown" };
    } catch (error) {
      await this.close();
      return failed(connectionError(error, this.#context));
    }
    if (this.#server.number >= oldestServer) return { kind: "open", server: this.#server };
    await this.close();
    const message = `the server is PostgreSQL ${this.#server.text}; 12 or newer is needed`;
    return failed({ kind: "server", message });
  }

  async #explainInTransaction(client: pg.Client, bound: BoundStatement, analyze: boolean): Promise<unknown> {
    return this.#inTransaction(client, () => this.#explain(client, bound, analyze));
  }

  async #explain(client: pg.Client, { text, values }: BoundStatement, analyze: boolean): Promise<unknown> {
    const options = analyze ? "ANALYZE, BUFFERS, FORMAT JSON" : "FORMAT JSON";
    const query = {
      text: `EXPLAIN (${options}) ${text}`,
      values: [...values],
      queryMode: "extended",
    } as const;
    const { rows } = await client.query<{ "QUERY PLAN": unknown }>(query);
    return rows[0]?.["QUERY PLAN"];
  }

  /** Read-only, with time limits, and rolled back whatever happens. */
  async #inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
    const { statementMs, lockMs } = this.#limits;
    try {
      await client.query("BEGIN TRANSACTION READ ONLY");
      await client.query(`SET LOCAL statement_timeout = ${statementMs}`);
      await client.query(`SET LOCAL lock_timeout = ${lockMs}`);
      await client.query(`SET LOCAL idle_in_transaction_session_timeout = ${statementMs + graceMs}`);
      return await work();
    } finally {
      await client.query("ROLLBACK").catch(() => this.close());
    }
  }

  /** Messages about a statement must not repeat its values. */
  #withValues({ params }: CompiledStatement): FailureContext {
    const values = params.flatMap(({ value }) =>
      typeof value === "string" && value.length > 2 ? [value] : [],
    );
    return contextOf(this.#details, this.#details.password, values);
  }
}

function contextOf(
  { profile }: ConnectionDetails,
  password: string | undefined,
  values: readonly string[] = [],
): FailureContext {
  return { label: profile.label, redact: redactorFor(profile, password, values) };
}

function impossible(reason: string): TrialResult {
  return { kind: "impossible", reason };
}

function refused(message: string): ExplainError {
  return { kind: "refused-statement", message };
}

function failed(error: ExplainError): { readonly kind: "failed"; readonly error: ExplainError } {
  return { kind: "failed", error };
}

interface Session {
  readonly client: pg.Client;
  readonly socket: Socket;
}

/** @throws what the last attempt failed with */
async function connect(
  { profile }: ConnectionDetails,
  password: string | undefined,
  attempts: readonly SslAttempt[],
  { connectMs, statementMs }: LiveLimits,
): Promise<Session> {
  // Loading it loads Node's HTTP client, which no embedded plan needs.
  const { default: driver } = await import("pg");
  let failure: unknown;
  for (const ssl of attempts) {
    const socket = new Socket();
    const client = new driver.Client({
      host: profile.host,
      port: profile.port,
      database: profile.database,
      user: profile.user,
      // A function, because `pg` looks elsewhere for a password that is not there.
      password: () => password ?? "",
      ssl: ssl === false ? false : { ...ssl },
      stream: () => socket,
      ...(profile.options === undefined ? {} : { options: profile.options }),
      application_name: "queryscope",
      connectionTimeoutMillis: connectMs,
      query_timeout: statementMs + graceMs,
    });
    // A connection that breaks while nothing runs is noticed by the next query.
    client.on("error", () => {});
    try {
      await client.connect();
      return { client, socket };
    } catch (error) {
      failure = error;
      socket.destroy();
    }
  }
  throw failure;
}

/** Says goodbye; a server that does not answer must not hold up the end. */
async function end({ client, socket }: Session): Promise<void> {
  const timer = setTimeout(() => socket.destroy(), goodbyeMs);
  await client.end().catch(() => socket.destroy());
  clearTimeout(timer);
}
