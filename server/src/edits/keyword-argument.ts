import type { Call } from "../syntax/ast.ts";
import { indentationAt, startsLine } from "./statement-lines.ts";
import type { TextEdit } from "./text-edit.ts";

/** Adds `name=value` behind the last argument, on a line of its own where that has one. */
export function addKeywordArgument(text: string, call: Call, argument: string): TextEdit {
  const parts = [...call.arguments, ...call.keywords.map(({ value }) => value)];
  const last = parts.reduce<(typeof parts)[number] | undefined>(
    (before, part) => (before === undefined || part.end > before.end ? part : before),
    undefined,
  );
  if (!last) return insertion(call.end - 1, argument);
  // Parentheses around the value belong to it.
  const closing = /^(?:\s*\))*/.exec(text.slice(last.end, call.end - 1))?.[0] ?? "";
  const keyword = call.keywords.find(({ value }) => value === last);
  const start = keyword?.name?.start ?? last.start;
  const separator = startsLine(text, start) ? `,\n${indentationAt(text, start)}` : ", ";
  return insertion(last.end + closing.length, `${separator}${argument}`);
}

function insertion(offset: number, newText: string): TextEdit {
  return { range: { start: offset, end: offset }, newText };
}
