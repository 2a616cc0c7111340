import type { SchemaColumn, SchemaTable } from "../queryset-compiler.ts";
import type { AssumedTable } from "./assumed-tables.ts";
import type { ColumnStatistics } from "./column-statistics.ts";
import { quoted, quotedName } from "./planted-relation.ts";
import { ProjectTables } from "./project-tables.ts";
import { referencedTable } from "./schema-runner.ts";

/** For one table. */
const fillLimitMs = 300_000;

/**
 * The project's tables with generated rows, to be measured: as many as are assumed, up to a limit. A table is filled
 * when a statement first names it. Foreign keys are left out: the other table may be empty.
 */
export class FilledDatabase extends ProjectTables {
  readonly #filled = new Set<string>();

  /**
   * Makes and fills tables that are not there yet.
   * @throws DatabaseError when the thread ended
   */
  override async ensure(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const table = this.tables.get(name);
      const assumed = this.assumed.get(name);
      if (table === undefined || assumed === undefined || this.#filled.has(name)) continue;
      this.#filled.add(name);
      if (!(await this.runner.run(name, table.create))) continue;
      const targetRows = (target: string) => this.assumed.get(target)?.rows.rows ?? 1;
      await this.thread.run(`SELECT setseed(0.5); ${insertSql(table, assumed, targetRows)}`, fillLimitMs);
      // Indexes of a full table are made faster than they are kept up to date.
      const indexes = table.deferred.filter((statement) => referencedTable(statement) === undefined);
      await this.runner.run(name, indexes);
      await this.thread.run(`VACUUM ANALYZE ${quotedName(name)}`, fillLimitMs);
    }
  }
}

/** Rows that break a constraint over several columns are left out. */
function insertSql(
  { table, columns }: SchemaTable,
  assumed: AssumedTable,
  targetRows: (table: string) => number,
): string {
  const names = columns.map(({ column }) => quotedName(column)).join(", ");
  const values = columns.map((column) => {
    const statistics = assumed.columns.get(column.column);
    const value = valueSql(column, statistics, assumed.rows.rows, targetRows);
    const nulls = statistics?.nullFraction ?? 0;
    return nulls > 0 ? `CASE WHEN random() >= ${nulls} THEN ${value} END` : value;
  });
  return `INSERT INTO ${quotedName(table)} (${names}) OVERRIDING SYSTEM VALUE
    SELECT ${values.join(", ")} FROM generate_series(1, ${assumed.rows.rows}) n ON CONFLICT DO NOTHING`;
}

/** An expression for the column of row `n`. */
function valueSql(
  column: SchemaColumn,
  statistics: ColumnStatistics | undefined,
  rows: number,
  targetRows: (table: string) => number,
): string {
  const { type, target, maxLength } = column;
  const cast = (value: string) => `(${value})::${type}`;
  const common = statistics?.common ?? [];
  if (target !== null) return keySql(type, `1 + floor(random() * ${targetRows(target.table)})::bigint`);
  if (column.primaryKey || column.unique) return keySql(type, "n", maxLength);
  if (common.length > 0) return cast(oneOf(common));
  const histogram = statistics?.histogram ?? [];
  if (column.automaticTime || histogram.length > 0) {
    const position = column.automaticTime ? `n::float / ${Math.max(1, rows)}` : "random()";
    return betweenSql(column, histogram, position);
  }
  return cast(`'${constantFor(type)}'`);
}

/** The key of a row by its number: what refers to it finds it. */
function keySql(type: string, number: string, maxLength: number | null = null): string {
  if (type === "uuid") return `md5((${number})::text)::uuid`;
  if (/^(?:big|small)?int|^(?:big|small)?serial|^numeric|^double|^real/.test(type))
    return `(${number})::${plainType(type)}`;
  if (/^(?:date|time)/.test(type))
    return `(timestamptz '2020-01-01' + (${number}) * interval '1 minute')::${type}`;
  const text = `(${number})::text`;
  return /^(?:varchar|char|text|citext)/.test(type)
    ? maxLength === null || maxLength >= 20
      ? `('key ' || ${text})::${type}`
      : `left(${text}, ${maxLength})::${type}`
    : `'${constantFor(type)}'::${type}`;
}

/** A value between the bounds of a histogram. */
function betweenSql(
  { type, maxLength }: SchemaColumn,
  histogram: readonly string[],
  position: string,
): string {
  const [low, high] = [quoted(histogram[0] ?? "0"), quoted(histogram.at(-1) ?? "0")];
  if (type === "date") return `(date ${low} + ((date ${high} - date ${low}) * ${position})::int)`;
  if (type.startsWith("timestamp"))
    return `(timestamptz ${low} + (timestamptz ${high} - timestamptz ${low}) * ${position})::${type}`;
  if (type === "uuid") return "gen_random_uuid()";
  if (/^(?:varchar|char|text|citext)/.test(type))
    return `substr(md5(random()::text), 1, ${Math.min(maxLength ?? 32, 32)})::${type}`;
  return `(${low}::float + (${high}::float - ${low}::float) * ${position})::${plainType(type)}`;
}

/** Values by their frequencies. */
function oneOf(common: ColumnStatistics["common"]): string {
  const total = common.reduce((sum, { frequency }) => sum + frequency, 0);
  let below = 0;
  const bounds = common.map(({ frequency }) => {
    below += frequency / total;
    return below;
  });
  const values = common.map(({ value }) => quoted(value)).join(", ");
  return `(ARRAY[${values}])[1 + least(width_bucket(random(), ARRAY[${bounds.join(", ")}]::float[]), ${common.length - 1})]`;
}

/** `bigserial` is no type of a value. */
function plainType(type: string): string {
  return type.replace("serial", "int").replace(/^int$/, "integer");
}

function constantFor(type: string): string {
  if (type.endsWith("[]")) return "{}";
  if (/^jsonb?$/.test(type)) return '{"a": 1}';
  if (/^(?:inet|cidr)$/.test(type)) return "10.0.0.1";
  if (/range$/.test(type)) return "empty";
  if (/^(?:time|interval)/.test(type)) return "01:00";
  if (/^macaddr/.test(type)) return "08:00:2b:01:02:03";
  return /^(?:big|small)?int|^numeric|^double|^real/.test(type) ? "1" : "";
}
