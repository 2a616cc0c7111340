import { type Location, rangesTouch, type TextRange } from "../base/text-range.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import type { Fix } from "../rules/finding.ts";
import type { CodeAction } from "./code-action.ts";
import type { Snapshot } from "./snapshot.ts";

/** The fixes of what is found in the range, and of what is read there but should be loaded by a queryset elsewhere. */
export function quickFixesAt(snapshot: Snapshot, path: string, range: TextRange): readonly CodeAction[] {
  const here = snapshot.findingsIn(path).filter((finding) => rangesTouch(finding.location.range, range));
  const elsewhere = snapshot
    .readingsIn(path)
    .filter((reading) => rangesTouch(reading.range, range))
    .flatMap((reading) => reading.accesses.map(({ finding }) => finding))
    .filter((finding, index, all) => !here.includes(finding) && all.indexOf(finding) === index);
  return [
    ...here.flatMap((finding) => finding.fixes.map((fix) => fixAction(finding, fix))),
    ...elsewhere.flatMap((finding) => finding.fixes.map((fix) => fixAction(finding, fix, finding.location))),
  ];
}

/** @param elsewhere where the finding is, if that is not where its fix is offered */
export function fixAction(finding: ReportedFinding, fix: Fix, elsewhere?: Location): CodeAction {
  const files = new Set(fix.edits.map((edit) => edit.path));
  return {
    title: fix.title,
    elsewhere,
    kind: "quickfix",
    preferred: fix.preferred && fix.safety === "safe",
    confirm: fix.safety !== "safe" && files.size > 1,
    findings: [finding.fingerprint],
    edits: fix.edits,
  };
}
