import { combineEdits } from "../../edits/combine.ts";
import { applyEdits } from "../../edits/text-edit.ts";
import type { ReportedFinding } from "../../lint/fingerprint.ts";
import type { LintResult } from "../../lint/lint.ts";
import { treeOf } from "../../lint/suppressions.ts";
import type { Analysis, Workspace } from "../../program/workspace.ts";
import type { FileEdit } from "../../rules/finding.ts";
import { applicableFix, type FixMode } from "../output/report.ts";

/** Analyses that fixing may take; what is still open then stays a finding. */
const maximumRounds = 10;

export interface FixRequest {
  readonly workspace: Workspace;
  readonly mode: FixMode;
  analyze(): Promise<Analysis>;
  lint(analysis: Analysis): LintResult;
  /** Files that may be changed; every file by default. */
  mayChange?(path: string): boolean;
}

export interface FixOutcome {
  /** Texts by path, of files that differ. */
  readonly changes: readonly FileChange[];
  readonly fixed: readonly ReportedFinding[];
  /** Fixes that were taken back. */
  readonly rejected: readonly RejectedFix[];
  /** The state after the fixes. */
  readonly analysis: Analysis;
  readonly result: LintResult;
}

export interface FileChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface RejectedFix {
  readonly finding: ReportedFinding;
  readonly reason: "the finding would remain" | "the file would no longer be valid Python";
}

interface Candidate {
  readonly finding: ReportedFinding;
  readonly edits: readonly FileEdit[];
}

/**
 * Applies fixes in the workspace's buffers, round by round: as many as fit together, then a new analysis. A fix whose
 * finding is still there afterwards is taken back, so that no file changes without effect. Nothing is written.
 */
export async function fixFindings(request: FixRequest, first: Analysis): Promise<FixOutcome> {
  const { workspace, mode, mayChange = () => true } = request;
  const originals = new Map<string, string>();
  const fixed: ReportedFinding[] = [];
  const rejected: RejectedFix[] = [];
  const rejectedKeys = new Set<string>();
  let analysis = first;
  let result = request.lint(first);

  for (let round = 0; round < maximumRounds; round++) {
    const candidates = result.findings.flatMap((finding): readonly Candidate[] => {
      const fix = applicableFix(finding.fixes, mode);
      if (fix === undefined || fix.edits.length === 0 || rejectedKeys.has(keyOf(finding))) return [];
      return fix.edits.every(({ path }) => mayChange(path)) ? [{ finding, edits: fix.edits }] : [];
    });
    const { applied, editsByPath } = combineEdits(candidates);
    if (applied.length === 0) break;
    const before = new Map<string, string>();
    for (const [path, edits] of editsByPath) {
      // A fix may bring a new file.
      const text = analysis.text(path) ?? "";
      before.set(path, text);
      workspace.setBuffer(path, applyEdits(text, edits));
    }
    const nextAnalysis = await request.analyze();
    const next = request.lint(nextAnalysis);
    const failures = [...brokenFiles(applied, analysis, nextAnalysis), ...remaining(applied, result, next)];
    if (failures.length > 0) {
      for (const [path, text] of before) workspace.setBuffer(path, text);
      for (const { finding } of failures) rejectedKeys.add(keyOf(finding));
      rejected.push(...failures);
      continue;
    }
    for (const [path, text] of before) if (!originals.has(path)) originals.set(path, text);
    fixed.push(...applied.map(({ finding }) => finding));
    analysis = nextAnalysis;
    result = next;
  }
  const changes = [...originals].flatMap(([path, before]): readonly FileChange[] => {
    const after = analysis.text(path) ?? before;
    return after === before ? [] : [{ path, before, after }];
  });
  return { changes, fixed, rejected, analysis, result };
}

/** What a finding keeps while the text around it changes. */
function keyOf({ remedy, location, symbol, relationPaths, fields }: ReportedFinding): string {
  return [remedy, location.path, symbol, ...relationPaths, "", ...fields].join("\0");
}

function remaining(
  applied: readonly Candidate[],
  before: LintResult,
  after: LintResult,
): readonly RejectedFix[] {
  const countIn = (findings: readonly ReportedFinding[], key: string): number =>
    findings.filter((finding) => keyOf(finding) === key).length;
  const fixed = applied.map(({ finding }) => finding);
  return fixed
    .filter((finding) => {
      const key = keyOf(finding);
      return countIn(after.findings, key) > countIn(before.findings, key) - countIn(fixed, key);
    })
    .map((finding) => ({ finding, reason: "the finding would remain" }));
}

function brokenFiles(
  applied: readonly Candidate[],
  before: Analysis,
  after: Analysis,
): readonly RejectedFix[] {
  const errorsIn = (analysis: Analysis, path: string): number => treeOf(analysis, path)?.errors.length ?? 0;
  return applied
    .filter(({ edits }) => edits.some(({ path }) => errorsIn(after, path) > errorsIn(before, path)))
    .map(({ finding }) => ({ finding, reason: "the file would no longer be valid Python" }));
}
