/** Findings and places in the form of the report. */
import type { Location } from "../base/text-range.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import type { FixReference, ReportEvidence, ReportFinding, ReportPlace } from "./report.ts";
import type { JudgementEvidence } from "./tasks/task.ts";

/** The front end's: what it knows of lines, and how it shows paths. */
export type PlaceOf = (location: Location) => ReportPlace;

export function reportFinding(finding: ReportedFinding, placeOf: PlaceOf): ReportFinding {
  const { code, rule, level, confidence, message, help, location, symbol, fingerprint } = finding;
  return {
    code,
    rule,
    level,
    confidence,
    message,
    help,
    place: placeOf(location),
    symbol,
    fingerprint,
    fix: bestFix(finding),
  };
}

/** The one that an editor would offer first; undefined where none edits anything. */
export function bestFix({ fingerprint, fixes }: ReportedFinding): FixReference | undefined {
  const editing = fixes.flatMap((fix, index) => (fix.edits.length > 0 ? [{ fix, index }] : []));
  const best =
    editing.find(({ fix }) => fix.preferred && fix.safety === "safe") ??
    editing.find(({ fix }) => fix.preferred) ??
    editing[0];
  return best && { fingerprint, index: best.index, title: best.fix.title, safety: best.fix.safety };
}

export function reportEvidence({ text, location }: JudgementEvidence, placeOf: PlaceOf): ReportEvidence {
  return { text, place: location && placeOf(location) };
}
