import type { AuditReport } from "../report.ts";

/** The report as data, for other programs and for the trend of the next one. */
export function formatAuditJson(report: AuditReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
