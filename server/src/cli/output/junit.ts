import { groupBy } from "../../base/group-by.ts";
import type { PlacedFinding, Report } from "./report.ts";

/** JUnit's XML, which most build servers show: a suite for each file, a failed test for each finding. */
export function formatJunit(report: Report): string {
  const suites = [...groupBy(report.findings, ({ path }) => path)].flatMap(([path, findings]) => [
    `  <testsuite name="${escapeXml(path)}" tests="${findings.length}" failures="${findings.length}" errors="0">`,
    ...findings.flatMap(testCase),
    "  </testsuite>",
  ]);
  // Build servers take a report without any test for a broken run.
  const passed = [
    '  <testsuite name="queryscope" tests="1" failures="0" errors="0">',
    '    <testcase name="no findings" classname="queryscope"/>',
    "  </testsuite>",
  ];
  const count = report.findings.length;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="queryscope" tests="${Math.max(1, count)}" failures="${count}" errors="0">`,
    ...(count === 0 ? passed : suites),
    "</testsuites>",
  ].join("\n")}\n`;
}

function testCase({ code, rule, path, range, level, message, help }: PlacedFinding): readonly string[] {
  const { line, column } = range.start;
  const text = `${path}:${line}:${column}: ${message}\n${help}`.trimEnd();
  return [
    `    <testcase name="${code} ${escapeXml(rule)}" classname="${escapeXml(path)}" file="${escapeXml(path)}" line="${line}">`,
    `      <failure type="${level}" message="${escapeXml(message)}">${escapeXml(text)}</failure>`,
    "    </testcase>",
  ];
}

/** XML 1.0 has no way to write most control characters: they are left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
