/** Edits of whole lines: statements inserted beside others, with their indentation and away from their comments. */
import type { TextRange } from "../base/text-range.ts";
import type { Statement } from "../syntax/ast.ts";
import type { TextEdit } from "./text-edit.ts";

/** White space before the first token of the line that contains `offset`. */
export function indentationAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(startOfLine(text, offset), offset))?.[0] ?? "";
}

/** Whether nothing stands before `offset` on its line: the statement there can get a line above it. */
export function startsLine(text: string, offset: number): boolean {
  return text.slice(startOfLine(text, offset), offset).trim() === "";
}

/** Puts a line above the statement. Comments above the statement stay there: they speak of what follows. */
export function lineBefore(text: string, statement: Statement, line: string): TextEdit {
  const offset = startOfLine(text, statement.start);
  return insertion(offset, `${indentationAt(text, statement.start)}${line}\n`);
}

/** Puts a line below the statement and the comments that belong to the end of its block. */
export function lineAfter(text: string, statement: Statement, line: string): TextEdit {
  const indentation = indentationAt(text, statement.start);
  let end = endOfLine(text, statement.end);
  for (let next = end; next < text.length; ) {
    next = endOfLine(text, next + lineBreakAt(text, next));
    const candidate = text.slice(startOfLine(text, next), next);
    if (candidate.trim() === "") continue;
    if (!candidate.trimStart().startsWith("#") || indentationOf(candidate) <= indentation.length) break;
    end = next;
  }
  return insertion(end, `\n${indentation}${line}`);
}

/** Moves the lines that begin inside the range further in, as after a line break that is put before it. */
export function indentLines(text: string, range: TextRange, indentation: string): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (let line = endOfLine(text, range.start); line < range.end; line = endOfLine(text, line)) {
    line += lineBreakAt(text, line);
    if (line < range.end && !isLineBreak(text[line])) edits.push(insertion(line, indentation));
  }
  return edits;
}

function insertion(offset: number, newText: string): TextEdit {
  return { range: { start: offset, end: offset }, newText };
}

function indentationOf(line: string): number {
  return line.length - line.trimStart().length;
}

function startOfLine(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !isLineBreak(text[start - 1])) start -= 1;
  return start;
}

/** The place before the line break. */
function endOfLine(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && !isLineBreak(text[end])) end += 1;
  return end;
}

function lineBreakAt(text: string, offset: number): number {
  return text.startsWith("\r\n", offset) ? 2 : 1;
}

function isLineBreak(character: string | undefined): boolean {
  return character === "\n" || character === "\r";
}
