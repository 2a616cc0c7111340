/** Whether an index finds the rows of a query, and gives them in their order. */
import { indexesOf } from "../../django/indexes.ts";
import type { Model } from "../../django/model-graph.ts";

/** What an index has to do: rows that have one value in each of some columns, then a range or an order. */
export interface WantedIndex {
  readonly equal: ReadonlySet<string>;
  /** Either of them follows. */
  readonly range: string | undefined;
  /** `-` for descending. */
  readonly order: readonly string[];
}

/** Whether one of the indexes that the table has does it. Partial ones hold some of the rows alone. */
export function isServed(model: Model, wanted: WantedIndex): boolean {
  return indexesOf(model).some(
    ({ columns, partial, method }) =>
      !partial && (method === undefined || method === "btree") && serves(columns, wanted),
  );
}

/**
 * The columns of equality stand first, in any order, then those of the order, in its direction or all against it, or the
 * one with a range. Rows of one value need no order: a column of equality may stand in the order.
 */
export function serves(columns: readonly string[], { equal, range, order }: WantedIndex): boolean {
  const first = columns.slice(0, equal.size).map(withoutSign);
  if (first.length < equal.size || !first.every((name) => equal.has(name))) return false;
  const rest = columns.slice(equal.size);
  const sorted = order.filter((name) => !equal.has(withoutSign(name)));
  if (sorted.length === 0) return range === undefined || withoutSign(rest[0] ?? "") === range;
  const isSame = sorted.every((name, index) => rest[index] === name);
  return isSame || sorted.every((name, index) => rest[index] === reversed(name));
}

export function withoutSign(column: string): string {
  return column.replace(/^-/, "");
}

function reversed(column: string): string {
  return column.startsWith("-") ? column.slice(1) : `-${column}`;
}
