import type { CompiledStatement, SchemaColumn, SchemaTable } from "../queryset-compiler.ts";
import type { SortedColumn, TableUsage } from "./column-usage.ts";

/** An index that might help. */
export interface IndexCandidate {
  readonly table: string;
  readonly keys: readonly IndexKey[];
  /** Rows that are in it; undefined for all. */
  readonly condition: IndexCondition | undefined;
  /** `gin` with trigrams, for patterns that begin anywhere. */
  readonly method: "btree" | "gin";
}

export interface IndexKey {
  readonly column: string;
  readonly descending: boolean;
  /** Applied to the column: `upper`. */
  readonly function: string | undefined;
  /** Where the column's usual one does not serve. */
  readonly operatorClass: string | undefined;
}

export interface IndexCondition {
  readonly column: string;
  readonly test: "true" | "false" | "null";
}

export interface CandidateContext {
  /** Undefined for what is not a table of the project. */
  table(name: string): SchemaTable | undefined;
  /** How many different values a column has. */
  distinct(table: string, column: string): number;
}

/** More would cost more time than they bring. */
const mostCandidates = 12;
/** Columns with more equal ones in front are not looked for any more. */
const mostEqual = 3;

/** Indexes that could serve a statement, the simple ones first. */
export function indexCandidates(
  usages: readonly TableUsage[],
  { params }: Pick<CompiledStatement, "params">,
  context: CandidateContext,
): readonly IndexCandidate[] {
  const found = new Map<string, IndexCandidate>();
  for (const usage of usages) {
    const table = context.table(usage.table);
    // The table of a many-to-many relation has no model whose `Meta` could be edited.
    if (table === undefined || table.autoCreated) continue;
    for (const candidate of candidatesOf(usage, table, params, context)) {
      found.set(JSON.stringify(candidate), candidate);
    }
  }
  return [...found.values()].slice(0, mostCandidates);
}

function candidatesOf(
  usage: TableUsage,
  { table, columns }: SchemaTable,
  params: CompiledStatement["params"],
  context: CandidateContext,
): readonly IndexCandidate[] {
  const known = new Map(columns.map((column) => [column.column, column]));
  const sortable = (column: string) => isSortable(known.get(column));
  const equal = usage.equal
    .filter(sortable)
    .toSorted((a, b) => context.distinct(table, b) - context.distinct(table, a))
    .slice(0, mostEqual)
    .map(plainKey);
  const range = usage.range.filter(sortable).map(plainKey);
  const joined = usage.joined.filter(sortable).map(plainKey);
  const order = usage.order.every(({ column }) => sortable(column)) ? usage.order.map(sortedKey) : [];

  const keyLists: (readonly IndexKey[])[] = [
    ...equal.map((key) => [key]),
    equal,
    order,
    [...equal, ...order],
    ...range.map((key) => [key]),
    ...range.map((key) => [...equal, key]),
    ...joined.map((key) => [key]),
    ...joined.map((key) => [key, ...equal]),
  ];
  const whole = keyLists.map((keys) => candidate(table, keys));

  const partialKeys =
    firstNotEmpty([
      [...equal, ...order],
      [...equal, ...range],
    ]) ?? keyOf(columns);
  const conditions: IndexCondition[] = [
    ...usage.flags.map(({ column, value }) => ({ column, test: value ? "true" : "false" }) as const),
    ...usage.nulls.map((column) => ({ column, test: "null" }) as const),
  ];
  const partial = conditions.map((condition) => candidate(table, partialKeys, condition));

  const functions = usage.functions.map((used) =>
    candidate(table, [{ ...plainKey(used.column), function: used.function }]),
  );
  const patterns = usage.patterns.flatMap((used) => {
    const pattern = used.parameter === undefined ? undefined : params[used.parameter - 1]?.value;
    const key = { ...plainKey(used.column), function: used.function };
    if (typeof pattern === "string" && /^[^%_]/.test(pattern)) {
      const operatorClass = patternClassOf(known.get(used.column), used.function);
      return [candidate(table, [{ ...key, operatorClass }])];
    }
    return [{ ...candidate(table, [{ ...key, operatorClass: "gin_trgm_ops" }]), method: "gin" } as const];
  });
  return [...whole, ...partial, ...functions, ...patterns].filter(
    ({ keys }) => keys.length > 0 && !repeats(keys),
  );
}

function candidate(table: string, keys: readonly IndexKey[], condition?: IndexCondition): IndexCandidate {
  // Equality decides already: an order by the same column has nothing left to sort.
  const seen = new Set<string>();
  const distinctKeys = keys.filter(({ column, function: applied }) => {
    const identity = `${applied ?? ""}(${column})`;
    return seen.has(identity) ? false : seen.add(identity);
  });
  return { table, keys: distinctKeys, condition, method: "btree" };
}

function repeats(keys: readonly IndexKey[]): boolean {
  return new Set(keys.map(({ column }) => column)).size < keys.length;
}

export function plainKey(column: string): IndexKey {
  return { column, descending: false, function: undefined, operatorClass: undefined };
}

function sortedKey({ column, descending }: SortedColumn): IndexKey {
  return { ...plainKey(column), descending };
}

/** For a partial index whose condition is all that is asked. */
function keyOf(columns: readonly SchemaColumn[]): readonly IndexKey[] {
  return columns.flatMap(({ column, primaryKey }) => (primaryKey ? [plainKey(column)] : []));
}

function firstNotEmpty<Item>(lists: readonly (readonly Item[])[]): readonly Item[] | undefined {
  return lists.find((list) => list.length > 0);
}

/** B-trees need an order, and rows that fit on a third of a page. */
function isSortable(column: SchemaColumn | undefined): boolean {
  return (
    column !== undefined && !/^(?:json|jsonb|xml|point|geometry|geography|tsvector)\b|\[\]$/.test(column.type)
  );
}

function patternClassOf(column: SchemaColumn | undefined, applied: string | undefined): string {
  return applied === undefined && column?.type.startsWith("varchar")
    ? "varchar_pattern_ops"
    : "text_pattern_ops";
}
