import { rangesTouch, type TextRange } from "../base/text-range.ts";
import type { ReportedFinding } from "../lint/fingerprint.ts";
import { logicalLines, widen } from "../lint/logical-lines.ts";
import { parseDirective, type Suppression } from "../lint/suppression-comments.ts";
import { treeOf } from "../lint/suppressions.ts";
import type { FileEdit, RuleCode } from "../rules/finding.ts";
import type { CodeAction } from "./code-action.ts";
import type { Snapshot } from "./snapshot.ts";

/** The comment that suppresses one finding. */
export function suppressionOf(
  snapshot: Snapshot,
  { code, fingerprint, location }: ReportedFinding,
  scope: Suppression["scope"],
): CodeAction | undefined {
  const { path, range } = location;
  const text = snapshot.text(path);
  if (text === undefined) return undefined;
  const file: SourceText = { path, text, suppressions: suppressionsIn(snapshot, path) };
  const target: Target = { range, codes: [code], findings: [fingerprint] };
  return actionOf(
    `Suppress ${code}`,
    target,
    scope === "line" ? lineEdit(snapshot, file, target) : fileEdit(file, target),
  );
}

/** Suppress what is reported in the range: on its line, or in the whole file. */
export function suppressionsAt(snapshot: Snapshot, path: string, range: TextRange): readonly CodeAction[] {
  const text = snapshot.text(path);
  if (text === undefined) return [];
  const file: SourceText = { path, text, suppressions: suppressionsIn(snapshot, path) };
  const targets = targetsAt(snapshot, path, range);
  const actions = [
    ...targets.map((target) =>
      actionOf(`Suppress ${target.codes.join(", ")} on this line`, target, lineEdit(snapshot, file, target)),
    ),
    ...targets.map((target) =>
      actionOf(`Suppress ${target.codes.join(", ")} in this file`, target, fileEdit(file, target)),
    ),
  ];
  return actions.filter(
    (action, index) => actions.findIndex(({ title }) => title === action.title) === index,
  );
}

interface SourceText {
  readonly path: string;
  readonly text: string;
  readonly suppressions: readonly Suppression[];
}

/** What a comment can suppress: a finding on its own line, or what is read at one place. */
interface Target {
  readonly range: TextRange;
  readonly codes: readonly RuleCode[];
  readonly findings: readonly string[];
}

function targetsAt(snapshot: Snapshot, path: string, range: TextRange): readonly Target[] {
  const targets: readonly Target[] = [
    ...snapshot.findingsIn(path).map(({ code, fingerprint, location }) => ({
      range: location.range,
      codes: [code],
      findings: [fingerprint],
    })),
    ...snapshot.readingsIn(path).map((reading) => ({
      range: reading.range,
      codes: [...new Set(reading.accesses.map(({ access }) => access.code))].sort(),
      findings: reading.accesses.map(({ finding }) => finding.fingerprint),
    })),
  ];
  return targets.filter(
    (target) => rangesTouch(target.range, range) && !target.codes.some(isAboutSuppressions),
  );
}

/** A comment about a comment would only add to the confusion: those findings have their own fixes. */
function isAboutSuppressions(code: RuleCode): boolean {
  return code.startsWith("QS0");
}

function suppressionsIn(snapshot: Snapshot, path: string): readonly Suppression[] {
  return snapshot.analysis.comments(path).flatMap((comment) => {
    const directive = parseDirective(comment);
    return directive?.kind === "suppression" ? [directive] : [];
  });
}

function actionOf(title: string, { findings }: Target, edit: FileEdit): CodeAction {
  return {
    title,
    elsewhere: undefined,
    kind: "quickfix",
    preferred: false,
    confirm: false,
    findings,
    edits: [edit],
  };
}

/** Adds to a comment that is there already; else writes one at the line's end, or above a statement of many lines. */
function lineEdit(
  snapshot: Snapshot,
  { path, text, suppressions }: SourceText,
  { range, codes }: Target,
): FileEdit {
  const line = logicalLineAt(snapshot, path, text, range.start);
  const above = lineAbove(text, line);
  const present = suppressions.find(
    ({ scope, comment }) =>
      scope === "line" &&
      (rangesTouch(comment, line) || (above !== undefined && isAlone(text, above, comment.start))),
  );
  if (present !== undefined) return addTo(present, path, codes);
  const comment = `# queryscope: ignore[${codes.join(", ")}]`;
  if (!/[\r\n]/.test(text.slice(line.start, line.end))) return insertion(path, line.end, `  ${comment}`);
  const indentation = /^[ \t\f]*/.exec(text.slice(line.start, line.end))?.[0] ?? "";
  return insertion(path, line.start, `${indentation}${comment}\n`);
}

/** Adds to a comment that is there already; else writes one at the top, below a line that has to be the first. */
function fileEdit({ path, text, suppressions }: SourceText, { codes }: Target): FileEdit {
  const present = suppressions.find(({ scope }) => scope === "file");
  if (present !== undefined) return addTo(present, path, codes);
  const firstLines = /^(#!.*(\r\n?|\n))?(#.*coding[:=].*(\r\n?|\n))?/.exec(text)?.[0] ?? "";
  return insertion(path, firstLines.length, `# queryscope: ignore-file[${codes.join(", ")}]\n`);
}

function addTo({ selectorsRange }: Suppression, path: string, codes: readonly RuleCode[]): FileEdit {
  return insertion(path, selectorsRange.end, `, ${codes.join(", ")}`);
}

function insertion(path: string, offset: number, newText: string): FileEdit {
  return { path, range: { start: offset, end: offset }, newText };
}

function logicalLineAt(snapshot: Snapshot, path: string, text: string, offset: number): TextRange {
  const tree = treeOf(snapshot.analysis, path);
  const lines = tree === undefined ? [] : logicalLines(text, tree);
  const around = lines.findLast(({ start, end }) => start <= offset && offset <= end);
  return around ?? widen(text, { start: offset, end: offset });
}

function lineAbove(text: string, { start }: TextRange): TextRange | undefined {
  if (start === 0) return undefined;
  const end = text.startsWith("\r\n", start - 2) ? start - 2 : start - 1;
  return widen(text, { start: end, end });
}

/** Whether the comment is all that its line holds. */
function isAlone(text: string, line: TextRange, commentStart: number): boolean {
  return (
    line.start <= commentStart &&
    commentStart < line.end &&
    text.slice(line.start, commentStart).trim() === ""
  );
}
