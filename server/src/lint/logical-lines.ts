import type { TextRange } from "../base/text-range.ts";
import type { ModuleTree, Statement } from "../syntax/ast.ts";
import { blocksOf } from "../syntax/statement-walk.ts";

/**
 * The logical lines of a module in order, each widened to whole physical lines: a simple statement, or the head of a
 * compound one up to its colon, with its decorators.
 */
export function logicalLines(text: string, tree: ModuleTree): readonly TextRange[] {
  const commentStarts = new Map(tree.comments.map(({ start, end }) => [end, start]));
  const lines: TextRange[] = [];
  const visit = (statement: Statement): void => {
    const blockStart = blockStartOf(statement);
    const end = blockStart === undefined ? statement.end : colonBefore(text, blockStart, commentStarts);
    lines.push(widen(text, { start: startOf(statement), end }));
    for (const block of blocksOf(statement)) block.forEach(visit);
  };
  tree.body.forEach(visit);
  return lines.sort((first, second) => first.start - second.start);
}

/** From the start of the first physical line to the end of the last one, without its line break. */
export function widen(text: string, { start, end }: TextRange): TextRange {
  let first = start;
  while (first > 0 && !isLineBreak(text[first - 1])) first -= 1;
  let last = end;
  while (last < text.length && !isLineBreak(text[last])) last += 1;
  return { start: first, end: last };
}

/** Where the indentation of a line ends; the line's end for a blank one. */
export function firstCharacter(text: string, { start, end }: TextRange): number {
  const line = text.slice(start, end);
  return start + line.length - line.trimStart().length;
}

function isLineBreak(character: string | undefined): boolean {
  return character === "\n" || character === "\r";
}

function startOf(statement: Statement): number {
  if (statement.kind !== "FunctionDef" && statement.kind !== "ClassDef") return statement.start;
  return Math.min(statement.start, ...statement.decorators.map(({ start }) => start));
}

/** The end of the head whose block begins at `blockStart`: only space, comments and a decorator's `@` lie between. */
function colonBefore(text: string, blockStart: number, commentStarts: ReadonlyMap<number, number>): number {
  let position = blockStart;
  while (position > 0) {
    const commentStart = commentStarts.get(position);
    if (commentStart !== undefined) position = commentStart;
    else if (/[\s@\\]/.test(text[position - 1] ?? "")) position -= 1;
    else break;
  }
  return position;
}

/** Where the first block of a compound statement begins; undefined for a simple statement. */
function blockStartOf(statement: Statement): number | undefined {
  if (statement.kind === "Match") return statement.cases[0]?.start;
  const first = blocksOf(statement)[0]?.[0];
  return first === undefined ? undefined : startOf(first);
}
