/** Loops of which the author says that they go one by one on purpose. */
import type { Loop } from "../../interpret/facts.ts";
import type { ModuleTree } from "../../syntax/ast.ts";
import type { RuleContext } from "../rule-context.ts";
import { functionAround } from "./syntax-queries.ts";

const saysSo =
  /\b(?:one by one|one at a time|one after (?:the|an)other|individually|separately|on purpose|deliberate(?:ly)?|intentional(?:ly)?|work-?around)\b/i;

/** A comment speaks of the lines below it: of the loop, or of what leads up to it. */
const linesAbove = 6;

/** A comment in the loop or a few lines above it, or the docstring of the function, gives a reason for single writes. */
export function isDeliberate({ project: { program } }: RuleContext, { location, statement }: Loop): boolean {
  const file = program.moduleOfFile(location.path)?.file;
  if (!file || !saysSo.test(file.text)) return false;
  const start = startOfLinesAbove(file.text, statement.start);
  return (
    file.tree.comments.some(
      (comment) => start <= comment.start && comment.end <= statement.end && saysSo.test(comment.text),
    ) || saysSo.test(docstringAround(file.tree, statement))
  );
}

function startOfLinesAbove(text: string, offset: number): number {
  let start = offset;
  for (let line = 0; line <= linesAbove && start >= 0; line++) start = text.lastIndexOf("\n", start - 1);
  return start;
}

function docstringAround(tree: ModuleTree, loop: Loop["statement"]): string {
  const [first] = functionAround(tree, loop)?.body ?? [];
  return first?.kind === "ExpressionStatement" && first.value.kind === "StringLiteral"
    ? first.value.value
    : "";
}
