import type { SchemaTable } from "../queryset-compiler.ts";
import { type ColumnStatistics, guessStatistics } from "./column-statistics.ts";
import { type AssumedRows, assumedRows, type TableRowsSetting } from "./table-rows.ts";

/** What is assumed of a table, since nobody counted. */
export interface AssumedTable {
  readonly table: string;
  /** Of the model: `projects.Task`. */
  readonly label: string;
  readonly rows: AssumedRows;
  readonly columns: ReadonlyMap<string, ColumnStatistics>;
}

export interface Assumptions {
  readonly rows: TableRowsSetting;
  /** The newest of assumed times. */
  readonly today: Date;
  /** No table has more. */
  readonly mostRows?: number;
}

/** Sizes and statistics of a project's tables, by their names. */
export function assumedTables(
  tables: readonly SchemaTable[],
  { rows: setting, today, mostRows = Number.POSITIVE_INFINITY }: Assumptions,
): ReadonlyMap<string, AssumedTable> {
  const sizes = assumedRows(tables, setting);
  const rowsOf = (table: string) => {
    const rows = sizes.get(table)?.rows;
    return rows === undefined ? undefined : Math.min(rows, mostRows);
  };
  const entries = tables.map(({ table, label, columns }) => {
    const rows = rowsOf(table) ?? 0;
    const statistics = columns.map((column) => {
      const targetRows = column.target === null ? undefined : rowsOf(column.target.table);
      return [column.column, guessStatistics(column, { rows, targetRows, today })] as const;
    });
    const reason = sizes.get(table)?.reason ?? "default";
    return [table, { table, label, rows: { rows, reason }, columns: new Map(statistics) }] as const;
  });
  return new Map(entries);
}
