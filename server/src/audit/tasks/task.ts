/** A task of the roadmap, and what says whether it is done. */
import type { Location } from "../../base/text-range.ts";
import type { RuleCode } from "../../rules/finding.ts";
import type { Product } from "../product.ts";
import type { TaskStatus } from "../report.ts";
import type { Range, StageNumber } from "../stages.ts";

export interface AuditTask {
  /** `S2.4` */
  readonly id: string;
  readonly stage: StageNumber;
  readonly title: string;
  /** Undefined where its work is part of another task. */
  readonly days: Range | undefined;
  /** The days are Queryscope's estimate. */
  readonly estimated?: true;
  /** That it is done is only known by what rules do not find. */
  readonly byFindings?: true;
  /** It is due in every stage. */
  readonly always?: true;
  /** Findings of these rules speak against it. */
  readonly rules: readonly RuleCode[];
  /** Live checks whose findings speak against it. */
  readonly live?: readonly RuleCode[];
  /** What files say about it, findings left aside. */
  judge(product: Product): Judgement;
}

export interface Judgement {
  readonly status: TaskStatus;
  /** A sentence. */
  readonly reason: string;
  readonly evidence: readonly JudgementEvidence[];
}

export interface JudgementEvidence {
  readonly text: string;
  readonly location: Location | undefined;
}

export function done(reason: string, ...evidence: readonly JudgementEvidence[]): Judgement {
  return { status: "done", reason, evidence };
}

export function open(reason: string, ...evidence: readonly JudgementEvidence[]): Judgement {
  return { status: "open", reason, evidence };
}

export function unknown(reason: string, ...evidence: readonly JudgementEvidence[]): Judgement {
  return { status: "unknown", reason, evidence };
}

/** @param what they settle: `will name the databases` */
export function unknownLocally(what: string, ...evidence: readonly JudgementEvidence[]): Judgement {
  return unknown(`Local settings, which are not in the folder, ${what}.`, ...evidence);
}

export function notApplicable(reason: string): Judgement {
  return { status: "notApplicable", reason, evidence: [] };
}

/** The answer of every task about settings where there are none for production. */
export const noProductionSettings = unknown(
  "No settings for production were found in the folder: name them with settings-module.",
);

/** `QS101` for 101. */
export function codes(
  ...numbers: readonly (number | readonly [from: number, to: number])[]
): readonly RuleCode[] {
  return numbers.flatMap((entry) => {
    if (typeof entry === "number") return [`QS${entry}` as const];
    const [from, to] = entry;
    return Array.from({ length: to - from + 1 }, (_, index) => `QS${from + index}` as const);
  });
}
