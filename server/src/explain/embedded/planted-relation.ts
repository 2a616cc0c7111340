/** Sizes of tables and indexes in pages, and the statements that make PostgreSQL believe in them. */
import type { ColumnStatistics } from "./column-statistics.ts";

export interface RelationSize {
  readonly rows: number;
  /** Of 8192 bytes. */
  readonly pages: number;
  /** Pages of a table whose rows all transactions see, which an index alone can answer for; all if not given. */
  readonly allVisible?: number;
}

const pageBytes = 8192;
const pageHeader = 24;
/** Header and line pointer of a row, of an index entry. */
const rowOverhead = 28;
const entryOverhead = 16;
/** Columns are aligned: on the whole, a tenth is lost. */
const alignmentLoss = 1.1;
/** B-trees are left this full. */
const indexFill = 0.9;

/** @param rowWidth sum of the columns' average widths, in bytes */
export function tableSize(rows: number, rowWidth: number): RelationSize {
  const perPage = Math.max(
    1,
    Math.floor((pageBytes - pageHeader) / (rowOverhead + rowWidth * alignmentLoss)),
  );
  return { rows, pages: Math.ceil(rows / perPage) };
}

/**
 * @param keyWidth sum of the indexed columns' average widths, in bytes
 * @param rows that are in the index
 */
export function indexSize(rows: number, keyWidth: number): RelationSize {
  const entry = entryOverhead + Math.ceil(keyWidth / 8) * 8;
  // The first page describes the index.
  return { rows, pages: 1 + Math.ceil((rows * entry) / ((pageBytes - pageHeader) * indexFill)) };
}

/** `SELECT` of the function that plants the size of a table or an index. */
export function relationStatement(
  relation: string,
  { rows, pages, allVisible = pages }: RelationSize,
): string {
  const values: readonly NamedValue[] = [
    ["relpages", "integer", String(pages)],
    ["reltuples", "real", String(rows)],
    ["relallvisible", "integer", String(allVisible)],
  ];
  return `SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', ${quoted(relation)}, ${named(values)})`;
}

/** `SELECT` of the function that plants what is known of a column's values. */
export function columnStatement(table: string, column: string, statistics: ColumnStatistics): string {
  const { nullFraction, averageWidth, distinct, common, histogram, correlation } = statistics;
  const values: NamedValue[] = [
    ["null_frac", "real", String(nullFraction)],
    ["avg_width", "integer", String(averageWidth)],
    ["n_distinct", "real", String(distinct)],
  ];
  if (common.length > 0) {
    values.push(["most_common_vals", "text", arrayOf(common.map(({ value }) => value))]);
    values.push(["most_common_freqs", "real[]", arrayOf(common.map(({ frequency }) => String(frequency)))]);
  }
  if (histogram.length > 1) values.push(["histogram_bounds", "text", arrayOf(histogram)]);
  if (correlation !== undefined) values.push(["correlation", "real", String(correlation)]);
  const target = `'schemaname', 'public', 'relname', ${quoted(table)}, 'attname', ${quoted(column)}, 'inherited', false`;
  return `SELECT pg_restore_attribute_stats(${target}, ${named(values)})`;
}

type NamedValue = readonly [name: string, type: string, value: string];

function named(values: readonly NamedValue[]): string {
  return values.map(([name, type, value]) => `'${name}', ${quoted(value)}::${type}`).join(", ");
}

/** PostgreSQL's text of an array. */
function arrayOf(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

/** A literal; backslashes mean themselves. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
