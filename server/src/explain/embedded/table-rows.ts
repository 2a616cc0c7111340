import type { SchemaTable } from "../queryset-compiler.ts";

/** How many rows a table is assumed to have, and why. */
export interface AssumedRows {
  readonly rows: number;
  /** `setting`: the user said so. `database`: counted by the one whose statistics were copied. */
  readonly reason:
    | "setting"
    | "database"
    | "default"
    | "look-up table"
    | "parent"
    | "child"
    | "many-to-many"
    | "Django";
}

/** Rows by model (`projects.Task`) or table; `*` for all that are not named. */
export type TableRowsSetting = Readonly<Record<string, number>>;

const defaultRows = 500_000;

/** Models of Django itself, which hold about as much in every project. */
const djangoModels: ReadonlyMap<string, number> = new Map([
  ["contenttypes.ContentType", 100],
  ["auth.Permission", 400],
  ["auth.Group", 20],
  ["sites.Site", 2],
]);

const lookUpRows = 100;
/** Rows of a table for each row of a big one that it belongs to: lines of an order. */
const childrenPerParent = 4;
const mostFields = 5;

/**
 * Rows of each table, by its name: what the setting says, else a guess from the relations alone. It is meant to be
 * seen and corrected; what it must get right is which of two tables is bigger.
 */
export function assumedRows(
  tables: readonly SchemaTable[],
  setting: TableRowsSetting,
): ReadonlyMap<string, AssumedRows> {
  const standard = setting["*"] ?? defaultRows;
  const byName = new Map(tables.map((table) => [table.table, table]));
  const levels = levelsBelow(tables);

  const guess = (table: SchemaTable): AssumedRows => {
    const said = setting[table.label] ?? setting[table.table];
    if (said !== undefined) return { rows: said, reason: "setting" };
    const django = djangoModels.get(table.label);
    if (django !== undefined) return { rows: django, reason: "Django" };
    const parents = parentsOf(table).flatMap((name) => byName.get(name) ?? []);
    if (table.autoCreated) {
      const biggest = Math.max(0, ...parents.map((parent) => guess(parent).rows));
      return { rows: Math.max(2 * biggest, lookUpRows), reason: "many-to-many" };
    }
    const below = levels.get(table.table) ?? 0;
    if (below > 0 && parents.length === 0 && isSmall(table))
      return { rows: Math.min(lookUpRows, standard), reason: "look-up table" };
    const share = shareOf(below, parents.length === 0);
    if (share < 1) return { rows: Math.max(1, Math.round(standard * share)), reason: "parent" };
    const isChild = below === 0 && parents.some((parent) => guess(parent).rows >= standard);
    return isChild
      ? { rows: standard * childrenPerParent, reason: "child" }
      : { rows: standard, reason: "default" };
  };
  return new Map(tables.map((table) => [table.table, guess(table)]));
}

/**
 * Of the usual number of rows.
 * @param below how many levels of tables belong to the table
 * @param isRoot whether it belongs to none: a tenant, a customer, an account
 */
function shareOf(below: number, isRoot: boolean): number {
  if (below === 0) return 1;
  if (isRoot || below > 2) return 1 / 100;
  return below === 2 ? 1 / 10 : 1;
}

/** The longest chain of tables that belong to each table; a circle counts once. */
function levelsBelow(tables: readonly SchemaTable[]): ReadonlyMap<string, number> {
  const children = new Map<string, string[]>();
  for (const table of tables) {
    if (table.autoCreated) continue;
    for (const parent of parentsOf(table))
      children.set(parent, [...(children.get(parent) ?? []), table.table]);
  }
  const found = new Map<string, number>();
  const open = new Set<string>();
  const levelOf = (name: string): number => {
    const known = found.get(name);
    if (known !== undefined) return known;
    if (open.has(name)) return 0;
    open.add(name);
    const level = Math.max(0, ...(children.get(name) ?? []).map((child) => 1 + levelOf(child)));
    open.delete(name);
    found.set(name, level);
    return level;
  };
  for (const { table } of tables) levelOf(table);
  return found;
}

/** Tables that a row can't be without, itself left out. */
function parentsOf({ table, columns }: SchemaTable): readonly string[] {
  return columns.flatMap(({ target, null: isNullable }) =>
    target === null || isNullable || target.table === table ? [] : [target.table],
  );
}

const bigTypes = /^(?:text|jsonb?|bytea|timestamp|inet|.*\[\])/;

/** A key and a few names: countries, categories, plans. */
function isSmall({ columns }: SchemaTable): boolean {
  return columns.length <= mostFields && columns.every(({ type }) => !bigTypes.test(type));
}
