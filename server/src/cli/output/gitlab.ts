import type { PlacedFinding, Report } from "./report.ts";

/** GitLab's code quality report (a subset of Code Climate's format). */
export function formatGitlab(report: Report): string {
  const issues = report.findings.map((finding) => ({
    type: "issue",
    description: `${finding.code} ${finding.rule}: ${finding.message}`,
    check_name: finding.code,
    fingerprint: finding.fingerprint,
    severity: severityOf(finding.level),
    categories: ["Performance"],
    location: {
      path: finding.path,
      positions: { begin: finding.range.start, end: finding.range.end },
    },
  }));
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}

function severityOf(level: PlacedFinding["level"]): "info" | "minor" | "major" | "critical" {
  switch (level) {
    case "error":
      return "critical";
    case "warning":
      return "major";
    case "info":
      return "minor";
    case "hint":
      return "info";
  }
}
