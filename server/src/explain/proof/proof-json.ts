import type { LineIndex } from "../../base/line-index.ts";
import type { Location } from "../../base/text-range.ts";
import {
  type ErrorJson,
  errorJson,
  type PlanJson,
  planJson,
  type RangeJson,
  rangeJson,
} from "../explanation-json.ts";
import { totalCost } from "../query-plan.ts";
import type { IndexProof, ProofTrial, Verdict } from "./index-proof.ts";

/**
 * An element of `queryscope explain --prove --output-format json`. Lines and columns count from 1, columns in UTF-16
 * units; the end is exclusive. Costs are in the planner's units. Fields may be added, not renamed.
 */
export interface ProofJson {
  readonly code: string;
  readonly rule: string;
  readonly message: string;
  /** Of the finding. */
  readonly path: string;
  readonly range: RangeJson | null;
  /** `projects.Task` */
  readonly model: string | null;
  /** Names of fields in order, `-` for descending ones. */
  readonly fields: readonly string[];
  readonly verdict: Verdict["kind"];
  readonly reason: string;
  readonly fix: string | null;
  /** What the fix changes of the table's indexes, as Django would send it. */
  readonly change: {
    readonly table: string;
    readonly added: readonly string[];
    readonly removed: readonly string[];
  } | null;
  /** Of the table, as the database counts them; null without one. */
  readonly rows: number | null;
  readonly trials: readonly ProofTrialJson[];
  readonly notes: readonly string[];
  /** Why nothing could be tried. */
  readonly error: ErrorJson | null;
}

interface ProofTrialJson {
  /** Of the queryset; null for one that stands for all that the finding is about. */
  readonly path: string | null;
  readonly range: RangeJson | null;
  readonly expression: string;
  readonly sql: string;
  readonly params: readonly {
    readonly value: unknown;
    readonly type: string;
    readonly name: string | null;
  }[];
  readonly usesIndex: boolean;
  /** Of the table, where no database was asked. */
  readonly assumedRows: number | null;
  readonly before: ProofPlanJson;
  readonly after: ProofPlanJson;
}

interface ProofPlanJson {
  readonly cost: number;
  readonly plan: PlanJson | null;
}

/**
 * @param pathOf a path of the finding, as it is written
 * @param linesOf undefined for a file that is not known
 */
export function proofJson(
  { finding, fix, change, verdict, rows, trials, notes, error }: IndexProof,
  pathOf: (path: string) => string,
  linesOf: (path: string) => LineIndex | undefined,
): ProofJson {
  const { code, rule, message, location, model, fields } = finding;
  const range = ({ path, range: place }: Location): RangeJson | null => {
    const lines = linesOf(path);
    return lines === undefined ? null : rangeJson(place, lines);
  };
  const trialJson = (trial: ProofTrial): ProofTrialJson => ({
    path: trial.location === undefined ? null : pathOf(trial.location.path),
    range: trial.location === undefined ? null : range(trial.location),
    expression: trial.expression,
    sql: trial.sql,
    params: trial.params.map(({ value, type, name }) => ({ value, type, name })),
    usesIndex: trial.usesNew,
    assumedRows: trial.assumedRows ?? null,
    before: { cost: totalCost(trial.before), plan: planJson(trial.before) },
    after: { cost: totalCost(trial.after), plan: planJson(trial.after) },
  });
  return {
    code,
    rule,
    message,
    path: pathOf(location.path),
    range: range(location),
    model: model ?? null,
    fields,
    verdict: verdict.kind,
    reason: verdict.reason,
    fix: fix ?? null,
    change: change === undefined ? null : { ...change },
    rows: rows ?? null,
    trials: trials.map(trialJson),
    notes,
    error: errorJson(error),
  };
}
