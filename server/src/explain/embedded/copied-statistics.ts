/** What a running PostgreSQL knows of its tables, for plans on a database without their rows. */
import { z } from "zod";
import type { ConnectionDetails } from "../connection-url.ts";
import type { ExplainError } from "../explain-error.ts";
import { LivePostgres } from "../live-postgres.ts";
import type { ColumnStatistics } from "./column-statistics.ts";
import type { RelationSize } from "./planted-relation.ts";

export interface CopiedTable {
  readonly size: RelationSize;
  /** Sizes of its indexes with their definitions, by name. */
  readonly indexes: ReadonlyMap<string, CopiedIndex>;
  /** Only of columns that the user of the connection may read, and that were analysed. */
  readonly columns: ReadonlyMap<string, ColumnStatistics>;
}

export interface CopiedIndex {
  readonly size: RelationSize;
  /** `CREATE INDEX …` */
  readonly definition: string;
}

/** Where statistics come from. Values of rows are among them: they stay in memory. */
export interface StatisticsSource {
  /** Tells databases apart. */
  readonly key: string;
  /** Of those tables that the database has and has statistics of, by name. */
  tables(names: readonly string[]): Promise<CopiedTables>;
  /** What its planner is told about costs and memory, by name. */
  planner(): Promise<PlannerSettings>;
  close(): Promise<void>;
}

export type CopiedTables =
  | { readonly kind: "tables"; readonly tables: ReadonlyMap<string, CopiedTable> }
  | { readonly kind: "failed"; readonly error: ExplainError };

export type PlannerSettings =
  | { readonly kind: "settings"; readonly settings: ReadonlyMap<string, string> }
  | { readonly kind: "failed"; readonly error: ExplainError };

const visible = "c.relname = ANY ($1) AND c.relkind IN ('r', 'm') AND pg_table_is_visible(c.oid)";

/** Those that were analysed: others have no pages, or -1 rows. */
const tablesQuery = `
  SELECT c.relname AS name, c.relpages AS pages, c.reltuples::float8 AS rows, c.relallvisible AS visible_pages
  FROM pg_class c WHERE ${visible} AND c.reltuples > 0 AND c.relpages > 0`;

const indexesQuery = `
  SELECT c.relname AS table_name, i.relname AS name, i.relpages AS pages, i.reltuples::float8 AS rows,
    pg_get_indexdef(i.oid) AS definition
  FROM pg_class c JOIN pg_index x ON x.indrelid = c.oid AND x.indisvalid JOIN pg_class i ON i.oid = x.indexrelid
  WHERE ${visible}`;

const columnsQuery = `
  SELECT s.tablename AS table_name, s.attname AS column_name, s.null_frac AS nulls, s.avg_width AS width,
    s.n_distinct AS distinct_values, to_json(s.most_common_vals::text::text[]) AS common_values,
    to_json(s.most_common_freqs) AS frequencies, to_json(s.histogram_bounds::text::text[]) AS bounds, s.correlation
  FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename
  WHERE ${visible} AND NOT s.inherited`;

/** Costs and memory by which plans are chosen; in the units in which they can be set. */
const plannerQuery = `
  SELECT name, setting FROM pg_settings
  WHERE name LIKE 'enable\\_%' OR name IN ('seq_page_cost', 'random_page_cost', 'cpu_tuple_cost',
    'cpu_index_tuple_cost', 'cpu_operator_cost', 'parallel_setup_cost', 'parallel_tuple_cost',
    'min_parallel_table_scan_size', 'min_parallel_index_scan_size', 'effective_cache_size', 'work_mem',
    'hash_mem_multiplier', 'max_parallel_workers_per_gather', 'max_parallel_workers', 'from_collapse_limit',
    'join_collapse_limit', 'cursor_tuple_fraction', 'constraint_exclusion')`;

const table = z.object({ name: z.string(), pages: z.number(), rows: z.number(), visible_pages: z.number() });

const index = z.object({
  table_name: z.string(),
  name: z.string(),
  pages: z.number(),
  rows: z.number(),
  definition: z.string(),
});

const column = z.object({
  table_name: z.string(),
  column_name: z.string(),
  nulls: z.number(),
  width: z.number(),
  distinct_values: z.number(),
  common_values: z.array(z.string()).nullable(),
  frequencies: z.array(z.number()).nullable(),
  bounds: z.array(z.string()).nullable(),
  correlation: z.number().nullable(),
});

const setting = z.object({ name: z.string(), setting: z.string() });

/** Statistics of a live database. Reads catalogues only, and of tables nothing but what its `ANALYZE` has kept. */
export class LiveStatistics implements StatisticsSource {
  readonly key: string;
  readonly #database: LivePostgres;

  constructor(details: ConnectionDetails) {
    const { host, port, database, user } = details.profile;
    this.#database = new LivePostgres(details);
    this.key = JSON.stringify([host, port, database, user]);
  }

  async tables(names: readonly string[]): Promise<CopiedTables> {
    const tables = await this.#read(tablesQuery, table, [names]);
    if (tables.kind === "failed") return tables;
    const indexes = await this.#read(indexesQuery, index, [names]);
    if (indexes.kind === "failed") return indexes;
    const columns = await this.#read(columnsQuery, column, [names]);
    if (columns.kind === "failed") return columns;
    const copied = tables.rows.map(
      ({ name, pages, rows, visible_pages: allVisible }): [string, CopiedTable] => {
        const isOwn = (row: { readonly table_name: string }) => row.table_name === name;
        return [
          name,
          {
            size: { rows, pages, allVisible },
            indexes: new Map(indexes.rows.filter(isOwn).map((each) => [each.name, indexOf(each)])),
            columns: new Map(
              columns.rows.filter(isOwn).map((each) => [each.column_name, statisticsOf(each)]),
            ),
          },
        ];
      },
    );
    return { kind: "tables", tables: new Map(copied) };
  }

  async planner(): Promise<PlannerSettings> {
    const read = await this.#read(plannerQuery, setting);
    if (read.kind === "failed") return read;
    return { kind: "settings", settings: new Map(read.rows.map((row) => [row.name, row.setting])) };
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #read<Row>(
    query: string,
    schema: z.ZodType<Row>,
    values: readonly unknown[] = [],
  ): Promise<
    { readonly kind: "rows"; readonly rows: readonly Row[] } | Extract<CopiedTables, { kind: "failed" }>
  > {
    const answer = await this.#database.read(query, values);
    if (answer.kind === "failed") return answer;
    const parsed = z.array(schema).safeParse(answer.rows);
    if (parsed.success) return { kind: "rows", rows: parsed.data };
    // Without what was read: it may hold values of rows.
    return failed("the server's statistics are not in a form that can be read");
  }
}

/** One database through one connection after another: those of earlier requests are closed. */
export class SuccessiveStatistics implements StatisticsSource {
  readonly key: string;
  #current: StatisticsSource;

  constructor(first: StatisticsSource) {
    this.key = first.key;
    this.#current = first;
  }

  follow(next: StatisticsSource): void {
    this.#current = next;
  }

  tables(names: readonly string[]): Promise<CopiedTables> {
    return this.#current.tables(names);
  }

  planner(): Promise<PlannerSettings> {
    return this.#current.planner();
  }

  close(): Promise<void> {
    return this.#current.close();
  }
}

function indexOf({ pages, rows, definition }: z.output<typeof index>): CopiedIndex {
  return { size: { rows, pages }, definition };
}

function statisticsOf({
  nulls,
  width,
  distinct_values: distinct,
  common_values: values,
  frequencies,
  bounds,
  correlation,
}: z.output<typeof column>): ColumnStatistics {
  return {
    nullFraction: nulls,
    averageWidth: width,
    distinct,
    common: (values ?? []).map((value, index) => ({ value, frequency: frequencies?.[index] ?? 0 })),
    histogram: bounds ?? [],
    correlation: correlation ?? undefined,
  };
}

function failed(message: string): Extract<CopiedTables, { kind: "failed" }> {
  return { kind: "failed", error: { kind: "server", message } };
}
