/** Edits of class bodies: attributes and methods that a class gets or replaces. */
import type { Assign, ClassDef, Statement } from "../syntax/ast.ts";
import type { SourceFile } from "../syntax/source-file.ts";
import { indentationAt, lineAfter, lineBefore, startsLine } from "./statement-lines.ts";
import { lineBreakOf, type TextEdit } from "./text-edit.ts";

/**
 * The class with `name = code`: in place of the value that it has, else on a line of its own below the attribute
 * `below`, else below the other attributes. Undefined where the body has no lines of its own.
 */
export function setAttribute(
  { text }: SourceFile,
  definition: ClassDef,
  { name, code, below }: { readonly name: string; readonly code: string; readonly below: string },
): TextEdit | undefined {
  const existing = assignmentsOf(definition, name).at(-1);
  if (existing) {
    const { start, end } = existing.value;
    // The range of a tuple is without its parentheses.
    const isEnclosed = existing.value.kind === "TupleLiteral" && text[start] !== "(";
    return isEnclosed ? undefined : { range: { start, end }, newText: code };
  }
  const line = `${name} = ${code}`;
  const anchor = assignmentsOf(definition, below).at(-1) ?? lastAttribute(definition);
  const [first] = definition.body;
  if (!first || !standsBelow(text, definition, first)) return undefined;
  if (anchor?.kind === "Pass") return { range: { start: anchor.start, end: anchor.end }, newText: line };
  if (anchor) return isWholeLine(text, anchor) ? lineAfter(text, anchor, line) : undefined;
  const { range, newText } = lineBefore(text, first, line);
  return { range, newText: `${newText}${lineBreakOf(text)}` };
}

/** The class with one more method, behind the attributes. `code`: its lines, indented as if at the top level. */
export function addMethod(
  { text }: SourceFile,
  definition: ClassDef,
  code: readonly string[],
): TextEdit | undefined {
  const [first] = definition.body;
  if (!first || !standsBelow(text, definition, first)) return undefined;
  const lineBreak = lineBreakOf(text);
  const indentation = indentationAt(text, first.start);
  const method = code.map((line) => `${indentation}${line}`).join(lineBreak);
  const anchor = lastAttribute(definition);
  if (anchor?.kind === "Pass") {
    return { range: { start: anchor.start, end: anchor.end }, newText: method.trimStart() };
  }
  if (anchor) {
    if (!isWholeLine(text, anchor)) return undefined;
    const { range } = lineAfter(text, anchor, "");
    return { range, newText: `${lineBreak}${lineBreak}${method}` };
  }
  const { range } = lineBefore(text, first, "");
  return { range, newText: `${method}${lineBreak}${lineBreak}` };
}

function assignmentsOf({ body }: ClassDef, name: string): readonly Assign[] {
  return body.filter(
    (statement): statement is Assign =>
      statement.kind === "Assign" &&
      statement.targets.length === 1 &&
      statement.targets[0]?.kind === "Name" &&
      statement.targets[0].name === name,
  );
}

/** The last statement before the first method: Django's style has attributes before methods. */
function lastAttribute({ body }: ClassDef): Statement | undefined {
  const methods = body.findIndex(({ kind }) => kind === "FunctionDef");
  return methods < 0 ? body.at(-1) : body[methods - 1];
}

function standsBelow(text: string, definition: ClassDef, first: Statement): boolean {
  return text.slice(definition.name.end, first.start).includes("\n");
}

function isWholeLine(text: string, { start, end }: Statement): boolean {
  return startsLine(text, start) && /^[ \t]*(?:#.*)?(?:\r?\n|$)/.test(text.slice(end));
}
