import type { Report } from "./report.ts";

/** The JSON output (schema version 1). */
export function formatJson(report: Report): string {
  const { version, projects, findings, problems } = report;
  const json = {
    schemaVersion: 1,
    tool: { name: "queryscope", version },
    projects,
    summary: {
      files: report.files,
      findings: findings.length,
      suppressed: report.suppressed,
      baselined: report.baselined,
      problems: problems.length,
      durationMs: report.durationMs,
    },
    problems,
    findings,
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}
