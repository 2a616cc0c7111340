/** The text of a project after its fixes. */
import { combineEdits } from "../../server/src/edits/combine.ts";
import { applyEdits } from "../../server/src/edits/text-edit.ts";
import type { FileEdit, Finding, Fix } from "../../server/src/rules/finding.ts";
import type { Analyzed } from "./compare-findings.ts";

export type Files = ReadonlyMap<string, string>;

/** Chooses the preferred fix, or the one whose title contains `title`. */
export function chooseFix(finding: Finding, title: string | undefined): Fix | undefined {
  return title === undefined ? finding.fixes[0] : finding.fixes.find((fix) => fix.title.includes(title));
}

/** Fixes that get into each other's way are applied one after the other; so many rounds must be enough. */
const mostRounds = 5;

/**
 * Applies the chosen fix of each finding, as `check --fix` does.
 * @param analyze analyses the files as they have become
 */
export async function applyFixes(
  files: Files,
  title: string | undefined,
  analyze: (files: Files) => Promise<Analyzed>,
): Promise<Files> {
  let current = files;
  for (let round = 0; round < mostRounds; round++) {
    const { findings, refactorings } = await analyze(current);
    const fixes = findings.flatMap((finding) => chooseFix(finding, title) ?? []);
    const chosen = refactorings.filter((each) => title !== undefined && each.title.includes(title));
    const { editsByPath, postponed } = combineEdits<{ readonly edits: readonly FileEdit[] }>([
      ...fixes,
      ...chosen,
    ]);
    const fixed = new Map(current);
    for (const [path, edits] of editsByPath) fixed.set(path, applyEdits(current.get(path) ?? "", edits));
    current = fixed;
    if (postponed.length === 0) return current;
  }
  throw new Error(`After ${mostRounds} rounds some fixes are still in conflict.`);
}
