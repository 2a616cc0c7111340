/** A check of PostgreSQL: one query, and what its rows mean. */
import type { RuleCode } from "../rules/finding.ts";
import type { Judgement } from "./judgement.ts";
import type { Expectations } from "./live-connections.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface PostgresCheck {
  readonly code: RuleCode;
  /** Reads catalogues and statistics only. */
  readonly query: string;
  /** Why the check is skipped where something that it reads is not there; a sentence. */
  readonly absent?: string;
  judge(rows: readonly Row[], expectations: Expectations): Judgement;
}

export function textOf(row: Row | undefined, name: string): string {
  const value = row?.[name];
  return value === null || value === undefined ? "" : String(value);
}

/** PostgreSQL's `bigint` and `numeric` come as text; NULL is 0. */
export function numberOf(row: Row | undefined, name: string): number {
  return Number(row?.[name] ?? 0);
}
