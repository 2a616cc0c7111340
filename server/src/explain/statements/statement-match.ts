import type { TextRange } from "../../base/text-range.ts";
import { fingerprintSql } from "../sql-parser.ts";
import type { DatabaseStatement } from "./statement-export.ts";

/** Where the project asks for a statement. */
export interface StatementPlace {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly range: TextRange;
  /** Source text of the queryset. */
  readonly expression: string;
  readonly role: PlaceRole;
}

/** `page`: the queryset with another limit. `count`: how many rows it has, as a paginator asks. */
export type PlaceRole = "queryset" | "prefetch" | "preparation" | "page" | "count";

/** Statements that are the same but for their values, from all users and databases of the export. */
export interface MatchedStatement extends DatabaseStatement {
  /** Empty where the project has no such queryset. Several where it has the same one several times. */
  readonly places: readonly StatementPlace[];
}

/** The project's statements by what PostgreSQL's grammar makes of them: names and structure without values. */
export class StatementIndex {
  readonly #exact = new Map<string, StatementPlace[]>();
  readonly #withoutLimit = new Map<string, StatementPlace[]>();

  async add(sql: string, place: StatementPlace): Promise<void> {
    add(this.#exact, await fingerprintSql(sql), place);
    add(this.#withoutLimit, await fingerprintSql(withoutLimit(sql)), { ...place, role: "page" });
  }

  async find(query: string): Promise<readonly StatementPlace[]> {
    const exact = this.#exact.get((await fingerprintSql(query)) ?? "");
    if (exact !== undefined) return exact;
    return this.#withoutLimit.get((await fingerprintSql(withoutLimit(query))) ?? "") ?? [];
  }
}

function add(
  index: Map<string, StatementPlace[]>,
  fingerprint: string | undefined,
  place: StatementPlace,
): void {
  if (fingerprint === undefined) return;
  const known = index.get(fingerprint) ?? [];
  index.set(fingerprint, known);
  const isKnown = known.some(({ path, range }) => path === place.path && range.start === place.range.start);
  if (!isKnown) known.push(place);
}

/** A paginator slices the queryset that the code names. */
function withoutLimit(sql: string): string {
  return sql.replace(/(?:\s+LIMIT\s+\$?\d+)?(?:\s+OFFSET\s+\$?\d+)?\s*;?\s*$/i, "");
}

/** Whether a statement counts rows: the project's expressions rarely say so, paginators do. */
export function countsRows({ query }: DatabaseStatement): boolean {
  return /^\s*SELECT\s+COUNT\(/i.test(query);
}

/** The statements with their places, by total time, equal ones together. */
export async function matchStatements(
  statements: readonly DatabaseStatement[],
  index: StatementIndex,
): Promise<readonly MatchedStatement[]> {
  const merged = new Map<string, MatchedStatement>();
  for (const statement of statements) {
    // What can't be parsed, as `<insufficient privilege>`, is one of its kind.
    const key = (await fingerprintSql(statement.query)) ?? statement.query;
    const known = merged.get(key);
    const places = known?.places ?? (await index.find(statement.query));
    merged.set(key, { ...(known === undefined ? statement : together(known, statement)), places });
  }
  return [...merged.values()].sort((a, b) => b.totalTime - a.totalTime);
}

function together(first: DatabaseStatement, second: DatabaseStatement): DatabaseStatement {
  const calls = first.calls + second.calls;
  const totalTime = first.totalTime + second.totalTime;
  const rows = first.rows === undefined || second.rows === undefined ? undefined : first.rows + second.rows;
  return { query: first.query, calls, totalTime, meanTime: calls === 0 ? 0 : totalTime / calls, rows };
}
