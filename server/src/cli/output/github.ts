import type { PlacedFinding, Report } from "./report.ts";

/** Workflow commands that GitHub Actions turns into annotations of a pull request. */
export function formatGithub(report: Report): string {
  return report.findings.map((finding) => `${command(finding)}\n`).join("");
}

function command({ level, path, range, code, rule, message, help }: PlacedFinding): string {
  const properties = {
    title: `${code} ${rule}`,
    file: path,
    line: range.start.line,
    endLine: range.end.line,
    // GitHub accepts columns only where start and end stand on one line.
    ...(range.start.line === range.end.line ? { col: range.start.column, endColumn: range.end.column } : {}),
  };
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${commandOf(level)} ${list.join(",")}::${escapeData([message, help].filter(Boolean).join("\n"))}`;
}

function commandOf(level: PlacedFinding["level"]): string {
  return level === "error" || level === "warning" ? level : "notice";
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
