import { z } from "zod";
import { readPlan } from "../query-plan.ts";
import type { ProjectSchema, SchemaTable } from "../queryset-compiler.ts";
import { type AssumedTable, type Assumptions, withCopied } from "./assumed-tables.ts";
import type { CopiedIndex, StatisticsSource } from "./copied-statistics.ts";
import { StatisticsUnavailable } from "./database-failure.ts";
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
export const unknownWidth = 16;

/**
 * The project's tables without rows, with statistics as if they had them. A table is made when a statement first names
 * it, so that a project of hundreds of tables costs nothing.
 */
export class PlantedDatabase extends ProjectTables {
  readonly #tried = new Set<string>();
  readonly #made = new Set<string>();
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
    const foreignKeys = [...this.#waiting, ...deferred.flatMap(foreignKeysOf)];
    const possible = foreignKeys.filter(({ target }) => this.#made.has(target));
    this.#waiting = foreignKeys.filter(({ target }) => !this.#made.has(target));
    const touched = new Set([...deferred.map(({ table }) => table), ...possible.map(({ table }) => table)]);
    // A constraint reads the rows of its table.
    await this.withoutRows([...touched], async () => {
      for (const { table, statement } of possible) await this.runner.run(table, [statement]);
    });
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
    const present = new Set((await this.indexesOf(table)).map(({ name }) => name));
    for (const [name, { definition }] of copied)
      if (!present.has(name) && / ON (?:ONLY )?public\./.test(definition))
        await this.runner.run(table, [definition]);
  }

  /**
   * Does something that reads tables, as creating an index does. Afterwards their indexes count as made for as many rows
   * as are assumed.
   */
  async withoutRows(tables: readonly string[], work: () => Promise<void>): Promise<void> {
    const names = tables.map(quoted).join(", ");
    const paths = await this.thread.run(
      `SELECT pg_relation_filepath(c.oid) AS path FROM pg_class c WHERE c.relname IN (${names})`,
      statementLimitMs,
    );
    await this.thread.resize(paths.map(({ path }) => ({ path: String(path), pages: 0 })));
    await work();
    await this.#plant(tables);
  }

  async #plant(tables: readonly string[]): Promise<void> {
    const assumed = this.assumptions(tables);
    const statements: string[] = [];
    for (const { table, size, columns } of assumed) {
      statements.push(relationStatement(table, size));
      for (const [column, statistics] of columns) statements.push(columnStatement(table, column, statistics));
    }
    await this.thread.run(statements.join(";\n"), statementLimitMs);
    await this.#setSizes(new Map(assumed.map(({ table, size }) => [table, size])));
    // Only now can the planner tell how much of a table a partial index holds.
    await this.#plantIndexes(assumed);
  }

  async #plantIndexes(assumed: readonly AssumedTable[]): Promise<void> {
    const sizes = new Map<string, RelationSize>();
    for (const { table, rows, columns } of assumed) {
      for (const index of await this.indexesOf(table)) {
        const copied = this.#copiedIndexes.get(table)?.get(index.name)?.size;
        if (copied !== undefined) {
          sizes.set(index.name, copied);
          continue;
        }
        const widths = index.keys.map(({ text }) => columns.get(text)?.averageWidth ?? unknownWidth);
        const width = widths.reduce((sum, each) => sum + each, 0);
        const indexed = index.condition === null ? rows.rows : await this.count(table, index.condition);
        sizes.set(index.name, indexSize(indexed, width));
      }
    }
    if (sizes.size === 0) return;
    const statements = [...sizes].map(([name, size]) => relationStatement(name, size));
    await this.thread.run(statements.join(";\n"), statementLimitMs);
    await this.#setSizes(sizes);
  }

  async #setSizes(sizes: ReadonlyMap<string, RelationSize>): Promise<void> {
    const names = [...sizes.keys()].map(quoted).join(", ");
    const rows = await this.thread.run(
      `SELECT c.relname AS name, pg_relation_filepath(c.oid) AS path FROM pg_class c WHERE c.relname IN (${names})`,
      statementLimitMs,
    );
    await this.thread.resize(
      rows.map(({ name, path }) => ({ path: String(path), pages: sizes.get(String(name))?.pages ?? 0 })),
    );
  }

  /** Indexes that a table has; the table has been made. */
  async indexesOf(table: string): Promise<readonly ExistingIndex[]> {
    const rows = await this.thread.run(
      `SELECT i.relname AS name, am.amname AS method, x.indisunique AS is_unique,
         pg_get_expr(x.indpred, x.indrelid) AS condition,
         (SELECT json_agg(json_build_object(
            'text', pg_get_indexdef(i.oid, n, false),
            'attribute', (SELECT attname FROM pg_attribute WHERE attrelid = i.oid AND attnum = n),
            'descending', x.indoption[n - 1] & 1 = 1,
            'usual', (SELECT opcdefault FROM pg_opclass WHERE oid = x.indclass[n - 1])) ORDER BY n)
          FROM generate_series(1, x.indnkeyatts) n) AS keys
       FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am am ON am.oid = i.relam
       WHERE x.indrelid = ${quoted(quotedName(table))}::regclass`,
      statementLimitMs,
    );
    return existingIndexes.parse(rows);
  }

  /** Rows of a table under a condition, by the planner's estimate. */
  async count(table: string, condition: string): Promise<number> {
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

const existingIndexes = z.array(
  z
    .object({
      name: z.string(),
      method: z.string(),
      is_unique: z.boolean(),
      condition: z.string().nullable(),
      keys: z.array(
        z.object({ text: z.string(), attribute: z.string(), descending: z.boolean(), usual: z.boolean() }),
      ),
    })
    .transform(({ is_unique: isUnique, keys, ...index }) => ({
      ...index,
      isUnique,
      keys: keys.map((key) => ({ ...key, text: unquotedName(key.text) })),
    })),
);

/** `text` of a key is a column's name or an expression, which the index calls `attribute`; `usual` says whether it has the default operator class. */
export type ExistingIndex = z.output<typeof existingIndexes>[number];

function foreignKeysOf({ table, deferred }: SchemaTable): readonly ForeignKey[] {
  return deferred.flatMap((statement) => {
    const target = referencedTable(statement);
    return target === undefined ? [] : [{ table, target, statement }];
  });
}

function unquotedName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
