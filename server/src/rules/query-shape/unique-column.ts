import type { Column } from "./row-columns.ts";

/** No two rows have the same value, unless a join brings a row twice. */
export function isUniqueColumn({ field }: Column): boolean {
  return field !== undefined && (field.primaryKey || field.unique);
}
