import { groupBy } from "../../base/group-by.ts";
import { levels } from "../../lint/severity.ts";
import { applicableFix, type Report } from "./report.ts";
import { counted } from "./text.ts";

/** The last line for people: `Found 3 findings (2 warnings, 1 info) in 84 files, 412 ms; 2 fixable with --fix.` */
export function formatSummary(report: Report): string {
  const { findings, files, durationMs } = report;
  const time = durationMs < 1000 ? `${durationMs} ms` : `${(durationMs / 1000).toFixed(1)} s`;
  const scope = `${counted(files, "file")}, ${time}`;
  const byLevel = groupBy(findings, ({ level }) => level);
  const parts = levels
    .toReversed()
    .map((level) => ({ level, count: byLevel.get(level)?.length ?? 0 }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => (level === "info" ? `${count} info` : counted(count, level)));
  const fixable = (mode: "safe" | "unsafe"): number =>
    findings.filter(({ fixes }) => applicableFix(fixes, mode) !== undefined).length;
  const safe = fixable("safe");
  const unsafe = fixable("unsafe") - safe;
  const remarks = [
    ...(safe > 0 ? [`${safe} fixable with --fix`] : []),
    ...(unsafe > 0 ? [`${unsafe} ${safe > 0 ? "more with" : "fixable with --fix"} --unsafe-fixes`] : []),
    ...(report.suppressed > 0 ? [`${report.suppressed} suppressed`] : []),
    ...(report.baselined > 0 ? [`${report.baselined} in the baseline`] : []),
  ];
  const found =
    findings.length === 0
      ? `No findings in ${scope}`
      : `Found ${counted(findings.length, "finding")} (${parts.join(", ")}) in ${scope}`;
  return `${[found, ...remarks].join("; ")}.`;
}
