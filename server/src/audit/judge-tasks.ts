/** The status of every task of the roadmap: what files say, and the findings and measurements that speak against it. */

import type { AuditFinding, Product } from "./product.ts";
import type { Range } from "./stages.ts";
import type { AuditTask, Judgement, JudgementEvidence } from "./tasks/task.ts";
import { unknown } from "./tasks/task.ts";
import { weightOf } from "./weights.ts";

export interface JudgedTask {
  readonly task: AuditTask;
  readonly judgement: Judgement;
  /** Those that speak against it, the heaviest first. */
  readonly findings: readonly AuditFinding[];
  /** Days that are left to work; undefined where there are none, or they are part of another task. */
  readonly days: Range | undefined;
  /** Weight of the findings per day. */
  readonly priority: number;
}

export function judgeTask(task: AuditTask, product: Product): JudgedTask {
  const findings = product.findings
    .filter((finding) => task.rules.includes(finding.code) && isTold(finding))
    .map((finding) => ({ finding, weight: weightOf(finding) }))
    .toSorted((first, second) => second.weight - first.weight);
  const sum = findings.reduce((total, { weight }) => total + weight, 0);
  const against = findings.map(({ finding }) => finding);
  const judgement = judge(task, product, against);
  const days = judgement.status === "open" ? daysOf(task, against) : undefined;
  return {
    task,
    judgement,
    findings: against,
    days,
    priority: judgement.status === "open" ? sum / (days?.from ?? 1) : 0,
  };
}

/** Hints about code are ideas; those about settings are what a stage asks for. */
function isTold({ code, level }: AuditFinding): boolean {
  return level !== "hint" || code.startsWith("QS8");
}

function judge(task: AuditTask, product: Product, findings: readonly AuditFinding[]): Judgement {
  const fromFiles = task.judge(product);
  const measured = product.live.results.filter(
    (result) => result.kind === "measured" && task.live?.includes(result.code),
  );
  const complaints = measured.flatMap((result) => (result.kind === "measured" ? result.findings : []));
  // What does not exist cannot be open: a leftover of it is told by its finding.
  if (fromFiles.status === "notApplicable" && findings.length === 0) return fromFiles;
  if (findings.length === 0 && complaints.length === 0)
    return withoutFindings(task, product, fromFiles, measured.length);
  return {
    status: "open",
    reason: reasonOf(fromFiles, findings, complaints.length),
    evidence: [
      ...evidenceOf(findings),
      ...complaints.map(({ message }) => ({ text: message, location: undefined })),
      ...(fromFiles.status === "open" || fromFiles.status === "unknown" ? fromFiles.evidence : []),
    ],
  };
}

function withoutFindings(
  task: AuditTask,
  product: Product,
  judgement: Judgement,
  measured: number,
): Judgement {
  if (judgement.status === "done" && isTurnedOff(task, product)) {
    return unknown("The configuration turns off the rules that judge it.", ...judgement.evidence);
  }
  if (judgement.status === "unknown" && measured > 0 && measured === task.live?.length) {
    return { ...judgement, status: "done", reason: "Measured, and found in order." };
  }
  return judgement;
}

/** Nothing is left of the rules by whose silence a task is done. */
export function isTurnedOff({ rules, byFindings }: AuditTask, { ignored, known }: Product): boolean {
  if (!byFindings) return false;
  const existing = rules.filter((code) => known.has(code));
  return existing.length > 0 && existing.every((code) => ignored.has(code));
}

function reasonOf(
  { status, reason }: Judgement,
  findings: readonly AuditFinding[],
  complaints: number,
): string {
  const parts = [
    ...(findings.length > 0
      ? [`${findings.length} ${findings.length === 1 ? "finding" : "findings"} of the analysis`]
      : []),
    ...(complaints > 0 ? [`${complaints} of the measurements`] : []),
  ];
  const against = `${parts.join(" and ")} ${findings.length + complaints === 1 ? "speaks" : "speak"} against it.`;
  return status === "open" || status === "unknown"
    ? `${reason} ${capitalized(against)}`
    : capitalized(against);
}

/** Places enough to see what it is about; all of them are among the findings. */
const shownFindings = 5;

function evidenceOf(findings: readonly AuditFinding[]): readonly JudgementEvidence[] {
  return findings
    .slice(0, shownFindings)
    .map(({ code, message, location }) => ({ text: `${code} ${message}`, location }));
}

/** A tenth of a day for each place that has to be changed, on top of what the task takes at least. */
function daysOf({ days }: AuditTask, findings: readonly AuditFinding[]): Range | undefined {
  if (!days || findings.length === 0) return days;
  const origins = new Set(findings.map(({ origin }) => `${origin.path}:${origin.range.start}`));
  const least = Math.min(days.to * 1.5, Math.max(days.from, days.from + origins.size / 10));
  return { from: rounded(least), to: rounded(Math.max(days.to, least)) };
}

function rounded(days: number): number {
  return Math.round(days * 10) / 10;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
