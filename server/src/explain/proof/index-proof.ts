import type { Location } from "../../base/text-range.ts";
import type { Finding } from "../../rules/finding.ts";
import { smallTable } from "../../rules/indexes/index-finding.ts";
import { leastCost, tolerated, worthwhile } from "../advice/index-advice.ts";
import type { ExplainError } from "../explain-error.ts";
import { type QueryPlan, totalCost } from "../query-plan.ts";
import type { QueryParameter } from "../queryset-compiler.ts";
import type { IndexChange } from "./index-change.ts";

/** What the planner says of an advice about indexes: with the change that the fix makes, and without it. */
export interface IndexProof {
  readonly finding: Finding;
  /** The fix whose change was tried; undefined where there is none. */
  readonly fix: string | undefined;
  readonly change: IndexChange | undefined;
  readonly verdict: Verdict;
  /** Of the table, where a database was asked that counts them. */
  readonly rows: number | undefined;
  readonly trials: readonly ProofTrial[];
  readonly notes: readonly string[];
  /** Why nothing could be tried: no Django, no connection. */
  readonly error: ExplainError | undefined;
}

export interface Verdict {
  /** `withdrawn`: the planner has no use for it. `undecided`: nothing could be tried. */
  readonly kind: "proven" | "withdrawn" | "undecided";
  /** A sentence. */
  readonly reason: string;
}

/** A statement of a queryset, planned twice. */
export interface ProofTrial {
  /** Of the queryset; undefined for one that stands for all that the finding is about. */
  readonly location: Location | undefined;
  readonly expression: string;
  readonly sql: string;
  readonly params: readonly QueryParameter[];
  readonly before: QueryPlan;
  readonly after: QueryPlan;
  /** Whether the plan reads one of the indexes that were added. */
  readonly usesNew: boolean;
  /** Of the table whose indexes change, where no database was asked. */
  readonly assumedRows: number | undefined;
}

export function notTried(finding: Finding, fix: string | undefined, error: ExplainError): IndexProof {
  const { message } = error;
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
  return {
    finding,
    fix,
    change: undefined,
    verdict: { kind: "undecided", reason: sentence },
    rows: undefined,
    trials: [],
    notes: [],
    error,
  };
}

/** @param rows of the table, where a database was asked */
export function verdictOn(
  { added, removed }: IndexChange,
  trials: readonly ProofTrial[],
  rows: number | undefined,
): Verdict {
  if (trials.length === 0) return { kind: "undecided", reason: "None of its queries could be planned." };
  if (rows !== undefined && rows < smallTable && added.length > 0)
    return {
      kind: "withdrawn",
      reason: `The table has ${rows.toLocaleString("en-US")} rows: to read all of them is as fast.`,
    };
  const worse = trials.filter((trial) => totalCost(trial.after) > tolerated * totalCost(trial.before));
  if (removed.length > 0 && worse.length > 0)
    return { kind: "withdrawn", reason: `${queries(worse.length)} would cost more without the index.` };
  if (added.length === 0)
    return { kind: "proven", reason: "The planner does as well without the index: another one serves." };
  const using = trials.filter(({ usesNew }) => usesNew);
  if (using.length === 0)
    return { kind: "withdrawn", reason: "The planner does not use the index: its plans stay as they are." };
  if (removed.length > 0)
    return { kind: "proven", reason: "The planner uses the other index, and no query costs more." };
  const helped = using.filter(isWorthwhile);
  return helped.length > 0
    ? {
        kind: "proven",
        reason: `The planner uses the index for ${helped.length} of ${queries(trials.length)}.`,
      }
    : {
        kind: "withdrawn",
        reason: "The planner uses the index, and saves too little by it to be worth its upkeep.",
      };
}

function isWorthwhile({ before, after }: ProofTrial): boolean {
  return totalCost(before) >= leastCost && totalCost(after) < worthwhile * totalCost(before);
}

function queries(count: number): string {
  return count === 1 ? "1 query" : `${count} queries`;
}
