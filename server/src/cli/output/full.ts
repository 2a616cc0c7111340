import type { Styles } from "../terminal/style.ts";
import { type FramedText, type FrameLine, formatFrame, framedText, frameLines } from "./code-frame.ts";
import { levelStyle } from "./concise.ts";
import { applicableFix, type Place, type PlacedFinding, type PlacedFix, type Report } from "./report.ts";
import { printable, singleLine } from "./text.ts";

/** For people: each finding with its source, the chain of evidence, the estimate and the fixes. */
export function formatFull(report: Report, styles: Styles): string {
  const framesOf = frameMaker(report);
  return report.findings
    .map((finding) => `${formatFinding(finding, framesOf, styles).join("\n")}\n\n`)
    .join("");
}

type FrameMaker = (place: Place) => readonly FrameLine[];

function frameMaker(report: Report): FrameMaker {
  const known = new Map<string, FramedText | undefined>();
  return ({ path, range }) => {
    if (!known.has(path)) {
      const text = report.text(path);
      known.set(path, text === undefined ? undefined : framedText(text));
    }
    const framed = known.get(path);
    return framed ? frameLines(framed, range) : [];
  };
}

function formatFinding(finding: PlacedFinding, framesOf: FrameMaker, styles: Styles): readonly string[] {
  const { path, range, code, rule, level, confidence, message, help } = finding;
  const mark = levelStyle(level, styles);
  const own = framesOf(finding);
  const steps = stepsOf(finding, framesOf);
  const numbers = [own, ...steps.map(({ frame }) => frame)].flat().map(({ number }) => number);
  const gutter = String(Math.max(1, ...numbers)).length;
  const note = styles.faint(`${" ".repeat(gutter)} =`);
  return [
    `${styles.strong(`${path}:${range.start.line}:${range.start.column}`)} ${mark(code)} ${styles.strong(rule)} [${level}, ${confidence}]`,
    ...printable(message).split("\n"),
    ...formatFrame(own, gutter, styles, mark),
    ...steps.flatMap(({ text, frame }) => [
      `${note} ${text}`,
      ...formatFrame(frame, gutter, styles, undefined),
    ]),
    ...estimateOf(finding).map((estimate) => `${note} queries: ${estimate}`),
    ...(help === "" ? [] : [`${note} help: ${singleLine(help)}`]),
    ...finding.fixes.map((fix) => `${note} fix: ${singleLine(fix.title)} ${fixMark(fix, finding, styles)}`),
  ];
}

interface Step {
  readonly text: string;
  readonly frame: readonly FrameLine[];
}

/** The chain of evidence. A line that stands above already is not shown again, nor is the file that is being read. */
function stepsOf(finding: PlacedFinding, framesOf: FrameMaker): readonly Step[] {
  let previous: Place = finding;
  return finding.evidence.map((step, index) => {
    const text = `${index + 1}. ${singleLine(step.message)}`;
    const frame = sameLine(step, previous) ? [] : framesOf(step).slice(0, 1);
    const moved = step.path !== previous.path;
    previous = step;
    return { text: moved ? `${text} (${placeOf(step)})` : text, frame };
  });
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
  const { n, before: first, after: then } = example;
  const inNumbers =
    before === String(first) && after === String(then) ? "" : ` (N = ${n}: ${first} → ${then})`;
  return [`${before} → ${after}${inNumbers}`];
}

function fixMark(fix: PlacedFix, { fixes }: PlacedFinding, styles: Styles): string {
  if (applicableFix(fixes, "safe") === fix) return styles.good("[fixable with --fix]");
  if (applicableFix(fixes, "unsafe") === fix) return "[unsafe: fixable with --fix --unsafe-fixes]";
  return styles.faint(`[${fix.safety}]`);
}
