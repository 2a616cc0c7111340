import { type LineIndex, lineIndexOf } from "../../base/line-index.ts";
import type { Styles } from "../terminal/style.ts";
import type { PositionRange } from "./report.ts";
import { printable } from "./text.ts";

/** Lines of a frame; the rest of a longer range is left out. */
const maximumLines = 5;

/** Characters of a line around the range; machine-made lines can be very long. */
const maximumWidth = 160;

const tabWidth = 4;

export interface FrameLine {
  readonly number: number;
  readonly text: string;
  /** `^^^` under the range; empty where the line is only context. */
  readonly underline: string;
}

/** A file of which frames are cut: its lines are looked for once. */
export interface FramedText {
  readonly text: string;
  readonly lines: LineIndex;
}

export function framedText(text: string): FramedText {
  return { text, lines: lineIndexOf(text) };
}

/** The source lines of a range, each with its part of the range underlined. */
export function frameLines({ text, lines }: FramedText, range: PositionRange): readonly FrameLine[] {
  const last = Math.min(range.end.column === 1 ? range.end.line - 1 : range.end.line, lines.lineCount);
  const result: FrameLine[] = [];
  for (let number = range.start.line; number <= Math.max(last, range.start.line); number++) {
    if (result.length === maximumLines || number < 1 || number > lines.lineCount) break;
    const line = text.slice(lines.lineStart(number - 1), lines.lineEnd(number - 1));
    const from = number === range.start.line ? range.start.column - 1 : line.length - line.trimStart().length;
    const to = number === range.end.line ? range.end.column - 1 : line.trimEnd().length;
    result.push(frameLine(number, line, from, Math.max(to, from + 1)));
  }
  return result;
}

function frameLine(number: number, line: string, from: number, to: number): FrameLine {
  const skipped = to > maximumWidth ? Math.max(0, from - 40) : 0;
  const visible = line.slice(skipped, skipped + maximumWidth);
  const before = expandTabs(visible.slice(0, from - skipped));
  const marked = expandTabs(visible.slice(from - skipped, to - skipped));
  const shown = expandTabs(visible);
  const leading = skipped > 0 ? "…" : "";
  const trailing = skipped + maximumWidth < line.length ? "…" : "";
  return {
    number,
    text: printable(`${leading}${shown}${trailing}`).trimEnd(),
    underline: " ".repeat(leading.length + before.length) + "^".repeat(Math.max(1, marked.length)),
  };
}

function expandTabs(text: string): string {
  return text.replaceAll("\t", " ".repeat(tabWidth));
}

/** `18 |     for project in projects:` with the underline below. */
export function formatFrame(
  lines: readonly FrameLine[],
  gutter: number,
  styles: Styles,
  mark: Styles["error"] | undefined,
): readonly string[] {
  return lines.flatMap(({ number, text, underline }) => {
    const source = `${styles.faint(`${String(number).padStart(gutter)} |`)} ${text}`.trimEnd();
    return mark === undefined
      ? [source]
      : [source, `${styles.faint(`${" ".repeat(gutter)} |`)} ${mark(underline)}`];
  });
}
