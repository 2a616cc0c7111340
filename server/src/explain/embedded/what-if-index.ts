import type { IndexCandidate, IndexCondition, IndexKey } from "../advice/index-candidate.ts";
import { type IndexChange, indexNameOf } from "../proof/index-change.ts";
import type { ColumnStatistics } from "./column-statistics.ts";
import { readSizedIndexes, type SizedIndex, sizedIndexesSql } from "./existing-index.ts";
import type { PlantedDatabase } from "./planted-database.ts";
import { columnStatement, quotedName, relationStatement } from "./planted-relation.ts";
import { DatabaseError, type PostgresThread } from "./postgres-thread.ts";
import type { FileSize } from "./thread-messages.ts";

/** As plans show it; no index of a project is called like this. */
export const whatIfName = "the new index";

const limitMs = 20_000;

/** Indexes that might help, as changes of their tables. */
export function changesOf(candidates: readonly IndexCandidate[]): readonly IndexChange[] {
  return candidates.map((candidate, position) => {
    const name = position === 0 ? whatIfName : `${whatIfName} ${position + 1}`;
    return { table: candidate.table, added: [createSql(candidate, name)], removed: [] };
  });
}

/**
 * Does something while tables have other indexes. Those that they do not have count as made for as many rows as are
 * assumed.
 * @returns undefined where PostgreSQL does not create such an index
 * @throws DatabaseError when the thread ended, or of `work`
 */
export async function withIndexes<Result>(
  thread: PostgresThread,
  database: PlantedDatabase,
  changes: readonly IndexChange[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const tables = database.assumptions([...new Set(changes.map(({ table }) => table))]);
  if (changes.some(({ table }) => !tables.some((known) => known.table === table))) return undefined;
  const sizes = tables.map(({ table, size }) => ({ path: database.pathOf(table), pages: size.pages }));
  // The indexes are made of the rows that there are: none.
  await thread.resize(sizes.map(({ path }) => ({ path, pages: 0 })));
  try {
    const added = changes.flatMap((change) => change.added);
    const statements = [
      "BEGIN",
      ...changes.flatMap(({ removed }) => removed.map((name) => `DROP INDEX ${quotedName(name)}`)),
      ...added,
      ...tables.map(({ table, size }) => relationStatement(table, size)),
      sizedIndexesSql(added.flatMap(indexNameOf)),
    ];
    const indexes = readSizedIndexes(await thread.run(statements.join(";\n"), limitMs));
    await thread.resize(sizes);
    await plantIndexes(thread, database, indexes);
    return await work();
  } catch (error) {
    if (error instanceof DatabaseError && error.code !== undefined) return undefined;
    throw error;
  } finally {
    if (!thread.hasEnded) {
      await thread.run("ROLLBACK", limitMs);
      await thread.resize(sizes);
    }
  }
}

async function plantIndexes(
  thread: PostgresThread,
  database: PlantedDatabase,
  indexes: readonly SizedIndex[],
): Promise<void> {
  const statements: string[] = [];
  const files: FileSize[] = [];
  for (const index of indexes) {
    const [assumed] = database.assumptions([index.table]);
    if (assumed === undefined) continue;
    const size = await database.sizeOf(index, assumed);
    statements.push(relationStatement(index.name, size));
    for (const key of index.keys) statements.push(...expression(index.name, key, assumed.columns));
    files.push({ path: index.path, pages: size.pages });
  }
  if (statements.length === 0) return;
  await thread.run(statements.join(";\n"), limitMs);
  await thread.resize(files);
}

function createSql({ table, keys, condition, method }: IndexCandidate, name: string): string {
  const where = condition === undefined ? "" : ` WHERE ${conditionSql(condition)}`;
  return `CREATE INDEX ${quotedName(name)} ON ${quotedName(table)} USING ${method} (${keys.map(keySql).join(", ")})${where}`;
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
  { text, attribute }: SizedIndex["keys"][number],
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
