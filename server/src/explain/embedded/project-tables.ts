import type { ProjectSchema, SchemaTable } from "../queryset-compiler.ts";
import { type AssumedTable, type Assumptions, assumedTables } from "./assumed-tables.ts";
import type { PostgresThread } from "./postgres-thread.ts";
import { SchemaRunner } from "./schema-runner.ts";

/** The project's tables in an embedded PostgreSQL, with what is assumed of their rows. */
export abstract class ProjectTables {
  protected readonly thread: PostgresThread;
  protected readonly runner: SchemaRunner;
  /** By name, as the project declares them. */
  protected readonly tables: ReadonlyMap<string, SchemaTable>;
  protected readonly assumed: Map<string, AssumedTable>;

  constructor(thread: PostgresThread, schema: ProjectSchema, assumptions: Assumptions) {
    this.thread = thread;
    this.runner = new SchemaRunner(thread);
    this.tables = new Map(schema.tables.map((table) => [table.table, table]));
    this.assumed = new Map(assumedTables(schema.tables, assumptions));
  }

  /** What is assumed of these tables, in their order; unknown ones are left out. */
  assumptions(tables: readonly string[]): readonly AssumedTable[] {
    return tables.flatMap((table) => this.assumed.get(table) ?? []);
  }

  /** What of these tables could not be created, a sentence each. */
  problems(tables: readonly string[]): readonly string[] {
    return this.runner.problems(tables);
  }

  /**
   * Makes tables that are not there yet. What PostgreSQL rejects is a problem of its table, and the rest goes on.
   * @throws DatabaseError when the thread ended
   */
  abstract ensure(names: readonly string[]): Promise<void>;
}
