import { parseSql } from "./sql-parser.ts";

/** Names of the tables in a statement, each once, in the order of the parse tree; empty for what is not SQL. */
export async function tablesIn(sql: string): Promise<readonly string[]> {
  const parsed = await parseSql(sql);
  if (parsed.kind === "failed") return [];
  const names = new Set<string>();
  const open: unknown[] = [...parsed.statements];
  for (let value = open.shift(); value !== undefined; value = open.shift()) {
    if (typeof value !== "object" || value === null) continue;
    // A reference, or the target of a change, where the node has no wrapper.
    if ("relname" in value && typeof value.relname === "string") names.add(value.relname);
    open.push(...Object.values(value).filter((child) => typeof child === "object" && child !== null));
  }
  return [...names];
}
