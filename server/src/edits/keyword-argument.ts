import type { Call } from "../syntax/ast.ts";
import { appendItems } from "./append-items.ts";
import type { TextEdit } from "./text-edit.ts";

/** Adds `name=value` behind the last argument, on a line of its own where that has one. */
export function addKeywordArgument(text: string, call: Call, ...added: readonly string[]): TextEdit {
  const parts = [...call.arguments, ...call.keywords.map(({ value }) => value)];
  const last = parts.reduce<(typeof parts)[number] | undefined>(
    (before, part) => (before === undefined || part.end > before.end ? part : before),
    undefined,
  );
  if (!last) return { range: { start: call.end - 1, end: call.end - 1 }, newText: added.join(", ") };
  const keyword = call.keywords.find(({ value }) => value === last);
  const start = keyword?.name?.start ?? last.start;
  return appendItems(text, { start, end: last.end }, call.end - 1, added);
}
