import { groupBy } from "../../base/group-by.ts";
import { readPlan } from "../query-plan.ts";
import type { ProjectSchema, SchemaTable } from "../queryset-compiler.ts";
import { type AssumedTable, type Assumptions, withCopied } from "./assumed-tables.ts";
import type { CopiedIndex, StatisticsSource } from "./copied-statistics.ts";
import { StatisticsUnavailable } from "./database-failure.ts";
import {
  type ExistingIndex,
  indexesSql,
  type ReadIndex,
  readIndexes,
  type SizedIndex,
} from "./existing-index.ts";
import {
  columnStatement,
  indexSize,
  quoted,
  quotedName,
  type RelationSize,
  relationStatement,
} from "./planted-relation.ts";
import type { PostgresThread } from "./postgres-thread.ts";
import { ProjectTables } from "./project-tables.ts";
import { referencedTable } from "./schema-runner.ts";

const statementLimitMs = 60_000;
/** Of what no statistics are known: an expression. */
const unknownWidth = 16;

/**
 * The project's tables without rows, with statistics as if they had them. A table is made when a statement first names
 * it, so that a project of hundreds of tables costs nothing.
 */
export class PlantedDatabase extends ProjectTables {
  readonly #tried = new Set<string>();
  readonly #made = new Set<string>();
  /** Of tables that are made, for good. */
  readonly #paths = new Map<string, string>();
  readonly #indexes = new Map<string, readonly ExistingIndex[]>();
  /** Foreign keys of tables that are made to tables that are not. */
  #waiting: readonly ForeignKey[] = [];
  readonly #statistics: StatisticsSource | undefined;
  #hasPlannerSettings = false;
  /** By table and name. */
  readonly #copiedIndexes = new Map<string, ReadonlyMap<string, CopiedIndex>>();

  /** @param statistics of a running database, which take the place of assumptions */
  constructor(
    thread: PostgresThread,
    schema: ProjectSchema,
    assumptions: Assumptions,
    statistics?: StatisticsSource,
  ) {
    super(thread, schema, assumptions);
    this.#statistics = statistics;
  }

  /** The columns of a table as the project declares them. */
  table(name: string): SchemaTable | undefined {
    return this.tables.get(name);
  }

  /**
   * Makes tables that are not there yet. What PostgreSQL rejects is a problem of its table, and the rest goes on.
   * @throws DatabaseError when the thread ended
   * @throws StatisticsUnavailable when those of a running database were asked for and can't be had
   */
  override async ensure(names: readonly string[]): Promise<void> {
    const wanted = names.flatMap((name) => (this.#tried.has(name) ? [] : (this.tables.get(name) ?? [])));
    if (wanted.length === 0) return;
    await this.#copyStatistics(wanted.map(({ table }) => table));
    for (const { table, create } of wanted) {
      this.#tried.add(table);
      if (await this.runner.run(table, create)) this.#made.add(table);
    }
    const deferred = wanted.filter(({ table }) => this.#made.has(table));
    for (const { table, deferred: statements } of deferred)
      await this.runner.run(
        table,
        statements.filter((sql) => referencedTable(sql) === undefined),
      );
    for (const { table } of deferred) await this.#makeCopiedIndexes(table);
    const made = deferred.map(({ table }) => table);
    await this.#findPaths(made);
    const foreignKeys = [...this.#waiting, ...deferred.flatMap(foreignKeysOf)];
    await this.#addForeignKeys(foreignKeys.filter(({ target }) => this.#made.has(target)));
    this.#waiting = foreignKeys.filter(({ target }) => !this.#made.has(target));
    await this.#plant(made);
  }

  /** The file of a table that has been made. */
  pathOf(table: string): string {
    const path = this.#paths.get(table);
    if (path === undefined) throw new Error(`the table ${table} has not been made`);
    return path;
  }

  async #findPaths(tables: readonly string[]): Promise<void> {
    if (tables.length === 0) return;
    const rows = await this.thread.run(
      `SELECT relname AS name, pg_relation_filepath(oid) AS path FROM pg_class WHERE relname IN (${tables.map(quoted).join(", ")})`,
      statementLimitMs,
    );
    for (const { name, path } of rows) this.#paths.set(String(name), String(path));
  }

  /** A constraint reads the rows of its tables: there are none while it is made. */
  async #addForeignKeys(foreignKeys: readonly ForeignKey[]): Promise<void> {
    if (foreignKeys.length === 0) return;
    const tables = [...new Set(foreignKeys.flatMap(({ table, target }) => [table, target]))];
    const planted = tables.filter((table) => this.#indexes.has(table));
    await this.thread.resize(planted.map((table) => ({ path: this.pathOf(table), pages: 0 })));
    for (const [table, ofTable] of groupBy(foreignKeys, ({ table }) => table))
      await this.runner.run(
        table,
        ofTable.map(({ statement }) => statement),
      );
    await this.#setTableSizes(planted);
  }

  async #copyStatistics(tables: readonly string[]): Promise<void> {
    const statistics = this.#statistics;
    if (statistics === undefined) return;
    if (!this.#hasPlannerSettings) await this.#copyPlannerSettings(statistics);
    const copied = await statistics.tables(tables);
    if (copied.kind === "failed") throw new StatisticsUnavailable(copied.error);
    for (const [table, content] of copied.tables) {
      const assumed = this.assumed.get(table);
      if (assumed !== undefined) this.assumed.set(table, withCopied(assumed, content));
      this.#copiedIndexes.set(table, content.indexes);
    }
  }

  async #copyPlannerSettings(statistics: StatisticsSource): Promise<void> {
    const planner = await statistics.planner();
    if (planner.kind === "failed") throw new StatisticsUnavailable(planner.error);
    const values = [...planner.settings].map(([name, value]) => `(${quoted(name)}, ${quoted(value)})`);
    // Another version may know other settings.
    await this.thread.run(
      `SELECT set_config(name, value, false) FROM (VALUES ${values.join(", ")}) given (name, value) JOIN pg_settings USING (name)`,
      statementLimitMs,
    );
    this.#hasPlannerSettings = true;
  }

  /** Indexes that the database has and the project does not declare. */
  async #makeCopiedIndexes(table: string): Promise<void> {
    const copied = this.#copiedIndexes.get(table);
    if (copied === undefined) return;
    const present = new Set(
      readIndexes(await this.thread.run(indexesSql([table]), statementLimitMs)).map(({ name }) => name),
    );
    for (const [name, { definition }] of copied)
      if (!present.has(name) && / ON (?:ONLY )?public\./.test(definition))
        await this.runner.run(table, [definition]);
  }

  /** Tables that were made and have no sizes and statistics yet. */
  async #plant(tables: readonly string[]): Promise<void> {
    if (tables.length === 0) return;
    const assumed = this.assumptions(tables);
    const statements: string[] = [];
    for (const { table, size, columns } of assumed) {
      statements.push(relationStatement(table, size));
      for (const [column, statistics] of columns) statements.push(columnStatement(table, column, statistics));
    }
    await this.thread.run(statements.join(";\n"), statementLimitMs);
    await this.#setTableSizes(tables);
    // Only now can the planner tell how much of a table a partial index holds.
    await this.#plantIndexes(assumed);
  }

  async #plantIndexes(assumed: readonly AssumedTable[]): Promise<void> {
    const found = readIndexes(
      await this.thread.run(indexesSql(assumed.map(({ table }) => table)), statementLimitMs),
    );
    const ofTables = groupBy(found, ({ table }) => table);
    const sizes: { readonly index: ReadIndex; readonly size: RelationSize }[] = [];
    for (const table of assumed) {
      const indexes = ofTables.get(table.table) ?? [];
      this.#indexes.set(table.table, indexes);
      for (const index of indexes) {
        const copied = this.#copiedIndexes.get(table.table)?.get(index.name)?.size;
        sizes.push({ index, size: copied ?? (await this.sizeOf(index, table)) });
      }
    }
    if (sizes.length === 0) return;
    const statements = sizes.map(({ index, size }) => relationStatement(index.name, size));
    await this.thread.run(statements.join(";\n"), statementLimitMs);
    await this.thread.resize(sizes.map(({ index, size }) => ({ path: index.path, pages: size.pages })));
  }

  /** Of an index that is made for the rows that are assumed. */
  async sizeOf(
    { keys, condition }: Pick<SizedIndex, "condition" | "keys">,
    { table, rows, columns }: AssumedTable,
  ): Promise<RelationSize> {
    const widths = keys.map(({ text }) => columns.get(text)?.averageWidth ?? unknownWidth);
    const indexed = condition === null ? rows.rows : await this.#count(table, condition);
    return indexSize(
      indexed,
      widths.reduce((sum, each) => sum + each, 0),
    );
  }

  #setTableSizes(tables: readonly string[]): Promise<void> {
    const assumed = this.assumptions(tables);
    return this.thread.resize(
      assumed.map(({ table, size }) => ({ path: this.pathOf(table), pages: size.pages })),
    );
  }

  /** Indexes that a table has; none of one that has not been made. */
  indexesOf(table: string): readonly ExistingIndex[] {
    return this.#indexes.get(table) ?? [];
  }

  /** Rows of a table under a condition, by the planner's estimate. */
  async #count(table: string, condition: string): Promise<number> {
    const [row] = await this.thread.run(
      `EXPLAIN (FORMAT JSON) SELECT 1 FROM ${quotedName(table)} WHERE ${condition}`,
      statementLimitMs,
    );
    const rows = readPlan(row?.["QUERY PLAN"], "", false)?.root.properties["Plan Rows"];
    return typeof rows === "number" ? rows : 1;
  }
}

interface ForeignKey {
  readonly table: string;
  readonly target: string;
  readonly statement: string;
}

function foreignKeysOf({ table, deferred }: SchemaTable): readonly ForeignKey[] {
  return deferred.flatMap((statement) => {
    const target = referencedTable(statement);
    return target === undefined ? [] : [{ table, target, statement }];
  });
}
