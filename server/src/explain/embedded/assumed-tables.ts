import type { SchemaTable } from "../queryset-compiler.ts";
import { type ColumnStatisticsSetting, withSetting } from "./column-setting.ts";
import { type ColumnStatistics, guessStatistics } from "./column-statistics.ts";
import type { CopiedTable } from "./copied-statistics.ts";
import { type RelationSize, tableSize } from "./planted-relation.ts";
import { type AssumedRows, assumedRows, type TableRowsSetting } from "./table-rows.ts";

/** What is assumed of a table, since nobody counted. */
export interface AssumedTable {
  readonly table: string;
  /** Of the model: `projects.Task`. */
  readonly label: string;
  readonly rows: AssumedRows;
  readonly size: RelationSize;
  readonly columns: ReadonlyMap<string, AssumedColumn>;
}

export interface AssumedColumn extends ColumnStatistics {
  /** Guessed from the field, corrected by the user, or what a running database knows. */
  readonly source: "guess" | "setting" | "database";
}

export interface Assumptions {
  readonly rows: TableRowsSetting;
  readonly columns?: ColumnStatisticsSetting;
  /** The newest of assumed times. */
  readonly today: Date;
  /** No table has more. */
  readonly mostRows?: number;
}

/** Sizes and statistics of a project's tables, by their names. */
export function assumedTables(
  tables: readonly SchemaTable[],
  {
    rows: rowsSetting,
    columns: columnsSetting = {},
    today,
    mostRows = Number.POSITIVE_INFINITY,
  }: Assumptions,
): ReadonlyMap<string, AssumedTable> {
  const sizes = assumedRows(tables, rowsSetting);
  const rowsOf = (table: string) => {
    const rows = sizes.get(table)?.rows;
    return rows === undefined ? undefined : Math.min(rows, mostRows);
  };
  const entries = tables.map((declared): [string, AssumedTable] => {
    const { table, label, columns } = declared;
    const rows = rowsOf(table) ?? 0;
    const statistics = columns.map((column): [string, AssumedColumn] => {
      const targetRows = column.target === null ? undefined : rowsOf(column.target.table);
      const guess = guessStatistics(column, { rows, targetRows, today });
      const setting =
        columnsSetting[`${label}.${column.name}`] ?? columnsSetting[`${table}.${column.column}`];
      return [
        column.column,
        setting === undefined
          ? { ...guess, source: "guess" }
          : { ...withSetting(guess, setting), source: "setting" },
      ];
    });
    const reason = sizes.get(table)?.reason ?? "default";
    const known = new Map(statistics);
    return [table, { table, label, rows: { rows, reason }, size: sizeFor(rows, known), columns: known }];
  });
  return new Map(entries);
}

/** What a running database knows takes the place of what is assumed. */
export function withCopied(assumed: AssumedTable, { size, columns: copied }: CopiedTable): AssumedTable {
  const columns = [...assumed.columns].map(([name, column]): [string, AssumedColumn] => {
    const known = copied.get(name);
    return [name, known === undefined ? column : { ...known, source: "database" }];
  });
  return { ...assumed, rows: { rows: size.rows, reason: "database" }, size, columns: new Map(columns) };
}

function sizeFor(rows: number, columns: ReadonlyMap<string, ColumnStatistics>): RelationSize {
  return tableSize(
    rows,
    [...columns.values()].reduce((sum, { averageWidth }) => sum + averageWidth, 0),
  );
}
