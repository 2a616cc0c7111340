import type { IndexCandidate, IndexCondition, IndexKey } from "../advice/index-candidate.ts";
import type { ColumnStatistics } from "./column-statistics.ts";
import { type PlantedDatabase, tableSizeOf, unknownWidth } from "./planted-database.ts";
import { columnStatement, indexSize, quoted, quotedName, relationStatement } from "./planted-relation.ts";
import { DatabaseError, type PostgresThread } from "./postgres-thread.ts";

/** As plans show it; no index of a project is called like this. */
export const whatIfName = "the new index";

const limitMs = 20_000;

/**
 * Does something while a table has one more index, which counts as made for as many rows as are assumed.
 * @returns undefined where PostgreSQL does not create such an index
 * @throws DatabaseError when the thread ended, or of `work`
 */
export async function withIndex<Result>(
  thread: PostgresThread,
  database: PlantedDatabase,
  candidate: IndexCandidate,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const { table, condition } = candidate;
  const [assumed] = database.assumptions([table]);
  if (assumed === undefined) return undefined;
  const { rows, columns } = assumed;
  const indexed = condition === undefined ? rows.rows : await database.count(table, conditionSql(condition));
  const heap = tableSizeOf(rows.rows, columns);
  const index = indexSize(indexed, widthOf(candidate, columns));
  const heapPath = await pathOf(thread, table);
  // The index is made of the rows that there are: none.
  await thread.resize([{ path: heapPath, pages: 0 }]);
  try {
    await thread.run(`BEGIN; ${createSql(candidate)}`, limitMs);
    const planted = [
      relationStatement(table, heap),
      relationStatement(whatIfName, index),
      ...expressions(candidate, columns),
    ];
    await thread.run(planted.join(";\n"), limitMs);
    const indexPath = await pathOf(thread, whatIfName);
    await thread.resize([
      { path: heapPath, pages: heap.pages },
      { path: indexPath, pages: index.pages },
    ]);
    return await work();
  } catch (error) {
    if (error instanceof DatabaseError && error.code !== undefined) return undefined;
    throw error;
  } finally {
    if (!thread.hasEnded) {
      await thread.run("ROLLBACK", limitMs);
      await thread.resize([{ path: heapPath, pages: heap.pages }]);
    }
  }
}

function createSql({ table, keys, condition, method }: IndexCandidate): string {
  const where = condition === undefined ? "" : ` WHERE ${conditionSql(condition)}`;
  return `CREATE INDEX ${quotedName(whatIfName)} ON ${quotedName(table)} USING ${method} (${keys.map(keySql).join(", ")})${where}`;
}

function keySql({ column, descending, function: applied, operatorClass }: IndexKey): string {
  const name = quotedName(column);
  const key = applied === undefined ? name : `${quotedName(applied)}(${name}::text)`;
  return [key, operatorClass, descending ? "DESC" : undefined].filter((part) => part !== undefined).join(" ");
}

function conditionSql({ column, test }: IndexCondition): string {
  const name = quotedName(column);
  switch (test) {
    case "true":
      return name;
    case "false":
      return `NOT ${name}`;
    case "null":
      return `${name} IS NULL`;
  }
}

function widthOf({ keys }: IndexCandidate, columns: ReadonlyMap<string, ColumnStatistics>): number {
  return keys.reduce((sum, { column }) => sum + (columns.get(column)?.averageWidth ?? unknownWidth), 0);
}

/** The values of `upper(email)` are about as different as those of `email`. */
function expressions(
  { keys }: IndexCandidate,
  columns: ReadonlyMap<string, ColumnStatistics>,
): readonly string[] {
  return keys.flatMap(({ column, function: applied }) => {
    const statistics = applied === undefined ? undefined : columns.get(column);
    if (applied === undefined || statistics === undefined) return [];
    return columnStatement(whatIfName, applied, {
      ...statistics,
      common: [],
      histogram: [],
      correlation: undefined,
    });
  });
}

async function pathOf(thread: PostgresThread, relation: string): Promise<string> {
  const name = quoted(quotedName(relation));
  const [row] = await thread.run(`SELECT pg_relation_filepath(${name}::regclass) AS path`, limitMs);
  return String(row?.path);
}
