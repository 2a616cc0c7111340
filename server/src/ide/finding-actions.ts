/** Actions on findings that change nothing, or all findings of one rule. */
import { rangesTouch, type TextRange } from "../base/text-range.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import { proposesIndex } from "../rules/indexes/proposes-index.ts";
import type { CodeAction } from "./code-action.ts";
import { combinedFix } from "./fix-all.ts";
import type { Snapshot } from "./snapshot.ts";

/** Which commands there is somebody to run. */
export interface RunnableCommands {
  readonly openRulePage: boolean;
  readonly showPath: boolean;
  readonly prove: boolean;
}

/** Fix all of the rule in this file, try an index, show the path of the evidence, open the page of the rule. */
export function findingActionsAt(
  snapshot: Snapshot,
  path: string,
  range: TextRange,
  commands: RunnableCommands,
): readonly CodeAction[] {
  const findings = findingsTouching(snapshot, path, range);
  const byRule = [...new Map(findings.map((finding) => [finding.rule, finding])).values()];
  return [
    ...byRule.flatMap((finding) => fixAllOfRule(snapshot, path, finding) ?? []),
    ...(commands.prove ? findings.filter(isProvable).map(prove) : []),
    ...(commands.showPath ? findings.filter(({ evidence }) => evidence.length > 1).map(showPath) : []),
    ...(commands.openRulePage ? byRule.map(openRulePage) : []),
  ];
}

function findingsTouching(snapshot: Snapshot, path: string, range: TextRange): readonly ReportedFinding[] {
  const here = snapshot.findingsIn(path).filter(({ location }) => rangesTouch(location.range, range));
  const read = snapshot
    .readingsIn(path)
    .filter((reading) => rangesTouch(reading.range, range))
    .flatMap(({ accesses }) => accesses.map(({ finding }) => finding));
  return [...new Set([...here, ...read])];
}

/** Where it would do more than the fix of the one finding. */
function fixAllOfRule(
  snapshot: Snapshot,
  path: string,
  { rule, code }: ReportedFinding,
): CodeAction | undefined {
  const ofRule = snapshot.findingsIn(path).filter((finding) => finding.rule === rule);
  const fix = combinedFix(ofRule, path);
  if (fix === undefined || fix.findings.length < 2) return undefined;
  return { ...noChange, ...fix, title: `Fix all ${fix.findings.length} ${code} findings in this file` };
}

const noChange: Omit<CodeAction, "title"> = {
  elsewhere: undefined,
  kind: "quickfix",
  preferred: false,
  confirm: false,
  findings: [],
  edits: [],
};

/** A planner can say what the fix is worth. */
function isProvable(finding: ReportedFinding): boolean {
  return proposesIndex(finding) && finding.fixes.length > 0;
}

function prove({ code, fingerprint, location, fields }: ReportedFinding): CodeAction {
  return {
    ...noChange,
    title: `Prove it: plan its queries with and without the index on ${fields.join(", ")} (${code})`,
    findings: [fingerprint],
    command: { kind: "prove", path: location.path, fingerprint },
  };
}

function showPath({ code, evidence, fingerprint }: ReportedFinding): CodeAction {
  return {
    ...noChange,
    title: `Show the path of ${code}`,
    findings: [fingerprint],
    command: { kind: "showPath", title: code, steps: evidence },
  };
}

function openRulePage({ code, rule, fingerprint }: ReportedFinding): CodeAction {
  return {
    ...noChange,
    title: `Open the page of ${code} (${rule})`,
    findings: [fingerprint],
    command: { kind: "openRulePage", rule },
  };
}
