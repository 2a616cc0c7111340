import type { IndexCandidate, IndexCondition, IndexKey } from "../advice/index-candidate.ts";
import { type IndexChange, indexNameOf } from "../proof/index-change.ts";
import type { AssumedTable } from "./assumed-tables.ts";
import type { ColumnStatistics } from "./column-statistics.ts";
import { type ExistingIndex, type PlantedDatabase, unknownWidth } from "./planted-database.ts";
import { columnStatement, indexSize, quoted, quotedName, relationStatement } from "./planted-relation.ts";
import { DatabaseError, type PostgresThread } from "./postgres-thread.ts";

/** As plans show it; no index of a project is called like this. */
export const whatIfName = "the new index";

const limitMs = 20_000;

/** An index that might help, as a change of its table. */
export function changeOf(candidate: IndexCandidate): IndexChange {
  return { table: candidate.table, added: [createSql(candidate)], removed: [] };
}

/**
 * Does something while a table has other indexes. Those that it does not have count as made for as many rows as are
 * assumed.
 * @returns undefined where PostgreSQL does not create such an index
 * @throws DatabaseError when the thread ended, or of `work`
 */
export async function withIndexes<Result>(
  thread: PostgresThread,
  database: PlantedDatabase,
  { table, added, removed }: IndexChange,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const [assumed] = database.assumptions([table]);
  if (assumed === undefined) return undefined;
  const { size: heap } = assumed;
  const heapPath = await pathOf(thread, table);
  // The indexes are made of the rows that there are: none.
  await thread.resize([{ path: heapPath, pages: 0 }]);
  try {
    const dropped = removed.map((name) => `DROP INDEX ${quotedName(name)}`);
    const statements = ["BEGIN", ...dropped, ...added, relationStatement(table, heap)];
    await thread.run(statements.join(";\n"), limitMs);
    await thread.resize([{ path: heapPath, pages: heap.pages }]);
    await plantIndexes(thread, database, assumed, added.flatMap(indexNameOf));
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

async function plantIndexes(
  thread: PostgresThread,
  database: PlantedDatabase,
  { table, rows, columns }: AssumedTable,
  names: readonly string[],
): Promise<void> {
  const made = (await database.indexesOf(table)).filter(({ name }) => names.includes(name));
  for (const { name, condition, keys } of made) {
    const indexed = condition === null ? rows.rows : await database.count(table, condition);
    const width = keys.reduce((sum, { text }) => sum + (columns.get(text)?.averageWidth ?? unknownWidth), 0);
    const size = indexSize(indexed, width);
    const planted = [relationStatement(name, size), ...keys.flatMap((key) => expression(name, key, columns))];
    await thread.run(planted.join(";\n"), limitMs);
    await thread.resize([{ path: await pathOf(thread, name), pages: size.pages }]);
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

/** The values of `upper(email)` are about as different as those of `email`. */
function expression(
  index: string,
  { text, attribute }: ExistingIndex["keys"][number],
  columns: ReadonlyMap<string, ColumnStatistics>,
): readonly string[] {
  if (columns.has(text)) return [];
  const words = new Set(text.match(/[\w$]+/g));
  const [, statistics] = [...columns].find(([column]) => words.has(column)) ?? [];
  if (statistics === undefined) return [];
  return [
    columnStatement(index, attribute, { ...statistics, common: [], histogram: [], correlation: undefined }),
  ];
}

async function pathOf(thread: PostgresThread, relation: string): Promise<string> {
  const name = quoted(quotedName(relation));
  const [row] = await thread.run(`SELECT pg_relation_filepath(${name}::regclass) AS path`, limitMs);
  return String(row?.path);
}
