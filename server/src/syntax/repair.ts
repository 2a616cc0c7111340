/**
 * Completes half-typed Python before it is parsed. The parser's own recovery is meant for an error in the middle of
 * a statement; what a user leaves unfinished at the end of a line it joins with the next one: `x.` above `y = 1`
 * becomes `x.y = 1`, and an open bracket swallows the rest of the file. So missing operands, names, colons, quotes
 * and closing brackets are inserted here; the inserted text has no place in the original, from which the lowering
 * sees that it is not the user's.
 *
 * A file without such an error is not changed: everything that leads to an insertion is a syntax error in every
 * version of Python 3. Where a bracket was left open, which is certain only further down, the statement is taken to
 * end before the first line that is not indented more than its own first line.
 */
import { RepairScanner } from "./repair-scanner.ts";
import { patchedText, type RepairedText } from "./repaired-text.ts";

export function repair(original: string): RepairedText {
  const text = withKnownCharacters(original);
  const scanner = new RepairScanner(text);
  scanner.run();
  const { patches } = scanner;
  const errors = patches.filter(({ isError }) => isError).map(({ start, end }) => ({ start, end }));
  return { ...patchedText(text, patches), errors };
}

/** The same length, with line breaks that the grammar knows and without null bytes, which end its strings. */
function withKnownCharacters(text: string): string {
  const withLineFeeds = /\r(?!\n)/.test(text) ? text.replace(/\r(?!\n)/g, "\n") : text;
  return withLineFeeds.includes("\0") ? withLineFeeds.replaceAll("\0", " ") : withLineFeeds;
}
