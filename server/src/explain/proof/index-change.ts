import type { ProjectSchema } from "../queryset-compiler.ts";

/** Indexes of a table that a change of its model adds and removes. */
export interface IndexChange {
  readonly table: string;
  /** `CREATE INDEX` statements. */
  readonly added: readonly string[];
  /** Names. */
  readonly removed: readonly string[];
}

/** What becomes of the indexes of the tables that both have. */
export function indexChanges(before: ProjectSchema, after: ProjectSchema): readonly IndexChange[] {
  const tables = new Map(after.tables.map(({ table, deferred }) => [table, deferred]));
  return before.tables.flatMap(({ table, deferred }): readonly IndexChange[] => {
    const now = tables.get(table);
    if (now === undefined) return [];
    const added = now.filter((statement) => isIndex(statement) && !deferred.includes(statement));
    const gone = deferred.filter((statement) => isIndex(statement) && !now.includes(statement));
    if (added.length + gone.length === 0) return [];
    return [{ table, added: added.map(unterminated), removed: gone.flatMap(indexNameOf) }];
  });
}

function isIndex(statement: string): boolean {
  return indexNameOf(statement).length > 0;
}

/** The name in a `CREATE INDEX` of Django, which quotes every name; none for other statements. */
export function indexNameOf(statement: string): readonly string[] {
  const name = /^\s*CREATE (?:UNIQUE )?INDEX "((?:[^"]|"")+)"/.exec(statement)?.[1];
  return name === undefined ? [] : [name.replaceAll('""', '"')];
}

function unterminated(statement: string): string {
  return statement.trimEnd().replace(/;$/, "");
}
