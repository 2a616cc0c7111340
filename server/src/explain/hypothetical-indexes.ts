import type pg from "pg";

/** The schema of the extension, one row where the database has it. */
export const hypopgQuery = `SELECT n.nspname AS schema FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'hypopg'`;

/** Indexes that the planner of one session believes in. Nothing is written: they live in the memory of that session. */
export class HypotheticalIndexes {
  readonly #client: pg.Client;
  readonly #schema: string;
  #refusal: string | undefined;

  /** @param schema of the extension */
  constructor(client: pg.Client, schema: string) {
    this.#client = client;
    this.#schema = client.escapeIdentifier(schema);
  }

  /** Why the extension did not take an index, where that was what went wrong. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /**
   * @param statements of which each creates one index
   * @returns the names by which plans call them
   * @throws what PostgreSQL says
   */
  async create(statements: readonly string[]): Promise<readonly string[]> {
    const names: string[] = [];
    for (const sql of statements) {
      try {
        const { rows } = await this.#client.query<{ name: string }>(
          `SELECT indexname AS name FROM ${this.#schema}.hypopg_create_index($1)`,
          [sql],
        );
        names.push(...rows.map(({ name }) => name));
      } catch (error) {
        if (error instanceof Error) this.#refusal = error.message;
        throw error;
      }
    }
    return names;
  }

  /** Ends them all. A transaction that is rolled back does not. */
  async forget(): Promise<void> {
    await this.#client.query(`SELECT ${this.#schema}.hypopg_reset()`);
  }
}
