/** Changes that are offered without a finding. */
import { rangesTouch, type TextRange } from "../base/text-range.ts";
import type { CodeAction } from "./code-action.ts";
import type { Snapshot } from "./snapshot.ts";

/** Those around the range; not what a finding offers there as its fix already. */
export function refactoringsAt(snapshot: Snapshot, path: string, range: TextRange): readonly CodeAction[] {
  const fixes = new Set(
    snapshot.findingsIn(path).flatMap((finding) => finding.fixes.map(({ edits }) => JSON.stringify(edits))),
  );
  return snapshot.analysis
    .refactorings(path)
    .filter((each) => rangesTouch(each.range, range) && !fixes.has(JSON.stringify(each.edits)))
    .map(({ edits, kind, title }) => ({
      title,
      elsewhere: undefined,
      kind,
      preferred: false,
      confirm: new Set(edits.map((edit) => edit.path)).size > 1,
      findings: [],
      edits,
    }));
}
