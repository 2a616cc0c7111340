import type { QuerysetCompiler } from "../queryset-compiler.ts";
import type { Assumptions } from "./assumed-tables.ts";
import { type StatisticsSource, SuccessiveStatistics } from "./copied-statistics.ts";
import { EmbeddedPostgres } from "./embedded-postgres.ts";

export interface EmbeddedPoolOptions {
  /** With what the build made for the embedded PostgreSQL; ends in a slash. */
  readonly folder: URL;
  /** How long a database may be unused before it is ended, in milliseconds: it takes 300 MB. */
  readonly idleMs?: number;
}

/** For whom a database is. */
export interface EmbeddedProject {
  /** Tells projects apart. */
  readonly key: string;
  /** Says what tables the project has. */
  readonly compiler: QuerysetCompiler;
  readonly assumptions: Assumptions;
  readonly generatedRows: number | undefined;
  /** Of a running database. */
  readonly statistics?: StatisticsSource | undefined;
}

interface Entry {
  readonly plans: EmbeddedPostgres;
  readonly compiler: QuerysetCompiler;
  /** What of the project can't be changed in a database that is there. */
  readonly stamp: string;
  readonly statistics: SuccessiveStatistics | undefined;
  idle: NodeJS.Timeout | undefined;
}

const defaultIdleMs = 5 * 60_000;

/**
 * Embedded databases with the tables of projects, kept for further requests: a start takes a second, the next plan
 * milliseconds. Where a project's sources change, its database stays as long as its tables are the same.
 */
export class EmbeddedPool {
  readonly #options: EmbeddedPoolOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: EmbeddedPoolOptions) {
    this.#options = options;
  }

  /** The database of a project, which the caller gives back with `release`. */
  take({ key, compiler, assumptions, generatedRows, statistics }: EmbeddedProject): EmbeddedPostgres {
    const stamp = JSON.stringify([assumptions.rows, assumptions.columns, generatedRows, statistics?.key]);
    const present = this.#entries.get(key);
    if (present?.stamp === stamp && statistics !== undefined) present.statistics?.follow(statistics);
    if (present !== undefined && present.stamp === stamp && present.compiler === compiler) {
      clearTimeout(present.idle);
      return present.plans;
    }
    const schema = () => compiler.schema();
    const isSame = present !== undefined && present.stamp === stamp;
    if (present !== undefined) {
      clearTimeout(present.idle);
      if (isSame) present.plans.follow(schema);
      else void present.plans.close();
    }
    const successive = isSame ? present.statistics : statistics && new SuccessiveStatistics(statistics);
    const { folder } = this.#options;
    const plans = isSame
      ? present.plans
      : new EmbeddedPostgres({ folder, schema, ...assumptions, generatedRows, statistics: successive });
    this.#entries.set(key, { plans, compiler, stamp, statistics: successive, idle: undefined });
    return plans;
  }

  /** Nobody waits for this database any more; it ends when nobody takes it again. */
  release(plans: EmbeddedPostgres): void {
    for (const [key, entry] of this.#entries) {
      if (entry.plans !== plans) continue;
      clearTimeout(entry.idle);
      entry.idle = setTimeout(
        () => void this.#end(key, entry),
        this.#options.idleMs ?? defaultIdleMs,
      ).unref();
    }
  }

  /** Ends a database that is at work. */
  async discard(plans: EmbeddedPostgres): Promise<void> {
    for (const [key, entry] of this.#entries) if (entry.plans === plans) await this.#end(key, entry);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries].map(([key, entry]) => this.#end(key, entry)));
  }

  async #end(key: string, entry: Entry): Promise<void> {
    clearTimeout(entry.idle);
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    await entry.plans.close();
  }
}
