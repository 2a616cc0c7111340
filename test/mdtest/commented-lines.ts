/** Code with a comment behind each line of Python that takes one, and what becomes of these. */
import type { ModuleTree } from "../../server/src/syntax/ast.ts";
import { walkExpressions } from "../../server/src/syntax/walk.ts";

export interface CommentedLines {
  readonly text: string;
  readonly comments: readonly string[];
}

/** @param name tells the comments of several files apart */
export function commentedLines(text: string, tree: ModuleTree, name: string): CommentedLines {
  const strings: { readonly start: number; readonly end: number }[] = [];
  walkExpressions(tree, (node) => {
    if (node.kind === "StringLiteral" || node.kind === "FormattedString") strings.push(node);
    return true;
  });
  const comments: string[] = [];
  let end = -1;
  const lines = text.split("\n").map((line, index) => {
    end += line.length + 1;
    const isInString = strings.some((string) => string.start < end && end < string.end);
    if (isInString || /^\s*$|#|\\$/.test(line)) return line;
    const comment = `# ${name} ${index + 1}.`;
    comments.push(comment);
    return `${line}  ${comment}`;
  });
  return { text: lines.join("\n"), comments };
}

/** Those that no file has any more, or that have code behind them, which they take in. */
export function lostComments(
  comments: readonly string[],
  trees: Iterable<Pick<ModuleTree, "comments">>,
): readonly string[] {
  const left = new Set<string>();
  for (const tree of trees) {
    for (const { text } of tree.comments) {
      // Two lines that became one have both comments at its end.
      for (const comment of text.split(/ {2}(?=#)/)) left.add(comment);
    }
  }
  return comments.filter((comment) => !left.has(comment));
}
