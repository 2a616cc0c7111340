import { DatabaseError, type PostgresThread } from "./postgres-thread.ts";

const limitMs = 60_000;

/** Runs the statements of a schema as far as PostgreSQL takes them. */
export class SchemaRunner {
  readonly #thread: PostgresThread;
  readonly #problems = new Map<string, string[]>();

  constructor(thread: PostgresThread) {
    this.#thread = thread;
  }

  /** What of these tables could not be created, a sentence each. */
  problems(tables: readonly string[]): readonly string[] {
    return tables.flatMap((table) => this.#problems.get(table) ?? []);
  }

  /**
   * @returns whether all of them succeeded; what PostgreSQL rejects is a problem of the table
   * @throws DatabaseError when the thread ended
   */
  async run(table: string, statements: readonly string[]): Promise<boolean> {
    if (statements.length === 0) return true;
    try {
      await this.#thread.run(statements.map(terminated).join("\n"), limitMs);
      return true;
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code === undefined) throw error;
      // All of them were undone; now each by itself.
      if (statements.length > 1) {
        const results: boolean[] = [];
        for (const statement of statements) results.push(await this.run(table, [statement]));
        return results.every((succeeded) => succeeded);
      }
      const problems = this.#problems.get(table) ?? [];
      problems.push(`${shortened(statements[0] ?? "")}: ${error.message}`);
      this.#problems.set(table, problems);
      return false;
    }
  }
}

/** The table that a constraint needs; Django quotes every name. */
export function referencedTable(statement: string): string | undefined {
  return /\bREFERENCES "((?:[^"]|"")+)"/.exec(statement)?.[1]?.replaceAll('""', '"');
}

function terminated(statement: string): string {
  return statement.trimEnd().endsWith(";") ? statement : `${statement};`;
}

function shortened(statement: string): string {
  return statement.length > 80 ? `${statement.slice(0, 79)}…` : statement;
}
