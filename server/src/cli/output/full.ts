import type { Styles } from "../terminal/style.ts";
import { type FrameLine, formatFrame, frameLines } from "./code-frame.ts";
import { levelStyle } from "./concise.ts";
import { applicableFix, type Place, type PlacedFinding, type PlacedFix, type Report } from "./report.ts";
import { printable, singleLine } from "./text.ts";

/** For people: each finding with its source, the chain of evidence, the estimate and the fixes. */
export function formatFull(report: Report, styles: Styles): string {
  return report.findings
    .map((finding) => `${formatFinding(finding, report, styles).join("\n")}\n\n`)
    .join("");
}

function formatFinding(finding: PlacedFinding, report: Report, styles: Styles): readonly string[] {
  const { path, range, code, rule, level, confidence, message, help } = finding;
  const mark = levelStyle(level, styles);
  const own = framesOf(finding, report);
  const steps = finding.evidence.map((step) => ({ step, frame: framesOf(step, report) }));
  const numbers = [own, ...steps.map(({ frame }) => frame)].flat().map(({ number }) => number);
  const gutter = String(Math.max(1, ...numbers)).length;
  const note = styles.faint(`${" ".repeat(gutter)} =`);
  return [
    `${styles.strong(`${path}:${range.start.line}:${range.start.column}`)} ${mark(code)} ${styles.strong(rule)} [${level}, ${confidence}]`,
    ...printable(message).split("\n"),
    ...formatFrame(own, gutter, styles, mark),
    ...steps.flatMap(({ step, frame }, index) => [
      `${note} ${index + 1}. ${singleLine(step.message)} ${styles.faint(`(${placeOf(step)})`)}`,
      // The line that is framed above says nothing new.
      ...(sameLine(step, finding) ? [] : formatFrame(frame.slice(0, 1), gutter, styles, styles.faint)),
    ]),
    ...estimateOf(finding).map((estimate) => `${note} queries: ${estimate}`),
    ...(help === "" ? [] : [`${note} help: ${singleLine(help)}`]),
    ...finding.fixes.map((fix) => `${note} fix: ${singleLine(fix.title)} ${fixMark(fix, finding, styles)}`),
  ];
}

function framesOf(place: Place, report: Report): readonly FrameLine[] {
  const text = report.text(place.path);
  return text === undefined ? [] : frameLines(text, place.range);
}

function placeOf({ path, range }: Place): string {
  return `${path}:${range.start.line}:${range.start.column}`;
}

function sameLine(first: Place, second: Place): boolean {
  return first.path === second.path && first.range.start.line === second.range.start.line;
}

function estimateOf({ queries }: PlacedFinding): readonly string[] {
  if (queries === null) return [];
  const { before, after, example } = queries;
  return [`${before} → ${after} (N = ${example.n}: ${example.before} → ${example.after})`];
}

function fixMark(fix: PlacedFix, { fixes }: PlacedFinding, styles: Styles): string {
  if (applicableFix(fixes, "safe") === fix) return styles.good("[fixable with --fix]");
  if (applicableFix(fixes, "unsafe") === fix) return "[unsafe: fixable with --fix --unsafe-fixes]";
  return styles.faint(`[${fix.safety}]`);
}
