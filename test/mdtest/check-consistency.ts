/** What must be true of every finding, whatever the spec states. */
import type { Location } from "../../server/src/base/text-range.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import type { Analyzed } from "./compare-findings.ts";

export function checkConsistency(analyzed: Analyzed): readonly string[] {
  return analyzed.findings.flatMap((finding) =>
    complaintsAbout(finding, analyzed).map(
      (complaint) => `[${finding.rule}] "${finding.message}": ${complaint}`,
    ),
  );
}

function complaintsAbout(finding: Finding, analyzed: Analyzed): readonly string[] {
  const complaints: string[] = [];
  const places: readonly (readonly [string, Location])[] = [
    ["location", finding.location],
    ["origin", finding.origin],
    ...finding.accesses.map(({ location }) => ["access", location] as const),
    ...finding.evidence.map(({ location }) => ["evidence", location] as const),
    ...finding.fixes.flatMap(({ edits }) => edits).map((edit) => ["edit", edit] as const),
  ];
  for (const [name, { path, range }] of places) {
    const text = analyzed.text(path);
    const creates = name === "edit" && range.start === 0 && range.end === 0;
    if (text === undefined && creates) continue;
    if (text === undefined) complaints.push(`its ${name} is in an unknown file, ${path}`);
    else if (range.start < 0 || range.end < range.start || range.end > text.length) {
      complaints.push(`its ${name} lies outside of ${path}: ${range.start}–${range.end}`);
    }
  }
  if (analyzed.ruleName(finding.code) !== finding.rule) {
    complaints.push(`its code ${finding.code} is not that of its rule`);
  }
  if (finding.accesses.length > 0 && finding.evidence.length < 2) {
    complaints.push("its evidence does not lead from the queryset to a reading");
  }
  if (finding.fixes.filter((fix) => fix.preferred).length > 1) complaints.push("two fixes are preferred");
  if (finding.fixes.some((fix) => fix.edits.length === 0 && fix.safety !== "suggestion")) {
    complaints.push("a fix changes nothing");
  }
  return complaints;
}
