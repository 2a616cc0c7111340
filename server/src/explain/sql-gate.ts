import { harmlessFunctions } from "./harmless-functions.ts";
import { parseSql } from "./sql-parser.ts";
import { asObject, stringOf } from "./sql-tree.ts";

/** Whether a statement may be sent to a database for its plan. */
export type Verdict =
  | { readonly kind: "allowed"; readonly statement: "select" | "write" }
  /** `reason` is the predicate of a sentence about the statement: `locks rows (FOR UPDATE)`. */
  | { readonly kind: "refused"; readonly reason: string };

const writes: ReadonlySet<string> = new Set(["InsertStmt", "UpdateStmt", "DeleteStmt"]);

/**
 * Allows one SELECT, INSERT, UPDATE or DELETE without hidden effects. A statement that writes may be planned but
 * never executed. Even planning runs code: functions that are marked stable or immutable, for estimates.
 */
export async function judge(sql: string): Promise<Verdict> {
  const parsed = await parseSql(sql);
  if (parsed.kind === "failed") return refused(`is not SQL that PostgreSQL reads: ${parsed.message}`);
  const [statement, ...more] = parsed.statements;
  if (more.length > 0) return refused("is more than one statement");
  const [kind, content] = Object.entries(asObject(statement) ?? {})[0] ?? [];
  if (kind === undefined) return refused("is empty");
  if (kind !== "SelectStmt" && !writes.has(kind)) return refused("is neither a query nor a change of rows");
  const reason = objectionTo(content);
  if (reason !== undefined) return refused(reason);
  return { kind: "allowed", statement: kind === "SelectStmt" ? "select" : "write" };
}

/**
 * Why a statement is more than the creation of one index without hidden effects; undefined for that. A hypothetical index
 * is never built, but the planner may compute its expressions.
 */
export async function objectionToIndex(sql: string): Promise<string | undefined> {
  const parsed = await parseSql(sql);
  if (parsed.kind === "failed") return `is not SQL that PostgreSQL reads: ${parsed.message}`;
  const [statement, ...more] = parsed.statements;
  const [kind, content] = Object.entries(asObject(statement) ?? {})[0] ?? [];
  return kind === "IndexStmt" && more.length === 0 ? objectionTo(content) : "does not create one index";
}

function refused(reason: string): Verdict {
  return { kind: "refused", reason };
}

/** The first thing in a parse tree that is not allowed. */
function objectionTo(root: unknown): string | undefined {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) {
      open.push(...value);
      continue;
    }
    for (const [key, content] of Object.entries(asObject(value) ?? {})) {
      const reason = objectionToNode(key, content);
      if (reason !== undefined) return reason;
      open.push(content);
    }
  }
  return undefined;
}

function objectionToNode(key: string, content: unknown): string | undefined {
  switch (key) {
    case "intoClause":
      return "creates a table (SELECT INTO)";
    case "lockingClause":
      return "locks rows (FOR UPDATE or FOR SHARE)";
    case "FuncCall":
      return objectionToFunction(asObject(content)?.funcname);
    case "MergeStmt":
      return "changes rows with MERGE";
    default:
      return writes.has(key) ? "changes rows in a part of it (WITH)" : undefined;
  }
}

function objectionToFunction(parts: unknown): string | undefined {
  const name = Array.isArray(parts) ? parts.map((part) => stringOf(part) ?? "") : [];
  const [first, second] = name;
  const builtIn =
    name.length === 1 ? first : name.length === 2 && first === "pg_catalog" ? second : undefined;
  if (builtIn !== undefined && harmlessFunctions.has(builtIn)) return undefined;
  return `calls ${name.join(".")}(), which is not one of the functions known to be harmless`;
}
