import { combineEdits } from "../edits/combine.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import type { Fix } from "../rules/finding.ts";
import type { CodeAction } from "./code-action.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * All safe fixes of a file's findings in one action. Fixes that reach into other files are left out: an editor runs
 * this when one file is saved. Of two fixes in conflict the first is taken, the other comes with the next run.
 */
export function fixAllIn(snapshot: Snapshot, path: string): CodeAction | undefined {
  const fix = combinedFix(snapshot.findingsIn(path), path);
  return (
    fix && {
      title: "Fix all safe Queryscope findings in this file",
      elsewhere: undefined,
      kind: "source.fixAll.queryscope",
      preferred: false,
      confirm: false,
      ...fix,
    }
  );
}

/** The safe fixes of these findings of a file, as far as they fit together. */
export function combinedFix(
  findings: readonly ReportedFinding[],
  path: string,
): Pick<CodeAction, "findings" | "edits"> | undefined {
  const candidates = findings.flatMap((finding) => {
    const fix = safeFixWithin(finding, path);
    return fix === undefined ? [] : [{ finding, edits: fix.edits }];
  });
  if (candidates.length === 0) return undefined;
  const { applied, editsByPath } = combineEdits(candidates);
  return {
    findings: applied.map(({ finding }) => finding.fingerprint),
    edits: (editsByPath.get(path) ?? []).map((edit) => ({ path, ...edit })),
  };
}

function safeFixWithin({ fixes }: ReportedFinding, path: string): Fix | undefined {
  const within = fixes.filter(
    ({ safety, edits }) => safety === "safe" && edits.length > 0 && edits.every((edit) => edit.path === path),
  );
  return within.find(({ preferred }) => preferred) ?? within[0];
}
