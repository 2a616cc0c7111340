import type { TextRange } from "../base/text-range.ts";
import type { Comment } from "../syntax/ast.ts";
import type { RuleSelector } from "./selection.ts";

/** What a comment says to Queryscope. */
export type Directive = Suppression | InvalidDirective;

/** `queryscope: ignore[QS101, n-plus-one-to-many]: reason` */
export interface Suppression {
  readonly kind: "suppression";
  readonly scope: "line" | "file";
  readonly selectors: readonly LocatedSelector[];
  /** From `queryscope` to the end of the reason. */
  readonly range: TextRange;
  /** Between the brackets. */
  readonly selectorsRange: TextRange;
  readonly comment: Comment;
}

export interface LocatedSelector {
  readonly text: RuleSelector;
  readonly range: TextRange;
}

export interface InvalidDirective {
  readonly kind: "invalid";
  readonly range: TextRange;
  /** What is wrong, as a clause: `no rules are named …` */
  readonly reason: string;
  readonly comment: Comment;
}

/**
 * Reads the directive in a comment, if there is one. It starts the comment or follows another tool's directive
 * (`# noqa: E501  # queryscope: ignore[QS101]`), and ends where a further one begins.
 */
export function parseDirective(comment: Comment): Directive | undefined {
  const found = /(?<=^[#{\s]*|\s#\s*)queryscope:.*?(?=\s+#\s*[A-Za-z]|\s*#?\}?$)/s.exec(comment.text);
  if (found === null) return undefined;
  const [text] = found;
  const start = comment.start + found.index;
  const range = { start, end: start + text.length };
  const invalid = (reason: string): InvalidDirective => ({ kind: "invalid", range, reason, comment });

  const [, keyword = ""] = /^queryscope:\s*([\w-]*)/.exec(text) ?? [];
  if (keyword !== "ignore" && keyword !== "ignore-file") {
    return invalid("expected `ignore[…]` or `ignore-file[…]`");
  }
  const bracketed = /^queryscope:\s*[\w-]+\s*\[([^\]]*)\]/.exec(text);
  if (bracketed === null) return invalid(`no rules are named: write \`${keyword}[QS101]\``);
  const [head, list = ""] = bracketed;
  const listStart = start + head.length - 1 - list.length;
  const selectors = [...list.matchAll(/[^\s,]+/g)].map(
    (match): LocatedSelector => ({
      text: match[0],
      range: { start: listStart + match.index, end: listStart + match.index + match[0].length },
    }),
  );
  if (selectors.length === 0) return invalid(`no rules are named: write \`${keyword}[QS101]\``);
  return {
    kind: "suppression",
    scope: keyword === "ignore" ? "line" : "file",
    selectors,
    range,
    selectorsRange: { start: listStart, end: listStart + list.length },
    comment,
  };
}
