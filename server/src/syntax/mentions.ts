import { AnswersOf } from "../base/answers-of.ts";
import type { SourceFile } from "./source-file.ts";

const answers = new AnswersOf<SourceFile, Map<string, boolean>>();

/**
 * Whether the text has the word, or something that the pattern matches. Whoever looks for rare things in all files asks
 * this first; each version of a file is searched once for it. Not for names of a project: every answer is kept.
 */
export function mentions(file: SourceFile, needle: string | RegExp): boolean {
  let known = answers.get(file);
  if (known === undefined) {
    known = new Map();
    answers.set(file, known);
  }
  const key = typeof needle === "string" ? needle : String(needle);
  let answer = known.get(key);
  if (answer === undefined) {
    answer = typeof needle === "string" ? file.text.includes(needle) : needle.test(file.text);
    known.set(key, answer);
  }
  return answer;
}
