import type { Advice } from "./advice/advice.ts";
import type { AssumedTable } from "./embedded/assumed-tables.ts";
import type { ExplainError } from "./explain-error.ts";
import type { IndexChange } from "./proof/index-change.ts";
import type { QueryPlan } from "./query-plan.ts";
import type { CompiledStatement } from "./queryset-compiler.ts";

/**
 * Where plans come from. The seam for other ways than a live server. What goes wrong is a result, never an exception.
 */
export interface PlanSource {
  /** Connects, if that has not happened; a failure is final. */
  open(): Promise<OpenResult>;
  explain(statement: CompiledStatement, options: ExplainOptions): Promise<PlanResult>;
  /** The plans of a statement without and with a change of indexes, which is not made for good. */
  tryIndexes(statement: CompiledStatement, change: IndexChange): Promise<TrialResult>;
  close(): Promise<void>;
}

export type OpenResult =
  | { readonly kind: "open"; readonly server: ServerVersion }
  | { readonly kind: "failed"; readonly error: ExplainError };

export interface ServerVersion {
  /** `server_version_num`: 150018. */
  readonly number: number;
  /** `15.18` */
  readonly text: string;
}

export interface ExplainOptions {
  /** Runs the statement to measure it. Only for a SELECT, and only after the user has agreed. */
  readonly analyze: boolean;
}

export type PlanResult =
  | {
      readonly kind: "planned";
      readonly plan: QueryPlan;
      /** What a plan without rows rests on; undefined for that of a database. */
      readonly assumed?: readonly AssumedTable[];
      /** What makes it much cheaper, where that could be tried. */
      readonly advice?: Advice | undefined;
    }
  | { readonly kind: "failed"; readonly error: ExplainError };

export type TrialResult =
  | {
      readonly kind: "tried";
      readonly before: QueryPlan;
      readonly after: QueryPlan;
      /** Whether the plan reads one of the indexes that were added. */
      readonly usesNew: boolean;
      /** Of the table, where no database was asked. */
      readonly assumedRows: number | undefined;
    }
  /** It can't be tried there; `reason` is a sentence without its full stop. */
  | { readonly kind: "impossible"; readonly reason: string }
  | { readonly kind: "failed"; readonly error: ExplainError };
