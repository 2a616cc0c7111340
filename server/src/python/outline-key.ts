/**
 * Telling an edit of a function body from an edit of the outline, and following positions across the former.
 *
 * The outline text of a file is what lies outside function bodies, without the blank lines around a body and the
 * comments that follow it. Files with equal keys have equal outline text piece by piece, so a position in it can be carried over exactly.
 */
import { AnswersOf } from "../base/answers-of.ts";
import type { TextRange } from "../base/text-range.ts";
import type { FunctionDef, Statement } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { forEachBlockStatement, globalNames, mentionsGlobal } from "../syntax/statement-walk.ts";
import { madeClassKey } from "./made-classes.ts";
import { returnedClassesKey } from "./returned-classes.ts";

const keys = new AnswersOf<SourceFile, string>();

/** Equal for two versions of a file that differ only inside function bodies. 106 bits, no cryptographic claim. */
export function outlineKey(file: SourceFile): string {
  const known = keys.get(file);
  if (known !== undefined) return known;
  const hash = new TextHash();
  for (const segment of outlineSegments(file)) {
    // Where a piece starts on its line decides to which block it belongs.
    hash.add(String(segment.start - file.text.lastIndexOf("\n", segment.start - 1)));
    hash.add(file.text.slice(segment.start, segment.end));
  }
  forEachBlockStatement(file.tree.body, (statement) => {
    if (statement.kind !== "FunctionDef") return;
    hash.add(returnedClassesKey(statement));
    hash.add(madeClassKey(statement, file.text));
  });
  // An assignment below `global` binds a name of the module from inside a body.
  if (mentionsGlobal(file.text)) {
    for (const node of outlineFunctions(file.tree.body)) {
      const names = globalNames(node);
      if (names.size > 0) hash.add(`global ${[...names].join()} ${assignedGlobals(node, names)}`);
    }
  }
  const key = hash.result();
  keys.set(file, key);
  return key;
}

/**
 * The version of a file to link: `current`, unless it has syntax errors and its outline differs from that of the last
 * version without errors. Then the last good version stays until the error is repaired, so that a half-typed line does
 * not make models disappear; its positions belong to its own text.
 */
export function versionToLink(current: SourceFile, lastGood: SourceFile | undefined): SourceFile {
  if (lastGood === undefined || current.tree.errors.length === 0) return current;
  return outlineKey(current) === outlineKey(lastGood) ? current : lastGood;
}

/**
 * Carries a range of outline text from one version of a file to another with the same `outlineKey`.
 * Undefined for a range that touches a function body.
 */
export function relocateOutlineRange(
  from: SourceFile,
  to: SourceFile,
  range: TextRange,
): TextRange | undefined {
  if (from === to) return range;
  const before = outlineSegments(from);
  const after = outlineSegments(to);
  const first = before.findIndex((segment) => segment.start <= range.start && range.start <= segment.end);
  const last = before.findIndex((segment) => segment.start <= range.end && range.end <= segment.end);
  const [oldFirst, newFirst, oldLast, newLast] = [before[first], after[first], before[last], after[last]];
  if (!oldFirst || !newFirst || !oldLast || !newLast) return undefined;
  return {
    start: newFirst.start + (range.start - oldFirst.start),
    end: newLast.start + (range.end - oldLast.start),
  };
}

const segmentsOfFile = new AnswersOf<SourceFile, readonly TextRange[]>();

/** The pieces of outline text in order: one more than there are function bodies; the last may be empty. */
export function outlineSegments(file: SourceFile): readonly TextRange[] {
  const known = segmentsOfFile.get(file);
  if (known) return known;
  const segments: TextRange[] = [];
  let start = skipBlank(file.text, 0);
  for (const { bodyRange } of outlineFunctions(file.tree.body)) {
    // A blank line below the head belongs to the body.
    segments.push({ start, end: start + file.text.slice(start, bodyRange.start).trimEnd().length });
    start = skipBlank(file.text, Math.max(start, bodyRange.end));
  }
  segments.push({ start, end: Math.max(start, file.text.trimEnd().length) });
  segmentsOfFile.set(file, segments);
  return segments;
}

/** Functions that stand outside all function bodies, in source order. */
function outlineFunctions(body: readonly Statement[], found: FunctionDef[] = []): readonly FunctionDef[] {
  forEachBlockStatement(body, (statement) => {
    if (statement.kind === "FunctionDef") found.push(statement);
    else if (statement.kind === "ClassDef") outlineFunctions(statement.body, found);
  });
  return found;
}

function assignedGlobals(node: FunctionDef, names: ReadonlySet<string>): string {
  const assigned: string[] = [];
  forEachBlockStatement(node.body, (statement) => {
    if (statement.kind !== "Assign") return;
    for (const target of statement.targets) {
      if (target.kind === "Name" && names.has(target.name)) assigned.push(target.name);
    }
  });
  return assigned.join();
}

/** Behind white space and whole comments. */
function skipBlank(text: string, from: number): number {
  let offset = from;
  for (; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code === 35 /* # */) {
      const end = text.indexOf("\n", offset);
      offset = end < 0 ? text.length : end;
    } else if (code !== 32 && (code < 9 || code > 13)) break;
  }
  return Math.min(offset, text.length);
}

/** Two runs of cyrb53 (public domain, by bryc) with different seeds. */
class TextHash {
  private a1 = 0xdeadbeef;
  private a2 = 0x41c6ce57;
  private b1 = 0x9e3779b1;
  private b2 = 0x5f356495;

  add(text: string): void {
    for (let index = 0; index < text.length; index++) this.mix(text.charCodeAt(index));
    this.mix(0x10000);
  }

  private mix(code: number): void {
    this.a1 = Math.imul(this.a1 ^ code, 2654435761);
    this.a2 = Math.imul(this.a2 ^ code, 1597334677);
    this.b1 = Math.imul(this.b1 ^ code, 2246822519);
    this.b2 = Math.imul(this.b2 ^ code, 3266489917);
  }

  result(): string {
    return [this.a1, this.a2, this.b1, this.b2]
      .map((part) => (Math.imul(part ^ (part >>> 15), 2246822507) >>> 0).toString(16).padStart(8, "0"))
      .join("");
  }
}
