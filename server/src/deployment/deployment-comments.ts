/** Comments of deployment files, in which findings may be suppressed. */
import type { Comment } from "../syntax/ast.ts";

/** From a `#` or `;` at the start of a word to the end of the line: what all their formats have in common. */
export function deploymentComments(text: string): readonly Comment[] {
  return [...text.matchAll(/(?<![^\s])[#;].*/g)].map(({ index, 0: comment }) => ({
    start: index,
    end: index + comment.length,
    text: comment,
  }));
}
