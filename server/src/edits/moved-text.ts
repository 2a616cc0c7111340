/** Text of statements that moves to a place with another indentation, with parts of it replaced. */
import type { TextRange } from "../base/text-range.ts";
import { type Node, walkExpressions } from "../syntax/walk.ts";
import { indentationAt } from "./statement-lines.ts";
import { applyEdits, type TextEdit } from "./text-edit.ts";

/**
 * The lines of consecutive statements as they read at the other place. What stands between triple quotes keeps its
 * white space.
 * @param replacements edits inside of the statements, in offsets of `text`
 */
export function movedText(
  text: string,
  statements: readonly Node[],
  indentation: string,
  replacements: readonly TextEdit[],
): string {
  const [first, last] = [statements[0], statements.at(-1)];
  if (!first || !last) return "";
  const before = indentationAt(text, first.start);
  const quoted = tripleQuoted(text, statements);
  const edits: TextEdit[] = [...replacements];
  for (let line = text.indexOf("\n", first.start); line >= 0 && line < last.end; ) {
    const start = line + 1;
    line = text.indexOf("\n", start);
    if (quoted.some((range) => range.start < start && start < range.end)) continue;
    if (replacements.some(({ range }) => range.start < start && start <= range.end)) continue;
    if (!text.startsWith(before, start)) continue;
    edits.push({ range: { start, end: start + before.length }, newText: indentation });
  }
  const shifted = edits.map(({ range, newText }) => ({
    range: { start: range.start - first.start, end: range.end - first.start },
    newText,
  }));
  return `${indentation}${applyEdits(text.slice(first.start, last.end), shifted)}`;
}

function tripleQuoted(text: string, statements: readonly Node[]): readonly TextRange[] {
  const ranges: TextRange[] = [];
  for (const statement of statements) {
    walkExpressions(statement, (node) => {
      const isText = node.kind === "StringLiteral" || node.kind === "FormattedString";
      if (isText && /"""|'''/.test(text.slice(node.start, node.end))) ranges.push(node);
      return undefined;
    });
  }
  return ranges;
}
